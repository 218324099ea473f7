"""Counts what an attempt uses, from the events of its agent. An agent may claim anything: all of it is bounded."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rc_evals.redaction import NOTHING_SECRET
from rc_evals.usage import MICROS, ToolCount, Usage, merge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_types.events import Message, TaskCompleted, TaskEvent, TaskTokenUsageUpdated
    from rc_types.tool import ToolAttempts

    from rc_evals.redaction import Redaction

_MOST: Final = 2**40
"""Larger than anything real, a million dollars in micros; sums of it must fit as well."""

MOST_NAMES: Final = 100
"""Tasks and tools that are counted by name: several times what any assistant has of them in one attempt."""

LONGEST_NAME: Final = 100
"""Characters of such a name."""

OTHERS: Final = "other"
"""Where all further ones are counted."""


_REQUEST: Final = "api_req_started"
_FAILED: Final = "api_req_failed"
_DELAYED: Final = "api_req_retry_delayed"
_RETRIED: Final = "api_req_retried"
"""What messages tell of requests to the model (spec 9.7)."""


class Meter:
    """Keeps the latest totals per task id of the agent, and adds sub-tasks up (spec 24.7).

    Args:
        redaction: takes secrets out of the names of tools, which are stored.
    """

    def __init__(self, redaction: Redaction = NOTHING_SECRET) -> None:
        self._redaction = redaction
        self._tasks: dict[str, Usage] = {}
        self._tools: set[str] = set()
        self._requests = Counter[str]()

    def observe(self, event: TaskEvent) -> bool:
        """Take an event into account and return whether it changed the totals."""
        if event.event_name == "message":
            return self._hear(event)
        if event.event_name != "taskTokenUsageUpdated" and event.event_name != "taskCompleted":
            return False
        new = self._usage(event)
        task = _name(event.task_id, self._tasks)
        known = self._tasks.get(task)
        self._tasks[task] = new if known is None else merge(known, new)
        return True

    @property
    def total(self) -> Usage | None:
        """What all tasks of the attempt used together; None while nothing was said."""
        if not self._tasks and not self._requests:
            return None
        said = self._requests
        # A request that failed is tried again after a delay, or once somebody was asked; then it is said again.
        errors = max(said[_FAILED] + said[_DELAYED], said[_RETRIED])
        return replace(sum(self._tasks.values(), start=Usage()), api_requests=said[_REQUEST], api_errors=errors)

    def _hear(self, event: Message) -> bool:
        """Count what a message tells of requests; it is told again whenever it grows."""
        kind = event.message.say or event.message.ask
        if kind not in {_REQUEST, _FAILED, _DELAYED, _RETRIED} or event.action != "created":
            return False
        self._requests[kind] += 1
        return True

    def _usage(self, event: TaskTokenUsageUpdated | TaskCompleted) -> Usage:
        """Return what the event says. Where only tools are told, what they cost is unknown."""
        tokens = event.token_usage
        says_anything = tokens.total_tokens_in or tokens.total_tokens_out or tokens.total_cost
        return Usage(
            tokens_in=_count(tokens.total_tokens_in),
            tokens_out=_count(tokens.total_tokens_out),
            tokens_context=_count(tokens.context_tokens),
            cache_writes=_count(tokens.total_cache_writes or 0),
            cache_reads=_count(tokens.total_cache_reads or 0),
            cost_micros=_count(tokens.total_cost * MICROS) if says_anything else None,
            tools=self._counts(event.tool_usage),
        )

    def _counts(self, told: Mapping[str, ToolAttempts]) -> dict[str, ToolCount]:
        counts: dict[str, ToolCount] = {}
        for tool, told_of in told.items():
            name = _name(self._redaction.text(tool), self._tools)
            self._tools.add(name)
            before = counts.get(name, ToolCount(0, 0))
            attempts, failures = before.attempts + told_of.attempts, before.failures + told_of.failures
            counts[name] = ToolCount(_count(attempts), _count(failures))
        return counts


def _name(told: str, known: Mapping[str, Usage] | set[str]) -> str:
    """Return under which name to count: its own, as long as there is room for it."""
    has_room = len(known) < MOST_NAMES and len(told) <= LONGEST_NAME
    return told if told in known or has_room else OTHERS


def _count(number: float) -> int:
    return round(max(0, min(number, _MOST)))
