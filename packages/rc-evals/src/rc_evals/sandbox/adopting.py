"""A sandbox in which the first job is there already: a controller that is dead has started it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rc_evals._errors import SandboxStartError
from rc_evals.sandbox import orphans, status
from rc_evals.sandbox.port import Exit, ProcessIdentity
from rc_evals.sandbox.usage import Meter

if TYPE_CHECKING:
    from pathlib import Path

    from rc_evals.sandbox.port import Job, Running, Sandbox


class Adopting:
    """Implements `Sandbox`: the first job that is started is the one that runs, or has ended; the others are new.

    Args:
        sandbox: where that job was started, and where others are.
        identity: its outermost process, as far as it is known; None for one that has ended before it was recorded.
    """

    def __init__(self, sandbox: Sandbox, identity: ProcessIdentity | None) -> None:
        self._sandbox, self._identity = sandbox, identity
        self._adopted = False
        self.level = sandbox.level

    def inside(self, place: Path) -> str:
        """See `Sandbox.inside`."""
        return self._sandbox.inside(place)

    async def start(self, job: Job) -> Running:
        """See `Sandbox.start`."""
        if self._adopted:
            return await self._sandbox.start(job)
        self._adopted = True
        identity = self._identity or ProcessIdentity(0, 0, job.token)
        if status.exit_code(job.place) is None and orphans.alive(identity):
            return self._sandbox.adopt(job, identity)
        return await asyncio.to_thread(_conclude, job, identity)

    def adopt(self, job: Job, identity: ProcessIdentity) -> Running:
        """See `Sandbox.adopt`."""
        return self._sandbox.adopt(job, identity)


@dataclass(frozen=True, slots=True)
class Ended:
    """Implements `Running` for a job that was over before anybody adopted it."""

    identity: ProcessIdentity
    _exit: Exit

    async def wait(self) -> Exit:
        """See `Running.wait`."""
        return self._exit

    async def stop(self, *, grace_seconds: float) -> None:
        """See `Running.stop`."""


def _conclude(job: Job, identity: ProcessIdentity) -> Ended:
    """End what is left of a job whose command is over, and tell how that one ended.

    Raises:
        SandboxStartError: nobody knows, because it was killed together with its sandbox.
    """
    orphans.reap(identity)
    code, stopped = status.exit_code(job.place), status.stopped(job.place)
    if code is None:
        raise SandboxStartError("what a dead controller had started ended without a word; it is tried again")
    timed_out = stopped == status.TIME_IS_UP
    exceeded = "" if timed_out else stopped
    return Ended(identity, Exit(code, timed_out, exceeded or Meter.of(job, adopted=True).trim()))
