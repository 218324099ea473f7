"""The tasks of a run: filtered, sorted, a page at a time. Reads the rows of tasks; only a page's also of attempts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rc_evals._errors import UsageError
from rc_evals.outcomes import Outcome
from rc_evals.store.paging import PAGE, Order, Page, Where, containing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rc_evals.store.reader import Reader

OPEN: Final = "open"
"""Stands for tasks without a verdict."""

PHASES: Final = ("queued", "leased", "preparing", "running", "testing")
"""The states of such tasks."""

STANDINGS: Final = (*(outcome.value for outcome in Outcome), OPEN, *PHASES)
"""What a filter can name."""

_RANKS: Final = " ".join(f"WHEN '{outcome.value}' THEN {rank}" for rank, outcome in enumerate(Outcome))

SORTS: Final[Mapping[str, str]] = {
    "id": "id",
    "exercise": "exercise",
    "language": "language",
    "verdict": f"CASE verdict {_RANKS} END",
    "duration": "duration_ms",
    "cost": "cost_micros",
    "tokens": "tokens_in + tokens_out",
    "tests": "1.0 * tests_passed / nullif(tests_ran, 0)",
    "attempts": "attempts",
    "decided": "decided_at",
}
"""What tasks can be sorted by."""

OF_RUN: Final = """+run_id = :run_id AND id BETWEEN (SELECT min(id) FROM tasks WHERE run_id = :run_id)
  AND (SELECT max(id) FROM tasks WHERE run_id = :run_id)"""
"""The tasks of a run, read in the order of the table: its ids lie together, so this costs a third of what going from
an index to the rows does. The plus keeps SQLite from doing that."""

_PAGE: Final = """
SELECT tasks.id, language, exercise, iteration, state, tasks.verdict, reason, tasks.attempts, decided_at, duration_ms,
  tokens_in, tokens_out, cost_micros, tasks.tests_ran, tasks.tests_passed, last.started_at, last.end_reason, sort_key
FROM (SELECT id AS page_id, {key} AS sort_key FROM tasks WHERE {where} ORDER BY {order} LIMIT :limit)
JOIN tasks ON tasks.id = page_id
LEFT JOIN attempts AS last ON last.task_id = tasks.id AND last.number = tasks.attempts
ORDER BY {page_order}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks are wanted; all of it must fit, and what is empty fits every task.

    Raises:
        UsageError: there is no such standing.
    """

    languages: Collection[str] = ()
    standings: Collection[str] = ()
    """Verdicts, `open`, or phases."""
    reason: str | None = None
    """Why it has not passed, as `insights.reasons` says it."""
    text: str = ""
    """Part of the exercise's name, or of `language/exercise`."""

    def __post_init__(self) -> None:
        """Check what a person may have mistyped."""
        for name in self.standings:
            if name not in STANDINGS:
                raise UsageError(f"no task can be {name[:40]!r}; there are {', '.join(STANDINGS)}")


def tasks(
    reader: Reader, run_id: int, wanted: TaskFilter, *, sort: str = "id", after: str | None = None, limit: int = PAGE
) -> Page:
    """Return a page of the tasks of a run: what they show in lists, and of the latest attempt start and end.

    Args:
        reader: the store.
        run_id: the run; one that does not exist has no tasks.
        wanted: which tasks.
        sort: a key of `SORTS`, with a hyphen before it for the largest first.
        after: the cursor of the page; None for the first one.
        limit: rows at most.

    Raises:
        UsageError: there is no such order or position.
    """
    order = Order.parse(sort, SORTS)
    total = count(reader, run_id, wanted)
    where = _where(OF_RUN, run_id, wanted)
    order.continue_after(after, where)
    statement = _PAGE.format(key=order.key, where=where, order=order.sql, page_order=order.by("sort_key", "page_id"))
    found = reader.rows(statement, **where.values, limit=limit + 1)
    return Page.of(found, limit, order, total)


def count(reader: Reader, run_id: int, wanted: TaskFilter) -> int:
    """Return how many tasks of a run a filter fits."""
    is_indexed = not wanted.text and not set(wanted.standings).intersection(PHASES)
    where = _where("run_id = :run_id" if is_indexed else OF_RUN, run_id, wanted)
    row = reader.row(f"SELECT count(*) AS total FROM tasks WHERE {where}", **where.values)  # noqa: S608 - our own text
    return 0 if row is None else int(row["total"])


def phases(reader: Reader, run_id: int) -> dict[str, int]:
    """Return how many tasks of a run are in which phase; those that have a verdict are in none."""
    found = reader.rows(
        "SELECT state, count(*) AS tasks FROM tasks WHERE run_id = :run_id AND state != 'decided' GROUP BY state",
        run_id=run_id,
    )
    counts = {row["state"]: row["tasks"] for row in found}
    return {phase: counts.get(phase, 0) for phase in PHASES}


def _where(condition: str, run_id: int, wanted: TaskFilter) -> Where:
    where = Where(condition, run_id=run_id)
    where.among("language", wanted.languages)
    if wanted.reason is not None:
        where.add("reason = :reason", reason=wanted.reason)
    if wanted.text:
        name = "language || '/' || exercise" if "/" in wanted.text else "exercise"  # putting it together takes time
        where.add(rf"{name} LIKE :text ESCAPE '\'", text=containing(wanted.text))
    if wanted.standings:
        phases_wanted = [name for name in wanted.standings if name in PHASES]
        verdicts = [name for name in wanted.standings if name not in PHASES and name != OPEN]
        fits = [f"verdict IN ({where.listed('verdict', verdicts)})"] if verdicts else []
        fits += [f"state IN ({where.listed('state', phases_wanted)})"] if phases_wanted else []
        fits += ["verdict IS NULL"] if OPEN in wanted.standings else []
        where.add(f"({' OR '.join(fits)})")
    return where
