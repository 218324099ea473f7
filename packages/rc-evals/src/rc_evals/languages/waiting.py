"""Tools that are waited for, minutes long when they install something, and how the waiting is broken off."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, Final

from rc_evals._errors import ToolchainError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from pathlib import Path

POLL_SECONDS: Final = 0.1
"""Between two looks at a lock that another process has."""

_guard = threading.Lock()
_running: set[subprocess.Popen[bytes]] = set()
_broken_off = threading.Event()


@contextmanager
def breakable() -> Generator[Callable[[], None]]:
    """Give out what ends all waiting at once, in whatever threads, and any that is begun before the end of the block.

    For the one thing that a process does with signals: there is one block at a time.
    """
    try:
        yield _break_off
    finally:
        _broken_off.clear()


def run(argv: Sequence[str], *, seconds: float, cwd: Path, env: Mapping[str, str]) -> tuple[int, bytes]:
    """Run a tool to its end and return its exit code and all that it printed.

    It does not hear the Ctrl-C that is meant for us: a signal halfway through would spoil what it installs.

    Raises:
        ToolchainError: the waiting was broken off before it began.
        OSError: it cannot be started.
        subprocess.TimeoutExpired: it was killed when its time was up.
    """
    with _guard:
        go_on()
        process = subprocess.Popen(  # noqa: S603 - an argument vector, no shell
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            start_new_session=True,
        )
        _running.add(process)
    try:
        output, _ = process.communicate(timeout=seconds)
    except BaseException:
        _kill(process)
        process.communicate()
        raise
    finally:
        with _guard:
            _running.discard(process)
    return process.returncode, output


def lock(file: IO[Any]) -> None:
    """Return once this process alone has a file; closing it gives it back.

    Raises:
        ToolchainError: the waiting was broken off.
    """
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            go_on()
            _broken_off.wait(POLL_SECONDS)
        else:
            return


def _break_off() -> None:
    _broken_off.set()
    with _guard:
        for process in _running:
            _kill(process)


def go_on() -> None:
    """Do nothing, unless what was waited for was broken off.

    Raises:
        ToolchainError: it was.
    """
    if _broken_off.is_set():
        raise ToolchainError("preparing the tools was broken off")


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:  # else its number may be another's by now
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
