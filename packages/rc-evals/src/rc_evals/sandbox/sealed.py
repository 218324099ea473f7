"""The processes of a bubblewrap sandbox: everything below the pid 1 of a pid namespace."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rc_evals.sandbox import processes, signals, status, system
from rc_evals.sandbox.usage import INODE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rc_evals.sandbox.port import ProcessIdentity
    from rc_evals.sandbox.processes import Process
    from rc_evals.sandbox.usage import Meter

_OWN: Final = 2
"""Processes of the sandbox between the outermost one and the command: bwrap, and its pid 1."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Implements `Tree`."""

    outermost: ProcessIdentity
    place: Path
    output: Path

    def overdrawn(self, meter: Meter) -> str:
        """See `Tree.overdrawn`."""
        job = self._job()
        return meter.exceeded(job, scratch_bytes=_scratch_bytes(job))

    def ask(self) -> bool:
        """See `Tree.ask`."""
        asked = [signals.send(process, signal.SIGTERM) for process in self._job()]
        return any(asked)

    def kill(self) -> None:
        """See `Tree.kill`. What a hostile command may have done to its pid 1, it cannot outlive it."""
        signals.fell(self._sandbox)

    async def has_left(self) -> bool:
        """See `Tree.has_left`. Its pid 1 ends after the outermost process."""
        return True

    def settle(self, *, left: bool) -> None:  # noqa: ARG002 - the seam's signature
        """See `Tree.settle`. The kernel reports the end of a pid 1 once nothing is left in its namespace."""
        pid = status.first_process(self.place)
        if pid is None:  # killed before it could tell: a pid 1 that was just made may not have ended yet
            signals.wipe_out(self.outermost, own=False)
        else:
            signals.end(pid, lambda it: it.name == "bwrap" and it.started >= self.outermost.started)

    def exit_code(self) -> int | None:
        """See `Tree.exit_code`."""
        return status.exit_code(self.place)

    def failure(self) -> str:
        """See `Tree.failure`. bwrap says it as the last thing that is printed."""
        last = self.output.read_bytes()[-4096:].decode("utf-8", "replace").strip().rpartition("\n")[2]
        return last if last.startswith("bwrap: ") else ""

    def _job(self) -> Sequence[Process]:
        return processes.descendants(self.outermost.pid)[_OWN:]

    def _sandbox(self) -> Sequence[Process]:
        outermost = processes.read(self.outermost.pid)
        if outermost is None or outermost.started != self.outermost.started:
            return ()
        return (outermost, *processes.descendants(outermost.pid)[:_OWN])


def _scratch_bytes(job: Sequence[Process]) -> int:
    """Return what a job holds in its folders in memory, seen through any of its processes."""
    for process in job:
        try:
            used = [os.statvfs(f"/proc/{process.pid}/root{folder}") for folder in system.SCRATCH]
        except OSError:
            continue  # it ended meanwhile, or has not left the host's root yet
        return sum((one.f_blocks - one.f_bfree) * one.f_frsize + (one.f_files - one.f_ffree) * INODE for one in used)
    return 0
