"""Listens, and serves the dashboard until it is told to end."""

from __future__ import annotations

import errno
import gc
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import uvicorn

from rc_evals._errors import UsageError
from rc_evals.languages.waiting import breakable
from rc_evals.web.access import PARAMETER, Access, is_loopback
from rc_evals.web.app import END_STREAMS, create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rc_evals.home import Home

GRACE_SECONDS: Final = 3
"""How long requests that go on may take when the server is to end; streams end at once."""

MOST_CONNECTIONS: Final = 2_000
"""At the same time; who comes then is told that the server is busy."""


@contextmanager
def listening(host: str, port: int) -> Generator[socket.socket]:
    """Listen on an address.

    Raises:
        UsageError: it is no address of this machine, or somebody else has the port.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"--host {host}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise UsageError(f"port {port} on {host} is in use; choose another with --port, or 0 for any") from error
        raise UsageError(f"cannot listen on {host} port {port}: {error.strerror}") from error
    try:
        yield listener
    finally:
        listener.close()


def address_of(listener: socket.socket, host: str, token: str | None) -> str:
    """Return the address for browsers, with the token that opens it."""
    shown = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)  # noqa: S104 - compared
    name = f"[{shown}]" if ":" in shown else shown
    return f"http://{name}:{listener.getsockname()[1]}/" + (f"?{PARAMETER}={token}" if token else "")


def access_for(host: str, names: frozenset[str], token: str | None) -> Access:
    """Return who may ask a server that listens on `host`.

    Args:
        host: as above; a server that listens everywhere goes by the name of this machine.
        names: further names that it goes by.
        token: what others than this machine have to know.
    """
    everywhere = {"0.0.0.0", "::"}  # noqa: S104 - compared
    own = {socket.gethostname().lower()} if host in everywhere else {host.lower()}
    return Access(names | own, None if is_loopback(host) else token)


def serve(home: Home, listener: socket.socket, access: Access, *, ready: Callable[[], None]) -> None:
    """Serve the dashboard until SIGINT or SIGTERM.

    Args:
        home: the data folder.
        listener: from `listening`.
        access: who may ask.
        ready: called once requests are answered.
    """
    app = create_app(home, access)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",  # there are none, so none can pass the border
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=MOST_CONNECTIONS,
    )
    with breakable() as break_off, suppress(KeyboardInterrupt):  # raised again once all is closed: so a dashboard ends
        Server(config, ready, ending=break_off).run([listener])


class Server(uvicorn.Server):
    """A server that says when it answers, and when it is to end: `ready` and `ending` are called then, in its loop."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], *, ending: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(config)
        self._ready, self._ending = ready, ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what was made so far stays: looking through it again and again took longer than making a page
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End: streams and tools that are being installed at once, other requests when they are done."""
        self._ending()
        self.lifespan.state.get(END_STREAMS, lambda: None)()
        await super().shutdown(sockets)
