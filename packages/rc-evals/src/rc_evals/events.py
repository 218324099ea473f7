"""What happens in a run, for whoever looks on: the agent's own task events, and the platform's few beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rc_evals.outcomes import Outcome
    from rc_evals.usage import Usage


@dataclass(frozen=True, slots=True)
class TaskRef:
    """Names a task, and the attempt at it, in events and on screens."""

    task_id: int
    language: str
    exercise: str
    iteration: int
    attempt: int

    @property
    def label(self) -> str:
        """`language/exercise`, with the iteration when it is not the first."""
        return f"{self.language}/{self.exercise}" + (f"#{self.iteration}" if self.iteration > 1 else "")


@dataclass(frozen=True, slots=True)
class PhaseEntered:
    """An attempt reached a phase: `preparing`, `running`, `testing`."""

    task: TaskRef
    phase: str
    at: int
    """When, as `clock.ticks_ms` says it: durations of what goes on must not change with the time of day."""


@dataclass(frozen=True, slots=True)
class UsageReported:
    """What an attempt has used so far."""

    task: TaskRef
    usage: Usage


@dataclass(frozen=True, slots=True)
class Retrying:
    """An attempt was lost to the platform; the task is queued again."""

    task: TaskRef
    reason: str
    delay_seconds: float


@dataclass(frozen=True, slots=True)
class Decided:
    """A task has its verdict."""

    task: TaskRef
    verdict: Outcome
    explanation: str
    usage: Usage | None
    at: int
    """As above."""


RunEvent = PhaseEntered | UsageReported | Retrying | Decided
