"""What the programs that measure rc-evals share: a suite that costs nothing to solve, and commands that are timed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from rc_evals.home import Home
from rc_evals.report import standing
from rc_evals.store.reader import open_reader
from rc_evals.store.run_list import RunFilter, runs

T = TypeVar("T")

EXECUTABLE: Final = str(Path(sys.executable).with_name("rc-evals"))

LANGUAGE: Final = """
title = "Trivial"
prompt = "Do nothing."
programs = ["true"]
version = []
remedy = "every system has it"
test_globs = ["*.test"]
protected_globs = ["*.test"]
commands = {commands}
results = "exit-code"
"""

LANGUAGES: Final = {"untested": "[]", "tested": '[["{true}"]]'}
"""Languages by their test commands: none, and one that passes at once."""

CONCURRENCY: Final = 25
"""Tasks at the same time, unless it is said otherwise."""

MOST_ITERATIONS: Final = 100
"""Of an exercise in a run."""

PATIENCE: Final = 300.0
"""Seconds to wait for what must come."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took."""

    seconds: float
    cpu: float
    """Seconds of CPU, of its children too."""
    peak: int
    """Bytes of memory that it, or one of its children, had at most."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What says to `rc-evals run` what to solve."""

    every: tuple[str, ...]
    """Options for all tasks."""
    one: tuple[str, ...]
    """Options for a single one."""


def make_home(folder: Path) -> Home:
    """Make a data folder that knows the languages."""
    (folder / "languages").mkdir(parents=True)
    for name, commands in LANGUAGES.items():
        (folder / "languages" / f"{name}.toml").write_text(LANGUAGE.replace("{commands}", commands), encoding="utf-8")
    return Home(folder)


def make_suite(folder: Path, tasks: int, language: str = "untested") -> Suite:
    """Write a suite of so many tasks, a multiple of 100 if there are more than that."""
    iterations = min(MOST_ITERATIONS, max(1, tasks // 100))
    for number in range(tasks // iterations):
        exercise = folder / language / f"e{number}"
        (exercise / "docs").mkdir(parents=True)
        (exercise / "docs" / "instructions.md").write_text("Do nothing.\n", encoding="utf-8")
        (exercise / "answer").write_text("nothing\n", encoding="utf-8")
        (exercise / "only.test").write_text("", encoding="utf-8")
    named = ("--suite", str(folder))
    return Suite((*named, "--iterations", str(iterations)), (*named, "--exercise", f"{language}/e0"))


def run_arguments(
    *options: str, agent: str = "nop", sandbox: str = "none", concurrency: int = CONCURRENCY
) -> tuple[str, ...]:
    """Return the command that runs an agent."""
    mode = ("--agent", agent, "--sandbox", sandbox, "--concurrency", str(concurrency))
    return (EXECUTABLE, "run", *options, *mode)


def make_used_home(folder: Path, suite: Suite) -> Home:
    """Make a data folder that has seen one run, and so has its database."""
    home = make_home(folder)
    timed(run_arguments(*suite.one), variables(home))
    return home


def variables(home: Home) -> dict[str, str]:
    """Return the environment of commands. Compiled modules are kept, as for everybody who has installed the package."""
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**ours, "RC_EVALS_HOME": str(home.root)}


def timed(command: tuple[str, ...], environment: dict[str, str] | None = None) -> Cost:
    """Run a command to its good end."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read().decode("utf-8", "replace")
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {said.strip()}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, 1024 * usage.ru_maxrss)


@contextmanager
def started(command: tuple[str, ...], home: Home) -> Generator[subprocess.Popen[bytes]]:
    """Run a command for as long as the block lasts; then it is asked to end."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=variables(home), stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            yield process
        finally:
            process.terminate()


def until(process: subprocess.Popen[bytes], look: Callable[[], T | None]) -> T:
    """Return what `look` finds at last, as long as the process lives."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode} before there was anything to see")
        time.sleep(0.005)
    raise SystemExit(f"{process.args!r} showed nothing within {PATIENCE:g} s")


def newest(home: Home) -> dict[str, Any]:
    """Return the newest run, with its numbers of tasks."""
    with open_reader(home.database) as reader:
        return runs(reader, RunFilter(), standing=standing, sort="-id", limit=1).rows[0]
