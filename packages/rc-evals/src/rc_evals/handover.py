"""What the journal keeps of an agent's work once it is done, so that another controller needs only to test it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rc_evals.agents.port import AgentEnd
from rc_evals.outcomes import EndReason
from rc_evals.store.closing import MAX_ERROR
from rc_evals.usage import ToolCount, Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.store.closing import AttemptRecord


def told(record: AttemptRecord) -> dict[str, object]:
    """Return what is worth keeping of an attempt of which only the tests are left to do."""
    known = {
        "reason": record.end_reason.value,
        "error": record.error[:MAX_ERROR],
        "exit_code": record.exit_code,
        "prepare_ms": record.prepare_ms,
        "agent_ms": record.agent_ms,
        "usage": None if record.usage is None else asdict(record.usage),
    }
    return {name: value for name, value in known.items() if value not in (None, "")}


def end_in(known: Mapping[str, Any]) -> AgentEnd:
    """Return how the agent ended, from what `told` returned."""
    return AgentEnd(
        EndReason(known["reason"]), known.get("error", ""), known.get("exit_code"), worked_ms=known.get("agent_ms")
    )


def usage_in(known: Mapping[str, Any]) -> Usage | None:
    """Return what the agent used, from what `told` returned."""
    usage = known.get("usage")
    if usage is None:
        return None
    return Usage(**(usage | {"tools": {name: ToolCount(**count) for name, count in usage["tools"].items()}}))
