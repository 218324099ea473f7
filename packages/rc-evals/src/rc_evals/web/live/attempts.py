"""An attempt that goes on, or waits for its turn, as people look at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

from rc_evals import formats
from rc_evals.web.live.activity import Activity, excerpt

if TYPE_CHECKING:
    from rc_types.events import TaskEvent

    from rc_evals.events import TaskRef
    from rc_evals.web.live.tail import Tail


class Row(TypedDict):
    """One line of the board. Texts are ready to be shown; times are milliseconds since the epoch."""

    task: int
    name: str
    attempt: int
    phase: str
    """`leased`, `preparing`, `running`, `testing`, or `queued` for a task that is tried again."""
    waits_for: str
    """`slot`, `sandbox`, `model`, ...; empty while it works, or when nobody can tell."""
    tool: str
    text: str
    tokens: str
    cost: str
    trouble: str
    began: int
    since: int
    """When its phase began."""
    until: int | None
    """When the limit of its phase is reached, or when it may be tried again."""


@dataclass(slots=True)
class Working:
    """An attempt that goes on."""

    task: TaskRef
    began: int
    since: int
    tail: Tail
    phase: str = "leased"
    has_process: bool = False
    """Whether what the phase is for runs by now."""
    seconds: float | None = None
    """Limit of the phase; None for one that nobody has to wait for."""
    activity: Activity = field(default_factory=Activity)
    _generation: int = 0

    def enter(self, phase: str, at: int) -> None:
        """Note a phase; it is told once when it begins and once more when its process runs."""
        if phase == self.phase:
            self.has_process = True
        else:
            self.phase, self.since, self.has_process = phase, at, False

    @property
    def waits_for(self) -> str:
        """What it waits for, as far as anybody knows."""
        if not self.has_process:
            return "sandbox"
        return self.activity.waits_for if self.phase == "running" else ""

    def hear(self) -> list[TaskEvent]:
        """Read on in the transcript; returns the events that nobody has been told yet."""
        lines, generation = self.tail.look(), self.tail.generation
        if generation != self._generation:
            self._generation, self.activity = generation, Activity()
        heard = [event for line in lines if (event := self.activity.hear(line)) is not None]
        return [] if self.tail.is_history else heard

    def row(self) -> Row:
        """Return the line of the board."""
        usage = self.activity.usage
        tokens = cost = ""
        if usage is not None:
            tokens = f"{formats.tokens(usage.tokens_in)} in, {formats.tokens(usage.tokens_out)} out"
            cost = "" if usage.cost_micros is None else formats.money(usage.cost_micros)
        return Row(
            task=self.task.task_id,
            name=excerpt(self.task.label),
            attempt=self.task.attempt,
            phase=self.phase,
            waits_for=self.waits_for,
            tool=self.activity.tool,
            text=self.activity.text,
            tokens=tokens,
            cost=cost,
            trouble=self._trouble(),
            began=self.began,
            since=self.since,
            until=None if self.seconds is None else self.since + round(1000 * self.seconds),
        )

    def _trouble(self) -> str:
        errors = 0 if self.activity.usage is None else self.activity.usage.api_errors
        limits = self.activity.rate_limits
        unread = self.activity.broken + self.tail.left_out
        parts = (
            formats.counted(errors, "API error") if errors else "",
            formats.counted(limits, "rate limit") if limits else "",
            f"{formats.counted(unread, 'event')} unreadable" if unread else "",
        )
        return ", ".join(filter(None, parts))


def retry_row(task: TaskRef, *, lost_at: int, not_before: int, why: str) -> Row:
    """Return the line of a task whose latest attempt was lost and that is queued again."""
    return Row(
        task=task.task_id,
        name=excerpt(task.label),
        attempt=task.attempt + 1,
        phase="queued",
        waits_for="another try" if not_before > lost_at else "slot",
        tool="",
        text="",
        tokens="",
        cost="",
        trouble=excerpt(why),
        began=lost_at,
        since=lost_at,
        until=not_before if not_before > lost_at else None,
    )
