"""How the tasks of a run are spread over what they took: buckets with edges that people can read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal

from rc_evals.store.task_list import OF_RUN

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
"""Milliseconds, tokens, micro-dollars."""

_STEPS: Final = (1, 2, 5)
"""Edges are these times powers of ten."""

_LINEAR_BUCKETS: Final = 20
"""About as many; of the other kind there are three for every power of ten."""

_RANGE: Final = f"""
SELECT min({{column}}) AS low, max({{column}}) AS high, avg({{column}}) AS mean, count({{column}}) AS known,
  count(*) AS total
FROM tasks WHERE {OF_RUN}
"""  # noqa: S608 - our own text

_LINEAR: Final = f"""
SELECT ({{column}}) / :step AS bucket, count(*) AS tasks FROM tasks WHERE {OF_RUN} AND {{column}} IS NOT NULL GROUP BY 1
"""  # noqa: S608 - our own text

_LOGARITHMIC: Final = f"""
SELECT length({{column}}) AS digits, CAST(substr({{column}}, 1, 1) AS INTEGER) AS first, count(*) AS tasks
FROM tasks WHERE {OF_RUN} AND {{column}} IS NOT NULL GROUP BY 1, 2
"""  # noqa: S608 - our own text
"""By the first digit and the number of digits: SQLite need not have been built with logarithms."""


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
    found = reader.row(_RANGE.format(column=column), run_id=run_id)
    if found is None or not found["known"]:
        return Spread([], 0 if found is None else found["total"])
    unknown = found["total"] - found["known"]
    if found["high"] > 10 * found["mean"]:
        return Spread(_logarithmic(reader.rows(_LOGARITHMIC.format(column=column), run_id=run_id)), unknown)
    step = _step(found["high"] - found["low"] + 1)
    return Spread(_linear(reader.rows(_LINEAR.format(column=column), run_id=run_id, step=step), step), unknown)


def _step(breadth: int) -> int:
    """Return the smallest readable step of which about `_LINEAR_BUCKETS` cover the breadth."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power * _LINEAR_BUCKETS >= breadth:
                return step * power
        power *= 10


def _linear(rows: Iterable[Mapping[str, Any]], step: int) -> list[Bucket]:
    counts = {row["bucket"]: row["tasks"] for row in rows}
    return [Bucket(step * at, step * (at + 1), counts.get(at, 0)) for at in range(min(counts), max(counts) + 1)]


def _logarithmic(rows: Iterable[Mapping[str, Any]]) -> list[Bucket]:
    counts = Counter[int]()
    for row in rows:
        step = max((step for step in _STEPS if step <= row["first"]), default=0)  # 0 itself has a bucket of its own
        counts[step * 10 ** (row["digits"] - 1)] += row["tasks"]
    edges = list(_edges(min(counts), max(counts)))
    edges[1:] = edges[1:][-MOST_BUCKETS:]  # where claims are as wide apart as this, the smallest share a bucket
    return [
        Bucket(low, high, sum(tasks for at, tasks in counts.items() if low <= at < high))
        for low, high in pairwise(edges)
    ]


def _edges(low: int, high: int) -> Iterator[int]:
    """Yield the edges from the bucket that begins with `low` to the end of the one that begins with `high`."""
    if low == 0:
        yield 0
    power = 1
    while True:
        for step in _STEPS:
            edge = step * power
            if edge >= low:
                yield edge
            if edge > high:
                return
        power *= 10
