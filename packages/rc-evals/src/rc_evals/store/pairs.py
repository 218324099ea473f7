"""What several runs made of the same tasks: pairs by language, exercise and iteration, and exercises of one run."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rc_evals.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rc_evals.store.reader import Reader

_FAILED: Final = ", ".join(f"'{each.value}'" for each in Outcome if each.decided and each is not Outcome.PASSED)

_PASSED_OF: Final = "CASE WHEN {0}.verdict = 'passed' THEN 1 WHEN {0}.verdict IN ({1}) THEN 0 ELSE -1 END"

_FIRST, _SECOND = (_PASSED_OF.format(run, _FAILED) for run in ("a", "b"))

_PAIRS: Final = f"""
SELECT CASE WHEN :named THEN a.language || '/' || a.exercise END AS exercise, a.id AS first_id, b.id AS second_id,
  {_FIRST} AS first, {_SECOND} AS second, a.cost_micros AS first_cost, b.cost_micros AS second_cost,
  a.duration_ms AS first_ms, b.duration_ms AS second_ms, a.digest <> b.digest AS changed
FROM tasks AS a JOIN tasks AS b
  ON b.run_id = :second AND b.language = a.language AND b.exercise = a.exercise AND b.iteration = a.iteration
WHERE a.run_id = :first ORDER BY a.language, a.exercise, a.iteration
"""  # noqa: S608 - of our own words

_EXERCISES: Final = f"""
SELECT a.language, a.exercise, min(a.id) AS task_id, sum({_FIRST} >= 0) AS decided, sum({_FIRST} = 1) AS passed
FROM tasks AS a WHERE a.run_id = :run_id GROUP BY a.language, a.exercise
"""  # noqa: S608 - of our own words

_TASKS: Final = "SELECT id, language, exercise, iteration, verdict, cost_micros, duration_ms FROM tasks"

_AT_ONCE: Final = 500
"""Ids in one query."""


class PairRow(NamedTuple):
    """A task that two runs have. Amounts are None where nobody knows them."""

    exercise: str | None
    """Only told when asked for: names are what takes longest to read."""
    first_id: int
    second_id: int
    first: int
    """1 passed, 0 not, -1: its verdict says nothing about the agent, or there is none yet. So is `second`."""
    second: int
    first_cost: int | None
    second_cost: int | None
    first_ms: int | None
    second_ms: int | None
    changed: int
    """1 when the exercise was another."""


def pairs(reader: Reader, first: int, second: int, *, named: bool) -> list[PairRow]:
    """Return what two runs made of every task that both have, in order of language, exercise and iteration.

    Args:
        reader: of the store.
        first: a run.
        second: another, or the same.
        named: whether to tell exercises, for those who have to tell their iterations apart.
    """
    return list(starmap(PairRow, reader.tuples(_PAIRS, first=first, second=second, named=named)))


def tasks_by_id(reader: Reader, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return tasks by their ids."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        named = {f"id_{at}": each for at, each in enumerate(ids[start : start + _AT_ONCE])}
        listed = ", ".join(f":{name}" for name in named)
        rows = reader.rows(f"{_TASKS} WHERE id IN ({listed})", **named)
        found.update((row["id"], row) for row in rows)
    return found


def exercises(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return every exercise of a run: the id of its first task, decided and passed iterations."""
    return reader.rows(_EXERCISES, run_id=run_id)
