"""`run --open`: the run in a browser, while it goes on and afterwards. The browser is a script of ours."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from .exercises import SOLVE
from .program import EXECUTABLE, PATIENCE, Program, command_agent, until


@pytest.fixture
def visited(tmp_path: Path, program: Program) -> Path:
    """The file that takes what the browser is told to open."""
    script, file = tmp_path / "browser", tmp_path / "visited"
    script.write_text(f"#!{sys.executable}\nimport sys\nopen({str(file)!r}, 'w').write(sys.argv[1])\n", "utf-8")
    script.chmod(0o755)
    program.env = {**program.env, "BROWSER": str(script)}
    return file


def address(visited: Path) -> str:
    """Return what the browser was told to open, once it was."""
    return until(lambda: visited.read_text("utf-8") if visited.exists() else "", "the browser is told to open the run")


def test_the_browser_shows_the_run_while_it_goes_on(
    program: Program, suite: Path, exercise: Path, visited: Path, tmp_path: Path
) -> None:
    """The page follows the run from the start to the end; without a terminal the dashboard ends with the run."""
    go_on = tmp_path / "go-on"
    os.mkfifo(go_on)
    agent = command_agent(f"read line < {go_on}; {SOLVE}")
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", "none", "--open")
    page = address(visited)
    assert page.endswith("/runs/1")
    with httpx.stream("GET", page.replace("/runs/", "/api/runs/") + "/stream", timeout=PATIENCE) as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("event: ")) == "event: snapshot"
        with go_on.open("w", encoding="utf-8") as told:
            told.write("\n")
        assert "event: done" in list(lines)
    done = run.wait()
    assert done.code == 0, done.err
    assert "1 passed" in done.out
    until(lambda: not program.processes(), "the dashboard ends")


def test_in_a_terminal_the_dashboard_stays_until_ctrl_c(
    program: Program, suite: Path, exercise: Path, visited: Path
) -> None:
    person, terminal = pty.openpty()
    command = [EXECUTABLE, "run", "--suite", str(suite), *command_agent(SOLVE), "--sandbox", "none", "--open"]
    # A session of its own, whose terminal this is: Ctrl-C reaches it as from a keyboard.
    attach = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", attach, *command],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**program.env, "TERM": "dumb"},
        start_new_session=True,
    )
    os.close(terminal)
    read_until(person, b"Ctrl-C ends the dashboard")
    answer = httpx.get(address(visited))
    assert (answer.status_code, "Run 1" in answer.text) == (200, True)
    os.write(person, b"\x03")
    assert process.wait(PATIENCE) == 0
    os.close(person)
    until(lambda: not program.processes(), "the dashboard ends")


def test_a_dashboard_that_cannot_start_does_not_keep_the_run(
    program: Program, suite: Path, exercise: Path, visited: Path, tmp_path: Path
) -> None:
    """A guest in the run's house: here nobody can listen, since the module behind `serve` is broken."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "uvicorn.py").write_text("raise ImportError('not here')\n", "utf-8")
    done = program(
        "run", "--suite", str(suite), *command_agent(SOLVE), "--sandbox", "none", "--open", "--json",
        env={"PYTHONPATH": str(broken)},
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.document["run"]["counts"]["passed"] == 1
    assert not visited.exists()


def read_until(terminal: int, sought: bytes) -> None:
    """Read what a terminal shows until the words are among it."""
    seen = b""
    while sought not in seen:
        ready, _, _ = select.select([terminal], [], [], PATIENCE)
        assert ready, seen.decode("utf-8", "replace")
        seen += os.read(terminal, 65_536)
