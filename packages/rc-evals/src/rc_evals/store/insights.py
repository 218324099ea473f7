"""What the tasks of a run have in common: why they failed, how they are spread, how the run came along.

Every answer is bounded, however large the run is, and read from an index that holds all of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from rc_evals.store.reasons import generalised
from rc_evals.store.task_list import OF_RUN

if TYPE_CHECKING:
    from rc_evals.store.reader import Reader

MOST_REASONS: Final = 20
MOST_LANGUAGES: Final = 100
EXAMPLES: Final = 3
"""Tasks that are named with a reason."""

MOST_POINTS: Final = 100
"""Of a course."""

_MOST_ERRORS: Final = 1_000
"""Different texts that are looked at, the most frequent ones."""

_DECIDED: Final = "verdict IN ('passed', 'failed', 'agent_error', 'timeout', 'limit')"

_REASONS: Final = """
SELECT verdict, reason, sum(found) AS tasks, group_concat(first_id) AS examples, count(*) OVER () AS reasons
FROM (
  SELECT verdict, reason, count(*) AS found, min(id) AS first_id FROM tasks
  WHERE run_id = :run_id AND reason IS NOT NULL GROUP BY language, verdict, reason
) GROUP BY verdict, reason ORDER BY tasks DESC, verdict, reason LIMIT :limit
"""
"""Grouped as the index is first: it has all of it, and nothing needs to be sorted."""

_LANGUAGES: Final = f"""
SELECT language, count(*) AS total, count(verdict) AS done, count(CASE WHEN {_DECIDED} THEN 1 END) AS decided,
  count(CASE verdict WHEN 'passed' THEN 1 END) AS passed, avg(duration_ms) AS mean_duration_ms,
  sum(duration_ms) AS duration_ms, sum(cost_micros) AS cost_micros, avg(cost_micros) AS mean_cost_micros,
  sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out
FROM tasks WHERE run_id = :run_id GROUP BY language ORDER BY language LIMIT :limit
"""  # noqa: S608 - our own text

_COURSE: Final = """
WITH moments (low, high) AS (VALUES {ranges})
SELECT high AS at, (SELECT count(*) FROM tasks WHERE {between}) AS done,
  (SELECT count(*) FROM tasks WHERE {between} AND verdict = 'passed') AS passed,
  (SELECT sum(cost_micros) FROM tasks WHERE {between}) AS cost_micros
FROM moments
"""

_BETWEEN: Final = "run_id = :run_id AND decided_at > low AND decided_at <= high"

_SPAN: Final = """
SELECT created_at AS began,
  (SELECT max(decided_at) FROM tasks WHERE run_id = :run_id AND decided_at IS NOT NULL) AS latest
FROM runs WHERE id = :run_id
"""

_RETRIED: Final = f"""
SELECT end_reason, error, count(*) AS attempts
FROM (SELECT id AS retried_id FROM tasks WHERE {OF_RUN} AND attempts > 1)
JOIN attempts ON task_id = retried_id
WHERE end_reason IS NOT NULL AND verdict IS NULL GROUP BY end_reason, error ORDER BY attempts DESC LIMIT :limit
"""  # noqa: S608 - our own text


def reasons(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return why tasks of a run did not pass, the most frequent reasons first.

    Each has `verdict`, `reason`, how many `tasks`, and ids of some as `examples`; `reasons` says how many reasons there
    are, also those that are not returned.
    """
    found = reader.rows(_REASONS, run_id=run_id, limit=MOST_REASONS)
    return [{**row, "examples": sorted(map(int, row["examples"].split(",")))[:EXAMPLES]} for row in found]


def languages(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return what the tasks of every language come to, in order of their names.

    Each has `total`, `done`, `decided`, `passed` (numbers of tasks), sums and means of `duration_ms` and `cost_micros`,
    sums of `tokens_in` and `tokens_out`; None where nothing is known. Durations and tokens are of the latest attempts.
    """
    return reader.rows(_LANGUAGES, run_id=run_id, limit=MOST_LANGUAGES)


def course(reader: Reader, run_id: int) -> list[dict[str, int]]:
    """Return how a run came along: moments in order, `MOST_POINTS` at most.

    Each has `at` (milliseconds after the run was created) and how many tasks were `done` and `passed` by then, and what
    they had cost (`cost_micros`, as far as anybody said so).
    """
    span = reader.row(_SPAN, run_id=run_id)
    if span is None or span["latest"] is None:
        return []
    began, latest = span["began"], max(span["began"], span["latest"])
    width = max(1, -(-(latest - began) // MOST_POINTS))  # rounded up
    edges = [-1, *(min(latest, began + number * width) for number in range(1, MOST_POINTS + 1))]
    total = Counter[str]()
    moments: list[dict[str, int]] = []
    ranges = ", ".join(f"({low}, {high})" for low, high in pairwise(edges) if low < high)
    for row in reader.rows(_COURSE.format(ranges=ranges, between=_BETWEEN), run_id=run_id):
        total.update(done=row["done"], passed=row["passed"], cost_micros=row["cost_micros"] or 0)
        moments.append({"at": row["at"] - began, **total})
    return moments


def retries(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return why attempts did not decide their tasks, the most frequent causes first.

    Each has `end_reason`, `error` (without what differs between occurrences) and the number of `attempts`.
    """
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in reader.rows(_RETRIED, run_id=run_id, limit=_MOST_ERRORS):
        counts[row["end_reason"], generalised(row["error"] or "")] += row["attempts"]
    causes = sorted(counts.items(), key=lambda cause: (-cause[1], cause[0]))[:MOST_REASONS]
    return [{"end_reason": why, "error": error, "attempts": attempts} for (why, error), attempts in causes]
