"""What an attempt consumed, collected from the events of its agent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MICROS: Final = 1_000_000
"""Micro-dollars in a dollar."""


@dataclass(frozen=True, slots=True)
class ToolCount:
    """How often a tool was tried, and how often that failed."""

    attempts: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Totals of one attempt. `tokens_in` includes cached tokens, as in the assistant's own totals."""

    tokens_in: int = 0
    tokens_out: int = 0
    tokens_context: int = 0
    """Size of the latest request: never summed."""
    cache_writes: int = 0
    cache_reads: int = 0
    cost_micros: int | None = None
    """None when nobody said what it cost: unknown is not zero."""
    tools: Mapping[str, ToolCount] = field(default_factory=dict[str, ToolCount])
    api_requests: int = 0
    api_errors: int = 0
    """Requests to the model that failed, whether they were repeated or not."""

    def __add__(self, other: Usage) -> Usage:
        """Sum two tasks of one attempt; contexts do not add up, the larger one counts."""
        costs = [cost for cost in (self.cost_micros, other.cost_micros) if cost is not None]
        return Usage(
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_out=self.tokens_out + other.tokens_out,
            tokens_context=max(self.tokens_context, other.tokens_context),
            cache_writes=self.cache_writes + other.cache_writes,
            cache_reads=self.cache_reads + other.cache_reads,
            cost_micros=sum(costs) if costs else None,
            tools=_add_tools(self.tools, other.tools),
            api_requests=self.api_requests + other.api_requests,
            api_errors=self.api_errors + other.api_errors,
        )


def merge(old: Usage, new: Usage) -> Usage:
    """Return the later of two reports on one task id, without letting any counter go back.

    An agent that rebuilds a task after an abort reports empty counters again (specs: 9.5, quirk Q5).
    """
    costs = [cost for cost in (old.cost_micros, new.cost_micros) if cost is not None]
    tools = dict(old.tools)
    for name, count in new.tools.items():
        known = tools.get(name, ToolCount(0, 0))
        tools[name] = ToolCount(max(known.attempts, count.attempts), max(known.failures, count.failures))
    return replace(
        new,
        tokens_in=max(old.tokens_in, new.tokens_in),
        tokens_out=max(old.tokens_out, new.tokens_out),
        cache_writes=max(old.cache_writes, new.cache_writes),
        cache_reads=max(old.cache_reads, new.cache_reads),
        tokens_context=new.tokens_context or old.tokens_context,
        cost_micros=max(costs) if costs else None,
        tools=tools,
        api_requests=max(old.api_requests, new.api_requests),
        api_errors=max(old.api_errors, new.api_errors),
    )


def _add_tools(left: Mapping[str, ToolCount], right: Mapping[str, ToolCount]) -> dict[str, ToolCount]:
    none = ToolCount(0, 0)
    return {
        name: ToolCount(
            left.get(name, none).attempts + right.get(name, none).attempts,
            left.get(name, none).failures + right.get(name, none).failures,
        )
        for name in (*left, *(name for name in right if name not in left))
    }
