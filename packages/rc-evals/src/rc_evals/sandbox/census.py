"""One look at all processes of the machine serves all jobs that have ended by then: it costs more than a short job."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rc_evals.sandbox import processes

if TYPE_CHECKING:
    from rc_evals.sandbox.port import ProcessIdentity

SHARE: Final = 4
"""A look is followed by a pause of this many times its own duration, so that it takes a fifth of a core at most."""


@dataclass(frozen=True, slots=True)
class Present:
    """What all processes of the machine say of the jobs that they are of."""

    sessions: frozenset[int]
    tokens: frozenset[str]

    def has(self, job: ProcessIdentity, *, own: bool) -> bool:
        """Return whether a process of a job is among them whose outermost one has ended (see `processes.of_job`)."""
        return job.token in self.tokens or (own and job.pid in self.sessions)


class Census:
    """Looks at all processes, not more often than it must."""

    def __init__(self) -> None:
        self._begun: asyncio.Task[Present] | None = None
        self._next: asyncio.Task[Present] | None = None
        self._pause_ends = 0.0

    async def taken(self) -> Present:
        """Return who is there at a moment after the call: whoever is not has ended by the time this returns."""
        if self._next is None or self._next.done():
            self._next = asyncio.create_task(self._take(self._begun), name="rc-evals-census")
        return await asyncio.shield(self._next)

    async def _take(self, before: asyncio.Task[Present] | None) -> Present:
        if before is not None and not before.done():
            await asyncio.wait({before})
        await asyncio.sleep(max(0.0, self._pause_ends - time.monotonic()))
        self._begun, self._next = self._next, None  # a job that ends from here on may have been missed
        began = time.monotonic()
        present = await asyncio.to_thread(look)
        now = time.monotonic()
        self._pause_ends = now + SHARE * (now - began)
        return present


def look() -> Present:
    """Look at all processes but our own. Blocks for some milliseconds."""
    sessions: set[int] = set()
    tokens: set[str] = set()
    for process in processes.everything():
        sessions.add(process.session)
        if token := processes.token(process.pid):
            tokens.add(token)
    return Present(frozenset(sessions), frozenset(tokens))
