"""What the tasks of a run come to together: columns of its row, and its tools.

Commands add to it, and their transaction writes it once, however many tasks of the run it changes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rc_evals.usage import ToolCount

_COUNTERS: Final = (
    "done", "decided", "passed", "attempts", "measured", "priced", "tokens_in", "tokens_out", "cache_writes",
    "cache_reads", "prepare_ms", "agent_ms", "test_ms", "api_requests", "api_errors",
)  # fmt: skip
"""Columns of `runs` that only grow. `schema.sql` says what they count."""

_ADD: Final = f"""
UPDATE runs SET {", ".join(f"{name} = {name} + :{name}" for name in _COUNTERS)},
  cost_micros = CASE WHEN :priced > 0 THEN coalesce(cost_micros, 0) + :cost_micros ELSE cost_micros END
WHERE id = :run_id
"""  # noqa: S608 - from our own names

_ADD_TOOLS: Final = """
INSERT INTO run_tools (run_id, tool, attempts, failures) VALUES (:run_id, :tool, :attempts, :failures)
ON CONFLICT (run_id, tool) DO UPDATE SET
  attempts = run_tools.attempts + excluded.attempts, failures = run_tools.failures + excluded.failures
"""


class Sums:
    """What one transaction adds to the sums of runs."""

    def __init__(self) -> None:
        self._runs: defaultdict[int, dict[str, int]] = defaultdict(
            lambda: dict.fromkeys((*_COUNTERS, "cost_micros"), 0)
        )
        self._tools: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, run_id: int, **amounts: int | None) -> None:
        """Add to columns of a run; None is nothing."""
        sums = self._runs[run_id]
        for name, amount in amounts.items():
            if amount:
                sums[name] += amount

    def add_tools(self, run_id: int, tools: Mapping[str, ToolCount]) -> None:
        """Add what an attempt did with its tools."""
        for tool, count in tools.items():
            sums = self._tools[run_id, tool]
            sums[0] += count.attempts
            sums[1] += count.failures

    def write(self, change_each: Callable[[str, Sequence[Mapping[str, object]]], None]) -> None:
        """Write all of it, by the statement and the values that it hands to `change_each`."""
        if self._runs:
            change_each(_ADD, [{"run_id": run_id, **sums} for run_id, sums in self._runs.items()])
        if self._tools:
            rows = [
                {"run_id": run_id, "tool": tool, "attempts": attempts, "failures": failures}
                for (run_id, tool), (attempts, failures) in self._tools.items()
            ]
            change_each(_ADD_TOOLS, rows)
