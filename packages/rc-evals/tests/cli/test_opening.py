"""`run --open` uses the dashboard that is there, if it shows the same runs."""

import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rc_evals.cli import opening
from rc_evals.home import Home


@contextmanager
def serving(home: Path) -> Generator[str]:
    """Run `rc-evals serve` and return its address."""
    command = [sys.executable, "-m", "rc_evals", "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield next(word for word in process.stdout.readline().split() if word.startswith("http://"))
        finally:
            process.terminate()


def is_new(home: Path) -> bool:
    """Whether a dashboard has to be started for this data folder."""
    with opening.dashboard(Home(home)) as shown:
        return shown.process is not None


def test_a_dashboard_of_the_same_folder_is_used_and_one_of_another_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, link = tmp_path / "home", tmp_path / "link"
    link.symlink_to(home)
    with serving(home) as address:
        monkeypatch.setattr(opening, "USUAL", address)
        assert not is_new(home)
        assert not is_new(link)
        assert is_new(tmp_path / "other")


def test_whatever_else_listens_there_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile or just another program: neither may keep the run from its start."""

    class Odd(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 200_000)

        def log_request(self, code: object = "-", size: object = "-") -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Odd) as server:
        threading.Thread(target=server.serve_forever).start()
        monkeypatch.setattr(opening, "USUAL", f"http://127.0.0.1:{server.server_port}/")
        assert is_new(tmp_path)
        server.shutdown()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        monkeypatch.setattr(opening, "ASK_SECONDS", 0.2)
        monkeypatch.setattr(opening, "USUAL", f"http://127.0.0.1:{mute.getsockname()[1]}/")
        assert is_new(tmp_path)
