"""Counts what an attempt uses, from the events of its agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rc_types.events import TaskCompleted, TaskTokenUsageUpdated

from rc_evals.usage import MICROS, ToolCount, Usage, merge

if TYPE_CHECKING:
    from rc_types.events import TaskEvent

_MOST: Final = 2**40
"""Larger than anything real, a million dollars in micros: an agent may claim any number, and sums must fit as well."""


class Meter:
    """Keeps the latest totals per task id of the agent, and adds sub-tasks up (spec 24.7)."""

    def __init__(self) -> None:
        self._tasks: dict[str, Usage] = {}

    def observe(self, event: TaskEvent) -> bool:
        """Take an event into account and return whether it changed the totals."""
        if not isinstance(event, TaskTokenUsageUpdated | TaskCompleted):
            return False
        new = _usage(event)
        known = self._tasks.get(event.task_id)
        self._tasks[event.task_id] = new if known is None else merge(known, new)
        return True

    @property
    def total(self) -> Usage | None:
        """What all tasks of the attempt used together; None while nothing was said."""
        if not self._tasks:
            return None
        first, *others = self._tasks.values()
        return sum(others, start=first)


def _usage(event: TaskTokenUsageUpdated | TaskCompleted) -> Usage:
    tokens = event.token_usage
    return Usage(
        tokens_in=_count(tokens.total_tokens_in),
        tokens_out=_count(tokens.total_tokens_out),
        tokens_context=_count(tokens.context_tokens),
        cache_writes=_count(tokens.total_cache_writes or 0),
        cache_reads=_count(tokens.total_cache_reads or 0),
        cost_micros=_count(tokens.total_cost * MICROS),
        tools={
            name: ToolCount(_count(tool.attempts), _count(tool.failures)) for name, tool in event.tool_usage.items()
        },
    )


def _count(number: float) -> int:
    return round(max(0, min(number, _MOST)))
