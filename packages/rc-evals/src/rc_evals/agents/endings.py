"""How an agent's part ended, from how its task stands and how its host exited. No I/O. Source: spec 7.5, 8, 9.8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rc_evals.agents.port import AgentEnd
from rc_evals.outcomes import EndReason

if TYPE_CHECKING:
    from rc_types.ports import TaskOutcome

LIMIT_ASK: Final = "auto_approval_max_req_reached"
"""Asked when the requests or the money that the settings allow are used up."""

NOT_FOUND: Final = 127
"""Exit code of a shell, and of a sandbox, for a command that there is not."""


def ending(outcome: TaskOutcome, exit_code: int | None, *, begins_by_itself: bool) -> AgentEnd:
    """Return the end of an agent whose task was followed.

    Args:
        outcome: how the task stands.
        exit_code: the host's, None while it runs.
        begins_by_itself: whether the host's command line was the task; such a host exits with 0 once it is done.
    """
    match outcome.kind:
        case "completed" | "presented":
            return AgentEnd(exit_code=exit_code)
        case "needs_input" if outcome.ask == LIMIT_ASK:
            error = "the requests or the money that the settings allow are used up"
            return AgentEnd(EndReason.LIMIT, error, exit_code)
        case "needs_input":
            asked = f"the host asks {outcome.ask or 'something'}, and nobody answers"
            return AgentEnd(EndReason.NEEDS_INPUT, _with(asked, outcome.text), exit_code)
        case "disconnected":
            return end_without_word(exit_code, begins_by_itself=begins_by_itself)
        case "failed" | "aborted":
            return AgentEnd(EndReason.AGENT_ERROR, _with(outcome.reason, outcome.text), exit_code)


def end_without_word(exit_code: int | None, *, begins_by_itself: bool) -> AgentEnd:
    """Return the end of an agent whose host went away before its task had come to anything; None: it hung up."""
    if exit_code == 0 and begins_by_itself:
        return AgentEnd(exit_code=0)
    how = "closed its connection" if exit_code is None else f"exited with {exit_code}"
    hint = "; can its command be found in the sandbox?" if exit_code == NOT_FOUND else ""
    return AgentEnd(EndReason.AGENT_ERROR, f"the host {how} before the task was done{hint}", exit_code)


def _with(reason: str, text: str | None) -> str:
    return f"{reason}: {text}" if text and not text.isspace() else reason
