"""Comparisons over HTTP (spec 24.8, 24.9)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query

from rc_evals.comparison.model import Change, Comparison, Matrix, Unit
from rc_evals.comparison.words import MOST_RUNS
from rc_evals.store.paging import PAGE
from rc_evals.web.compare.recent import recent_several, recent_two
from rc_evals.web.errors import PROBLEMS
from rc_evals.web.ids import RunId, RunNumber
from rc_evals.web.site import SiteHere

router: Final = APIRouter(prefix="/api", tags=["comparisons"], responses=PROBLEMS)

_MOST_ROWS: Final = 500

Limit = Annotated[int, Query(ge=1, le=_MOST_ROWS, description="Rows of a page.")]


@router.get("/runs/{run}/compare/{other}")
def compare_two(
    site: SiteHere,
    run: RunId,
    other: RunId,
    by: Annotated[Unit, Query(description="What is listed.")] = "exercise",
    change: Annotated[Change | None, Query(description="Which of them; all when not given.")] = None,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="`after` of the page before.")] = 0,
    limit: Limit = PAGE,
) -> Comparison:
    """Compare a run with another one: what that fixed and broke, and whether it is chance."""
    with site.store() as reader, reader.unchanging():
        return recent_two(reader, run, other).page(reader, by=by, change=change, after=after, limit=limit)


@router.get("/compare")
def compare_several(
    site: SiteHere,
    run: Annotated[list[RunNumber], Query(min_length=2, max_length=MOST_RUNS, description="Ids of the runs.")],
    unlike: Annotated[bool, Query(description="Only exercises about which runs, or iterations, disagree.")] = False,
    after: Annotated[str, Query(max_length=1_000, description="`after` of the page before.")] = "",
    limit: Limit = PAGE,
) -> Matrix:
    """Put runs beside each other, exercise by exercise; each is compared with the first."""
    with site.store() as reader, reader.unchanging():
        return recent_several(reader, run).page(unlike=unlike, after=after, limit=limit)
