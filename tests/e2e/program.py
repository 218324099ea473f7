"""rc-evals in processes of its own, a data folder for it, and what both leave on this machine."""

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

T = TypeVar("T")

PATIENCE: Final = 60.0
"""Seconds for any one thing that must happen; generous, for machines that are busy."""

EXECUTABLE: Final = str(Path(sys.executable).with_name("rc-evals"))


def until(condition: Callable[[], T | None], what: str) -> T:
    """Look again and again until the condition returns something true; that is returned."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {PATIENCE:g} s: {what}"
        time.sleep(0.01)
    return value


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What it printed with `--json`: one document, and nothing else."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Found:
    """A process that has to do with a data folder."""

    pid: int
    command: str


@dataclass(slots=True)
class Background:
    """A command that runs, in a process group of its own as a shell would start it."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group, as a terminal does on Ctrl-C."""
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """Kill the one process, without a chance to clean up."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def wait(self, patience: float = PATIENCE) -> Done:
        """Return once it has ended."""
        code = self.process.wait(patience)
        return Done(code, self.out.read_text("utf-8"), self.err.read_text("utf-8"))


@dataclass(slots=True)
class Program:
    """The program with one data folder, whose name is found nowhere else on this machine."""

    home: Path
    env: Mapping[str, str]
    prefix: tuple[str, ...] = ()
    """Command in front of every command: what leads to where the data folder can be seen."""
    started: list[Background] = field(default_factory=list[Background])

    def __call__(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
        patience: float = PATIENCE,
    ) -> Done:
        """Run a command to its end, with more variables or in front of something else when wanted."""
        done = subprocess.run(
            [*self.prefix, *prefix, EXECUTABLE, *arguments],
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=patience,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> Background:
        """Start a command."""
        out, err = (self.home.parent / f"command-{len(self.started)}.{kind}" for kind in ("out", "err"))
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [*self.prefix, EXECUTABLE, *arguments],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        self.started.append(Background(process, out, err))
        return self.started[-1]

    def document(self, run_id: int = 1) -> Any:
        """What `show --json` prints."""
        done = self("show", str(run_id), "--json")
        assert done.code == 0, done.err
        return done.document

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database; one that is not there yet has no rows."""
        path = self.home / "evals.db"
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=20)) as connection:
                return connection.execute(sql).fetchall()
        except sqlite3.OperationalError:
            return []

    def processes(self, mark: str | None = None) -> list[Found]:
        """Find the living processes of which a command line, environment, mount or working folder has the mark in it.

        Args:
            mark: any text; the name of the data folder unless said otherwise, which every process of every run has.
        """
        sought = (mark or self.home.name).encode()
        return [
            Found(int(folder.name), _read(folder / "cmdline").replace(b"\0", b" ").decode("utf-8", "replace").strip())
            for folder in Path("/proc").iterdir()
            if folder.name.isdecimal() and int(folder.name) != os.getpid() and sought in _traces(folder)
        ]

    def scratch(self) -> list[Path]:
        """What is left of workspaces and other scratch folders."""
        return sorted((self.home / "scratch").glob("*/*"))

    def artifacts(self, task: str, name: str, *, attempt: int = 1) -> Path:
        """Where the only run keeps a file of an attempt; `task` is `LANGUAGE-EXERCISE-ITERATION`."""
        return self.home / "runs" / "1" / task / f"attempt-{attempt}" / name

    def clean_up(self) -> None:
        """Kill what a test has left running; only a failed one does."""
        for background in self.started:
            if background.process.poll() is None:
                background.kill()
        for found in self.processes():
            os.kill(found.pid, signal.SIGKILL)


def _traces(folder: Path) -> bytes:
    """What a process shows of itself; nothing of a zombie."""
    try:
        where = os.fsencode((folder / "cwd").readlink())
    except OSError:
        where = b""
    return b"\n".join((where, *(_read(folder / name) for name in ("cmdline", "environ", "mountinfo"))))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def program_with(home: Path) -> Program:
    """Return the program with a data folder, in our environment."""
    foreign = ("RC_EVALS_", "PYTHONDONTWRITEBYTECODE")  # compiled modules are kept, as for everybody who installs it
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return Program(home, {**ours, "RC_EVALS_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "100"})


def command_agent(script: str, **arguments: str) -> tuple[str, ...]:
    """Return the options that make a shell script the agent."""
    pairs = {"command": shlex.join(("sh", "-c", script)), **arguments}
    return (
        "--agent",
        "command",
        *(part for name, value in pairs.items() for part in ("--agent-arg", f"{name}={value}")),
    )


def is_one_line(text: str) -> bool:
    """Whether this is what the program says when it refuses: one line that begins with its name, no traceback."""
    return text.startswith("rc-evals: ") and text.count("\n") == 1 and text.endswith("\n") and "Traceback" not in text
