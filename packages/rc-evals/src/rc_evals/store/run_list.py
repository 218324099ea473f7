"""The list of runs: filtered, sorted, a page at a time; and grouped. Reads the rows of runs and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from rc_evals.store.paging import PAGE, Order, Page, Where, containing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from rc_evals.store.reader import Reader

SORTS: Final[Mapping[str, str]] = {
    "id": "id",
    "created": "created_at",
    "passed": "passed",
    "rate": "1.0 * passed / nullif(decided, 0)",
    "cost": "cost_micros",
    "duration": "work_ms",
    "tokens": "tokens_in + tokens_out",
    "name": "lower(substr(name, 1, 100))",
    "model": "lower(substr(model, 1, 100))",
    "suite": "lower(substr(suite, 1, 100))",
    "agent": "lower(substr(agent, 1, 100))",
}
"""What runs can be sorted by."""

Grouping = Literal["model", "suite", "agent"]

NOT_SAID: Final = "-"
"""Stands for no model."""

MOST_GROUPS: Final = 100
"""Groups that are returned: those with the most runs."""

_PAGE: Final = """
SELECT runs.*, total - done AS open, sort_key
FROM (SELECT id AS page_id, {key} AS sort_key FROM runs WHERE {where} ORDER BY {order} LIMIT :limit)
JOIN runs ON id = page_id ORDER BY {page_order}
"""

_GROUPS: Final = """
SELECT {column} AS name, count(*) AS runs, sum(total) AS total, sum(done) AS done, sum(decided) AS decided,
  sum(passed) AS passed, sum(attempts) AS attempts, sum(priced) AS priced, sum(cost_micros) AS cost_micros,
  sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out, sum(work_ms) AS work_ms, max(created_at) AS created_at
FROM runs WHERE {where} GROUP BY {column} ORDER BY runs DESC, {column} LIMIT :limit
"""

_TEXT: Final = r"""(coalesce(name, '') LIKE :text ESCAPE '\' OR suite LIKE :text ESCAPE '\'
  OR agent LIKE :text ESCAPE '\' OR coalesce(model, '') LIKE :text ESCAPE '\' OR CAST(id AS TEXT) = :exact)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs are wanted; all of it must fit, and what is empty fits every run."""

    since: int | None = None
    """Created then or later."""
    suites: Collection[str] = ()
    agents: Collection[str] = ()
    models: Collection[str] = ()
    """`NOT_SAID` among them stands for runs of which nobody said which."""
    standings: Collection[str] = ()
    """As `report.standing` says it."""
    text: str = ""
    """Part of the name, suite, agent or model; or the whole id."""


def runs(
    reader: Reader,
    wanted: RunFilter,
    *,
    standing: Callable[[Mapping[str, Any]], str],
    sort: str = "-created",
    after: str | None = None,
    limit: int = PAGE,
) -> Page:
    """Return a page of runs: their columns, `open` (tasks without a verdict) and `standing`.

    Args:
        reader: the store.
        wanted: which runs.
        standing: tells where a run stands: `report.standing`. Only it knows whether the controller of a run lives.
        sort: a key of `SORTS`, with a hyphen before it for the largest first.
        after: the cursor of the page; None for the first one.
        limit: rows at most.

    Raises:
        UsageError: there is no such order or position.
    """
    order = Order.parse(sort, SORTS)
    where = _where(reader, wanted, standing)
    total = _count(reader, where)
    order.continue_after(after, where)
    statement = _PAGE.format(key=order.key, where=where, order=order.sql, page_order=order.by("sort_key", "id"))
    found = reader.rows(statement, **where.values, limit=limit + 1)
    return Page.of([{**row, "standing": standing(row)} for row in found], limit, order, total)


def groups(
    reader: Reader, wanted: RunFilter, by: Grouping, *, standing: Callable[[Mapping[str, Any]], str]
) -> list[dict[str, Any]]:
    """Return what the wanted runs of every model, suite or agent come to together, those with the most runs first.

    Each has its `name` (None: nobody said), the number of `runs`, the sums of their columns, and when the latest was
    created. `cost_micros` is None when nothing is known of any.
    """
    where = _where(reader, wanted, standing)
    return reader.rows(_GROUPS.format(column=by, where=where), **where.values, limit=MOST_GROUPS)


def choices(reader: Reader, column: Grouping) -> list[str]:
    """Return the values that a filter of runs can have, in order."""
    found = reader.rows(
        f"SELECT DISTINCT {column} AS name FROM runs WHERE {column} IS NOT NULL ORDER BY 1 LIMIT :limit",  # noqa: S608 - a column's name
        limit=MOST_GROUPS,
    )
    return [row["name"] for row in found]


def _count(reader: Reader, where: Where) -> int:
    row = reader.row(f"SELECT count(*) AS total FROM runs WHERE {where}", **where.values)  # noqa: S608 - our own text
    return 0 if row is None else int(row["total"])


def _where(reader: Reader, wanted: RunFilter, standing: Callable[[Mapping[str, Any]], str]) -> Where:
    where = Where("1")
    if wanted.since is not None:
        where.add("created_at >= :since", since=wanted.since)
    where.among("suite", wanted.suites)
    where.among("agent", wanted.agents)
    if wanted.models:
        where.add(f"coalesce(model, :not_said) IN ({where.listed('model', wanted.models)})", not_said=NOT_SAID)
    if wanted.text:
        where.add(_TEXT, text=containing(wanted.text), exact=wanted.text)
    if wanted.standings:
        unfinished = _unfinished(reader, wanted.standings, standing)
        states, ids = where.listed("state", wanted.standings), where.listed("open", unfinished)
        where.add(f"(finished_at IS NOT NULL AND state IN ({states}) OR id IN ({ids}))")
    return where


def _unfinished(
    reader: Reader, standings: Collection[str], standing: Callable[[Mapping[str, Any]], str]
) -> Sequence[int]:
    """Return the runs that are not over and stand as wanted: that is not in the store, but with their processes."""
    found = reader.rows("SELECT * FROM runs WHERE finished_at IS NULL")
    return [row["id"] for row in found if standing(row) in standings]
