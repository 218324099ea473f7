"""Runs that go on in a process of their own, so that whoever starts, resumes or cancels one may end at any time.

All functions block, and are for threads without an event loop.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final, Literal

from rc_evals._errors import ControllerError, RunBusyError, RunOverError
from rc_evals.artifacts import open_kept
from rc_evals.clock import now_ms
from rc_evals.foreign import one_line
from rc_evals.planning import plan_run
from rc_evals.report import standing
from rc_evals.run_owner import Owner, refuse_imported
from rc_evals.store.once import execute
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import RequestCancel

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_evals.home import Home
    from rc_evals.planning import Request

LOG: Final = "controller.log"
"""Among the artifacts of a run: what the processes that worked on it had to say."""

LOG_SHOWN: Final = 64 * 1024
"""Bytes of it that are read: the last."""

BEGIN_SECONDS: Final = 20.0
"""How long a new controller is waited for until it has the run. A slower one goes on all the same."""

_LOOK_SECONDS: Final = 0.05


def create(home: Home, request: Request, *, say: Callable[[str], None]) -> int:
    """Store a run that nobody works on yet, and return its id. Takes minutes where tools have to be installed.

    Raises:
        EvalsError: the request or the machine is at fault; nothing was stored.
    """
    command, _ = asyncio.run(plan_run(home, request, now=now_ms(), say=say))
    return execute(home.database, command)


def resume(home: Home, run_id: int) -> None:
    """Let a process of its own work on a run that nobody works on; returns once it does.

    Raises:
        RunBusyError: somebody works on it.
        RunOverError: there is nothing left to do.
        ControllerError: the process ended at once; the text says why, as far as it said so.
        ImportedRunError: it was made elsewhere.
        UnknownRunError: no such run.
    """
    with open_reader(home.database) as reader:
        run = reader.run(run_id)
    if run["finished_at"] is not None:
        raise RunOverError(f"run {run_id} is over already ({run['state']})")
    refuse_imported(run)
    if standing(run) == "running":
        raise RunBusyError(f"run {run_id} is being worked on by {Owner.of(run) or 'another'}")
    process, reaper = _launch(home, run_id, "resume")
    deadline = time.monotonic() + BEGIN_SECONDS
    while True:
        ended = not reaper.is_alive()  # before the look at the store, where it may have done all there was to do
        with open_reader(home.database) as reader:
            run = reader.run(run_id)
        owner = Owner.of(run)
        if run["finished_at"] is not None or (owner is not None and owner.pid == process.pid):
            return
        if ended:
            raise ControllerError(f"run {run_id} does not go on: {last_line(home, run_id) or 'its process ended'}")
        if time.monotonic() > deadline:
            return
        reaper.join(_LOOK_SECONDS)


def cancel(home: Home, run_id: int) -> None:
    """Ask for the end of a run; returns at once. A process of its own sees to it where no controller lives.

    Raises:
        RunOverError: it has ended already.
        ImportedRunError: it was made elsewhere.
        UnknownRunError: no such run.
    """
    with open_reader(home.database) as reader:
        run = reader.run(run_id)
    if run["finished_at"] is None:
        refuse_imported(run)
    if not execute(home.database, RequestCancel(run_id=run_id, now=now_ms())):
        raise RunOverError(f"run {run_id} is over already ({run['state']})")
    _launch(home, run_id, "cancel")


def controller_log(home: Home, run_id: int) -> str:
    """Return the end of what the controllers of a run had to say; empty when that was nothing."""
    file = open_kept(home.artifacts(run_id), LOG)
    if file is None:
        return ""
    with file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - LOG_SHOWN))
        return file.read().decode("utf-8", "replace")


def last_line(home: Home, run_id: int) -> str:
    """Return the last that a controller of a run had to say, harmless to show; empty when that was nothing."""
    return one_line(controller_log(home, run_id).rstrip().rpartition("\n")[2].removeprefix("rc-evals: "))


def _launch(
    home: Home, run_id: int, command: Literal["resume", "cancel"]
) -> tuple[subprocess.Popen[bytes], threading.Thread]:
    """Start a command on a run. Returns the process, and the thread that ends with it: it leaves no zombie."""
    folder = home.artifacts(run_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(folder / LOG, flags, 0o600), "ab") as log:
        process = subprocess.Popen(  # noqa: S603 - ourselves, no shell
            # -P: nothing in the working directory is taken for a module of ours
            [sys.executable, "-P", "-m", "rc_evals", "--home", home.root, command, str(run_id)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    reaper = threading.Thread(target=process.wait, name=f"rc-evals-reaper-{process.pid}", daemon=True)
    reaper.start()
    return process, reaper
