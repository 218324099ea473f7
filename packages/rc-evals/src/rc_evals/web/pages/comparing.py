"""The pages that compare runs: choosing them, two of them, and several as a matrix."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from rc_evals._errors import UsageError
from rc_evals.comparison.model import Change, RunFigures, Unit
from rc_evals.comparison.words import MOST_RUNS, points, times
from rc_evals.report import standing
from rc_evals.store.paging import PAGE
from rc_evals.store.reader import Reader
from rc_evals.store.run_list import RunFilter, runs
from rc_evals.usage import MICROS
from rc_evals.web.charts.intervals import Interval, intervals
from rc_evals.web.charts.ratios import Ratio, ratios
from rc_evals.web.compare.recent import recent_several, recent_two
from rc_evals.web.ids import RunNumber
from rc_evals.web.rendering import go_to, with_query
from rc_evals.web.site import Site, SiteHere

router: Final = APIRouter(include_in_schema=False)


class Asked(BaseModel):
    """What the address asks for."""

    run: list[RunNumber] = Field(default_factory=list[int])
    by: Unit = "exercise"
    change: Change | Literal[""] = ""
    unlike: bool = False
    after: str = Field(default="", max_length=1_000)
    oldest: Literal["", "first"] = ""
    """What forms ask for, which can only send runs as they list them."""


@router.get("/compare")
def compare(request: Request, site: SiteHere, asked: Annotated[Asked, Query()]) -> Response:
    """Show two runs task by task, or more as a matrix, or the form to choose them."""
    asked.run = list(dict.fromkeys(asked.run))
    if asked.oldest:
        return go_to("/compare" + with_query({}, run=sorted(asked.run)))
    if len(asked.run) > MOST_RUNS:
        raise UsageError(f"{len(asked.run)} runs are too many to look at; choose at most {MOST_RUNS}")
    with site.store() as reader, reader.unchanging():
        if len(asked.run) < 2:
            return _choose(request, site, reader, asked)
        if len(asked.run) == 2:
            return _two(request, site, reader, asked)
        return _several(request, site, reader, asked)


def _choose(request: Request, site: Site, reader: Reader, asked: Asked) -> Response:
    for run in asked.run:
        reader.run(run)
    page = runs(reader, RunFilter(), standing=standing, sort="-created", after=None)
    return site.pages.page(request, "compare/choose.html", rows=page.rows, total=page.total, chosen=asked.run)


def _two(request: Request, site: Site, reader: Reader, asked: Asked) -> Response:
    first, second = asked.run
    after = int(asked.after) if asked.after.isascii() and asked.after.isdecimal() else 0
    found = recent_two(reader, first, second).page(
        reader, by=asked.by, change=asked.change or None, after=after, limit=PAGE
    )
    took = (("Cost", found.cost), ("Time", found.duration))
    return site.pages.page(
        request,
        "compare/two.html",
        block="differences",
        found=found,
        asked=asked,
        micros=MICROS,
        points=points,
        times=times,
        rates=_rates([found.first, found.second]),
        ratios=ratios(
            [Ratio(name, amounts.ratio if amounts else None) for name, amounts in took],
            title=f"How many times as much an exercise took in run {second} as in run {first}",
        ),
    )


def _several(request: Request, site: Site, reader: Reader, asked: Asked) -> Response:
    found = recent_several(reader, asked.run).page(unlike=asked.unlike, after=asked.after, limit=PAGE)
    return site.pages.page(
        request,
        "compare/several.html",
        block="matrix",
        found=found,
        asked=asked,
        micros=MICROS,
        points=points,
        rates=_rates(found.runs),
    )


def _rates(found: list[RunFigures]) -> str:
    rows = [
        Interval(f"Run {run.id}", run.rate, run.low, run.high, f"{run.passed:,} of {run.decided:,}") for run in found
    ]
    return intervals(rows, title="Pass rates")
