"""The agents that need no model: they tell whether a suite, and the platform, can be trusted (spec 24.4, 24.15)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rc_evals import __version__
from rc_evals.agents.port import AgentEnd, AgentFacts
from rc_evals.outcomes import EndReason
from rc_evals.redaction import NOTHING_SECRET
from rc_evals.suites.workspace import write

if TYPE_CHECKING:
    from rc_evals.agents.port import Stage


class Nop:
    """Does nothing. A task that passes so has tests that prove nothing."""

    facts = AgentFacts(name="nop", version=__version__, works=False)
    redaction = NOTHING_SECRET

    async def solve(self, stage: Stage) -> AgentEnd:
        """Return at once."""
        del stage
        return AgentEnd()


class Oracle:
    """Puts the reference solution in place. A task that fails so has broken tests, or a broken toolchain."""

    facts = AgentFacts(name="oracle", version=__version__)
    redaction = NOTHING_SECRET

    async def solve(self, stage: Stage) -> AgentEnd:
        """Copy the reference of the exercise into the workspace."""
        reference = stage.exercise.reference
        if reference is None:
            return AgentEnd(
                EndReason.AGENT_ERROR,
                f"{stage.exercise.id} has no reference solution; name a pack with --agent-arg reference=FOLDER",
            )
        await asyncio.to_thread(write, reference, stage.workspace)
        return AgentEnd()
