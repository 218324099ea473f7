"""How a task stands when a wait for it ends, and which asks say so. No I/O. Source: IPC spec 7.1 and R-15."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from rc_types.message import IDLE_ASKS, RESUMABLE_ASKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_types.task import TaskId

Until: TypeAlias = Literal["presented", "settled", "accepted"]
"""What is waited for: the result is there; it is there and its last usage too; somebody accepted it."""

OutcomeKind: TypeAlias = Literal["completed", "presented", "needs_input", "failed", "aborted", "disconnected"]

COMPLETION_ASK: Final = "completion_result"
"""Asked once the result is there. Source: IPC spec 9.3."""

FAILURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "api_req_failed": "the request to the model failed",
        "payment_required_prompt": "needs credits at the model gateway",
        "unauthorized_prompt": "needs a sign-in at the model gateway",
        "promotion_model_sign_up_required_prompt": "needs a sign-up at the model gateway",
        "invalid_model": "needs another model: the gateway refuses this one",
    }
)
"""Asks that nobody unattended can answer, so that the task has failed. Source: evals spec 9.8, KD-016."""

RESUME_ASKS: Final = frozenset({*RESUMABLE_ASKS, "resume_completed_task"})
"""What a task asks once it was opened again, and waits."""

RESTING_ASKS: Final = frozenset({*IDLE_ASKS, *RESUMABLE_ASKS}) - {COMPLETION_ASK}
"""Asks that no setting answers: the task rests at once. With all others it rests when the host says so."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task stands when a wait for it ends."""

    kind: OutcomeKind
    """`completed`: accepted; `presented`: the result is there; `needs_input`: somebody has to answer `ask`; `failed`:
    as `reason` says; `aborted`: cancelled or replaced, and not opened again; `disconnected`: nobody knows."""
    task_id: TaskId
    """The task, or the sub-task that works for it."""
    reason: str
    """One line for people."""
    ask: str | None = None
    """Name of the ask that the task rests on, if it rests and the ask was heard."""
    text: str | None = field(default=None, repr=False)
    """What is asked, if somebody has to answer or the task has failed (a JSON document for many asks); otherwise the
    result, if there is one."""
