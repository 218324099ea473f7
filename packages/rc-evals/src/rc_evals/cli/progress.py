"""What is known of a run while it goes on: counts, what runs now, money, and when it may end. No I/O, no clock."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rc_evals import estimate
from rc_evals.events import Decided, PhaseEntered, Retrying, UsageReported
from rc_evals.formats import counted
from rc_evals.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.events import RunEvent, TaskRef
    from rc_evals.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run as the store knows it when somebody begins to look."""

    run_id: int
    suite: str
    agent: str
    sandbox: str
    concurrency: int
    total: int
    verdicts: Mapping[str, int]
    """Tasks that have a verdict already, by verdict."""
    cost_micros: int | None
    """Spent so far; None when nobody has said."""

    @property
    def title(self) -> str:
        """One line for people."""
        isolation = "no sandbox" if self.sandbox == "none" else f"sandbox {self.sandbox}"
        what = f"run {self.run_id}: suite {self.suite}, agent {self.agent}, {isolation}"
        return f"{what}, {counted(self.total, 'task')}, {self.concurrency} at a time"


@dataclass(slots=True)
class Attempt:
    """An attempt that goes on now. Times are those of `clock.ticks_ms`."""

    task: TaskRef
    phase: str
    began: int
    """When the attempt began."""
    since: int
    """When its phase began."""
    usage: Usage | None = None
    """What it has used so far; None while nobody has said."""


class Progress:
    """Follows a run by its events, in the order in which they are published.

    Args:
        plan: the run when the looking began.
        began: when that was, as `clock.ticks_ms` says it.
    """

    def __init__(self, plan: Plan, *, began: int) -> None:
        self.plan = plan
        self.began = began
        self.verdicts = Counter(plan.verdicts)
        self.running: dict[int, Attempt] = {}
        """By task id, oldest first."""
        self.retries = 0
        self._took: deque[int] = deque(maxlen=estimate.REMEMBERED)
        self._ended_micros = plan.cost_micros
        self._running_micros: dict[int, int] = {}

    def observe(self, event: RunEvent) -> None:
        """Take an event into account."""
        task = event.task.task_id
        match event:
            case PhaseEntered(phase=phase, at=at):
                attempt = self.running.setdefault(task, Attempt(event.task, phase, at, at))
                if attempt.phase != phase:
                    attempt.phase, attempt.since = phase, at
            case UsageReported(usage=usage):
                self._note_cost(task, usage)
                if (running := self.running.get(task)) is not None:
                    running.usage = usage
            case Retrying():
                self.retries += 1
                self._end(task)
            case Decided(verdict=verdict, usage=usage, at=at):
                self.verdicts[verdict.value] += 1
                if usage is not None:
                    self._note_cost(task, usage)
                ended = self._end(task)
                if ended is not None:
                    self._took.append(at - ended.began)

    def correct(self, plan: Plan) -> None:
        """Start afresh from the store after events were missed; what was learnt on durations and retries stays."""
        self.verdicts = Counter(plan.verdicts)
        self._ended_micros = plan.cost_micros
        self._running_micros.clear()
        self.running.clear()

    @property
    def done(self) -> int:
        """Tasks that have a verdict."""
        return self.verdicts.total()

    @property
    def passed(self) -> int:
        """Tasks that passed."""
        return self.verdicts[Outcome.PASSED.value]

    @property
    def failed(self) -> int:
        """Tasks that did not pass, and whose verdict says something about the agent."""
        return sum(self.verdicts[outcome.value] for outcome in Outcome if outcome.decided) - self.passed

    @property
    def not_counted(self) -> int:
        """Tasks whose verdict says nothing about the agent."""
        return self.done - self.passed - self.failed

    @property
    def cost_micros(self) -> int | None:
        """What is known to be spent, by what runs now as well; None when nobody has said anything."""
        if self._ended_micros is None and not self._running_micros:
            return None
        return (self._ended_micros or 0) + sum(self._running_micros.values())

    def milliseconds_left(self, now: int) -> int | None:
        """Estimate when the run ends: what is left, at the median duration so far, by as many as work at a time."""
        ages = [now - attempt.began for attempt in self.running.values()]
        left = self.plan.total - self.done
        return estimate.milliseconds_left(self._took, ages=ages, undecided=left, concurrency=self.plan.concurrency)

    def _note_cost(self, task: int, usage: Usage) -> None:
        if usage.cost_micros is not None:
            self._running_micros[task] = usage.cost_micros

    def _end(self, task: int) -> Attempt | None:
        """Close an attempt: its cost is spent, whatever comes of the task."""
        if (micros := self._running_micros.pop(task, None)) is not None:
            self._ended_micros = (self._ended_micros or 0) + micros
        return self.running.pop(task, None)
