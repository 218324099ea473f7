"""When a run may end: what is left, at the pace so far. No I/O, no clock."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

REMEMBERED: Final = 200
"""Tasks whose durations an estimate looks at: the latest."""


def milliseconds_left(took: Collection[int], *, ages: Iterable[int], undecided: int, concurrency: int) -> int | None:
    """Estimate how long a run still takes: the median of the latest tasks for each that is left (spec 24.9).

    Args:
        took: durations of tasks that are done.
        ages: for how long each attempt that goes on now has done so.
        undecided: tasks without a verdict, those that go on included.
        concurrency: attempts that go on at the same time, at most.

    Returns:
        None while no task is done, and when none is left.
    """
    if not took or undecided <= 0:
        return None
    typical = median(took)
    under_way = [max(0.0, typical - age) for age in ages]
    queued = max(0, undecided - len(under_way))
    return round((sum(under_way) + queued * typical) / min(undecided, concurrency))
