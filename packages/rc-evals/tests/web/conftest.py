"""A dashboard on loopback, and who asks it."""

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from rc_evals.home import Home
from rc_evals.web.access import Access
from rc_evals.web.app import create_app
from rc_evals.web.serving import Server

Serve = Callable[..., httpx.Client]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A data folder without runs."""
    home = Home(tmp_path / "home")
    home.ensure()
    return home


@pytest.fixture
def serve(home: Home) -> Generator[Serve]:
    """Serve the data folder to those who have `Access`; returns a client that follows no redirects."""
    with ExitStack() as stack:

        def start(access: Access | None = None) -> httpx.Client:
            address = stack.enter_context(listening(home, access or Access()))
            return stack.enter_context(httpx.Client(base_url=address, timeout=30))

        yield start


@pytest.fixture
def client(serve: Serve) -> httpx.Client:
    """A client of a dashboard that only this machine can ask."""
    return serve()


@contextmanager
def listening(home: Home, access: Access) -> Generator[str]:
    """Serve on a port of loopback, in a thread, and return the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(create_app(home, access), log_config=None, timeout_graceful_shutdown=3)
        ready = threading.Event()
        server = Server(config, ready.set)
        thread = threading.Thread(target=server.run, args=([listener],), name="dashboard")
        thread.start()
        try:
            assert ready.wait(30), "the dashboard did not start"
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
