"""How the tasks of a run are spread over what they took: buckets with edges that people can read."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import count, pairwise
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rc_evals.store.reader import Reader

Measure = Literal["duration", "tokens", "cost"]

MOST_BUCKETS: Final = 40

_COLUMNS: Final[Mapping[Measure, str]] = {
    "duration": "duration_ms",
    "tokens": "tokens_in + tokens_out",
    "cost": "cost_micros",
}
"""Milliseconds, tokens, micro-dollars. Each has an index of its own, in which buckets lie side by side."""

_STEPS: Final = (1, 2, 5)
"""Edges are these times powers of ten."""

_LINEAR_BUCKETS: Final = 20
"""About as many; of the other kind there are three for every power of ten."""

_RANGE: Final = """
SELECT total,
  (SELECT min({column}) FROM tasks WHERE {known}) AS low, (SELECT max({column}) FROM tasks WHERE {known}) AS high,
  (SELECT avg({column}) FROM tasks WHERE {known}) AS mean, (SELECT count(*) FROM tasks WHERE {known}) AS known
FROM runs WHERE id = :run_id
"""
"""Each by itself, since each alone is a way along the index."""

_COUNTS: Final = """
WITH edges (low, high) AS (VALUES {edges})
SELECT low, high, (SELECT count(*) FROM tasks WHERE run_id = :run_id AND {column} >= low AND {column} < high) AS tasks
FROM edges
"""


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many tasks took from `low` to below `high`."""

    low: int
    high: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How a measure is spread over the tasks of a run."""

    buckets: list[Bucket]
    """Side by side, in order, `MOST_BUCKETS` at most; none when nothing is known."""
    unknown: int
    """Tasks of which nobody said it."""


def spread(reader: Reader, run_id: int, measure: Measure) -> Spread:
    """Return how a measure is spread over the tasks of a run.

    Durations are in milliseconds, costs in micro-dollars. Buckets are equally broad, or two or three times as broad as
    the one before when single tasks took many times what tasks take on average.
    """
    column = _COLUMNS[measure]
    known = f"run_id = :run_id AND {column} >= 0"
    found = reader.row(_RANGE.format(column=column, known=known), run_id=run_id)
    if found is None or not found["known"]:
        return Spread([], 0 if found is None else found["total"])
    is_wide = found["high"] > 10 * found["mean"]
    edges = list((_logarithmic if is_wide else _linear)(found["low"], found["high"]))
    ranges = ", ".join(f"({low}, {high})" for low, high in pairwise(edges))
    rows = reader.rows(_COUNTS.format(column=column, edges=ranges), run_id=run_id)
    return Spread([Bucket(**row) for row in rows], found["total"] - found["known"])


def _linear(low: int, high: int) -> Iterable[int]:
    """Return the edges of buckets of the smallest readable breadth that is not too small."""
    steps = (step * power for power in _powers() for step in _STEPS)
    step = next(step for step in steps if step * _LINEAR_BUCKETS > high - low)
    return range(low - low % step, high + step + 1, step)


def _logarithmic(low: int, high: int) -> Iterable[int]:
    """Return edges from the last one that is not above `low` to the first one above `high`."""
    edges = [0]
    for edge in (step * power for power in _powers() for step in _STEPS):
        edges.append(edge)
        if edge > high:
            break
    first = bisect_right(edges, low) - 1
    return [edges[first], *edges[first + 1 :][-MOST_BUCKETS:]]  # so far apart, the smallest share a bucket


def _powers() -> Iterator[int]:
    """Yield 1, 10, 100 and so on."""
    return (10**exponent for exponent in count())
