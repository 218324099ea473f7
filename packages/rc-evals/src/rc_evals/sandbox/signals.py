"""Signals to processes that are somebody else's by name and may be gone: ending a whole tree, and knowing that it has.

Linux only; elsewhere nothing is sent.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from rc_evals._errors import InfrastructureError
from rc_evals.sandbox.processes import of_job, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rc_evals.sandbox.port import ProcessIdentity
    from rc_evals.sandbox.processes import Process

PATIENCE: Final = 10.0
"""Seconds within which whoever is killed dies."""
_STOPPED: Final = frozenset("TtZXx")
"""States in which a process cannot fork: stopped, traced, zombie, dead."""
_ROUNDS: Final = 100
"""How often `fell` looks; a bomb of processes is stopped faster than it grows, so that this is never reached."""


def send(process: Process, signal_number: int) -> bool:
    """Send a signal to exactly this process, never to one that took over its pid. False when that cannot be done."""
    if sys.platform != "linux":
        return False
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:
        return False
    try:
        now = read(process.pid)
        if now is None or now.started != process.started:
            return False
        signal.pidfd_send_signal(handle, signal_number)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def fell(find: Callable[[], Iterable[Process]]) -> int:
    """Kill all processes that `find` returns, and those which they start meanwhile. Returns how many they were.

    They are stopped first, round by round until nobody new turns up: whoever is stopped cannot fork.

    Args:
        find: looks for them anew, parents before children.
    """
    stopped: dict[tuple[int, int], Process] = {}
    for _ in range(_ROUNDS):
        new = [process for process in find() if (process.pid, process.started) not in stopped]
        if not new:
            break
        for process in new:
            _stop(process)
            stopped[process.pid, process.started] = process
    for process in reversed(stopped.values()):
        send(process, signal.SIGKILL)
    return len(stopped)


def end(pid: int, is_meant: Callable[[Process], bool], *, within: float = PATIENCE) -> None:
    """Kill the process that has a pid, if it is the one that is meant. Returns once it has ended; blocks.

    Raises:
        InfrastructureError: it does not die, which is the kernel's fault or that of a device.
    """
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return
    try:
        process = read(pid)  # only now: if the pid has changed hands meanwhile, the handle is that of a dead one
        if process is None or not is_meant(process):
            return
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        if not ended.poll(1000 * within):
            raise InfrastructureError(f"process {pid} does not die; see what it waits for in /proc/{pid}/stack")
    finally:
        os.close(handle)


def wipe_out(identity: ProcessIdentity, *, own: bool, within: float = PATIENCE) -> int:
    """Kill all processes that `of_job` finds; returns how many they were, once none is left.

    Raises:
        InfrastructureError: some do not die, which is the kernel's fault or that of a device.
    """
    deadline = time.monotonic() + within
    killed = 0
    while found := fell(lambda: of_job(identity, own=own)):
        killed += found
        if time.monotonic() > deadline:
            left = ", ".join(sorted({str(process.pid) for process in of_job(identity, own=own)}))
            raise InfrastructureError(f"processes {left} do not die; see what they wait for in /proc/PID/stack")
        os.sched_yield()
    return killed


def _stop(process: Process, *, within: float = 0.1) -> None:
    """Stop a process and return once it can no longer fork, or after `within` seconds."""
    deadline = time.monotonic() + within
    if not send(process, signal.SIGSTOP):
        return
    while time.monotonic() < deadline:
        now = read(process.pid)
        if now is None or now.started != process.started or now.state in _STOPPED:
            return
        os.sched_yield()
