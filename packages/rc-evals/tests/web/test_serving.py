"""The command `serve`: where it listens, what it says, how it ends."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from rc_evals.home import Home
from rc_evals.store.reader import open_reader
from rc_evals.web.new_run import MOST_BEGINNING

from .tiny_suite import add_suite, asked


@contextmanager
def serving(home: Path, *words: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run `rc-evals serve` and return it with the line that it prints once it answers."""
    command = [sys.executable, "-m", "rc_evals", "--home", str(home), "serve", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.terminate()


def address(line: str) -> str:
    return next(word for word in line.split() if word.startswith("http://"))


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_its_address_and_ends_quietly(tmp_path: Path, by: signal.Signals) -> None:
    with serving(tmp_path / "new", "--port", "0") as (process, line):
        assert httpx.get(address(line) + "api/health").json()["status"] == "ok"
        assert str(tmp_path / "new") in line
        process.send_signal(by)
        out, err = process.communicate(timeout=30)
        assert (out, err) == ("", "")


def test_tools_that_are_being_installed_do_not_keep_a_dashboard_from_its_end(tmp_path: Path) -> None:
    """And there is no run then of whatever could be used by that time."""
    home, begun = with_slow_tools(tmp_path)
    with serving(home.root, "--port", "0") as (process, line), ThreadPoolExecutor() as threads:
        asking = threads.submit(httpx.post, address(line) + "api/runs", json=asked(), timeout=60)
        until_there(begun)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert asking.result().status_code == 503
        assert "broken off" in asking.result().json()["detail"]
    with open_reader(home.database) as reader:
        assert reader.rows("SELECT id FROM runs") == []


def test_runs_that_wait_for_their_tools_keep_nobody_from_looking(tmp_path: Path) -> None:
    """Our rule: what takes minutes never takes all threads of the server."""
    home, _ = with_slow_tools(tmp_path)
    with (
        serving(home.root, "--port", "0") as (process, line),
        ThreadPoolExecutor(MOST_BEGINNING + 1) as threads,
    ):
        asking = [
            threads.submit(httpx.post, address(line) + "api/runs", json=asked(), timeout=60)
            for _ in range(MOST_BEGINNING + 1)
        ]
        refused = next(as_completed(asking, timeout=30)).result()
        assert (refused.status_code, "are being started already" in refused.json()["detail"]) == (503, True)
        assert httpx.get(address(line) + "api/health").is_success
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert {answer.result().status_code for answer in asking} == {503}


def with_slow_tools(folder: Path) -> tuple[Home, Path]:
    """Return a data folder with a suite whose tools take a minute, and what is there as soon as they are asked."""
    home, begun = Home(folder / "home"), folder / "begun"
    add_suite(home, "good")
    slow = (
        (home.languages / "shell.toml")
        .read_text("utf-8")
        .replace("version = []", f"version = ['{{sh}}', '-c', 'touch {begun}; sleep 60']")
    )
    (home.languages / "shell.toml").write_text(slow, encoding="utf-8")
    return home, begun


def until_there(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(tmp_path, "--port", str(port)) as (process, line):
            _, err = process.communicate(timeout=30)
    assert (line, process.returncode) == ("", 2)
    assert err == f"rc-evals: port {port} on 127.0.0.1 is in use; choose another with --port, or 0 for any\n"


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_an_address_of_somebody_else_is_said_in_one_line(tmp_path: Path, host: str) -> None:
    with serving(tmp_path, "--host", host, "--port", "0") as (process, _):
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.count("\n") == 1
    assert host in err


def test_everywhere_else_than_on_loopback_a_token_is_needed(tmp_path: Path) -> None:
    """Spec 20: bind to loopback by default; token when not loopback."""
    with serving(tmp_path, "--host", "0.0.0.0", "--port", "0") as (_, line):
        port = httpx.URL(address(line)).port
        here = f"http://127.0.0.1:{port}/api/health"
        assert httpx.get(here).status_code == 401
        token = httpx.URL(address(line)).params["token"]
        assert httpx.get(here, headers={"Authorization": f"Bearer {token}"}).is_success


def test_another_name_is_answered_when_it_was_given(tmp_path: Path) -> None:
    with serving(tmp_path, "--port", "0", "--allowed-host", "Evals.Example") as (_, line):
        asked = address(line) + "api/health"
        assert httpx.get(asked, headers={"Host": "evals.example"}).is_success
        assert httpx.get(asked, headers={"Host": "other.example"}).status_code == 421


def test_a_folder_that_cannot_be_one_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with serving(tmp_path / "file", "--port", "0") as (process, _):
        _, err = process.communicate(timeout=30)
    assert process.returncode == 3
    assert err.startswith("rc-evals: data folder")
    assert err.count("\n") == 1
