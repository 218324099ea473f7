"""The list of runs, and what they come to together."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, get_args

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from rc_evals.report import standing
from rc_evals.stats import wilson
from rc_evals.store import run_list
from rc_evals.web.charts.rate_bar import rate_bar
from rc_evals.web.ids import RunId
from rc_evals.web.rendering import with_query
from rc_evals.web.run_query import RunQuery, State
from rc_evals.web.site import SiteHere

router: Final = APIRouter(include_in_schema=False)

LONGEST_CHOICE: Final = 200
"""Characters of a suite, agent or model that can be chosen; runs of a longer one are found by a part of it."""

GROUPINGS: Final = ("model", "suite", "agent")


class _PageQuery(RunQuery):
    group: Literal["", "model", "suite", "agent"] = Field(default="")


@router.get("/")
def runs(request: Request, site: SiteHere, asked: Annotated[_PageQuery, Query()]) -> Response:
    """Show runs, a page at a time, or what those of each model, suite or agent come to together."""
    with site.store() as reader:
        offered = {column: run_list.choices(reader, column) for column in GROUPINGS}
        if asked.group:
            groups = run_list.groups(reader, asked.wanted, asked.group, standing=standing)
            shown: dict[str, Any] = {
                "groups": [_with_rate(group, independent=False) for group in groups],
                "rows": [],
                "after": None,
            }
            total = sum(group["runs"] for group in groups)
        else:
            page = run_list.runs(reader, asked.wanted, standing=standing, sort=asked.sort, after=asked.after or None)
            shown = {
                "groups": [],
                "rows": [_with_rate(row, independent=row["iterations"] == 1) for row in page.rows],
                "after": page.after,
            }
            total = page.total
    moving = any(row["standing"] in ("running", "cancelling") for row in shown["rows"])
    response = site.pages.page(
        request,
        "runs/list.html",
        block="list",
        asked=asked,
        not_said=run_list.NOT_SAID,
        options={column: [name for name in names if len(name) <= LONGEST_CHOICE] for column, names in offered.items()},
        longest_choice=LONGEST_CHOICE,
        states=get_args(State),
        total=total,
        moving=moving,
        **shown,
    )
    if "" in request.query_params.values():  # the form sends every field; what was left alone need not be seen
        given = asked.model_dump(exclude_defaults=True)
        response.headers["HX-Push-Url"] = "/" + with_query(given, after=asked.after)
    return response


@router.get("/runs/{run}/menu")
def menu(request: Request, site: SiteHere, run: RunId) -> Response:
    """Show what can be done with a run: below its row, or as a page where there are no scripts."""
    with site.store() as reader:
        row = reader.run(run)
    return site.pages.page(request, "runs/menu.html", block="menu", run=row, standing=standing(row))


def _with_rate(row: dict[str, Any], *, independent: bool) -> dict[str, Any]:
    """Return a row with its pass rate, and the picture of that.

    Args:
        row: a run, or several together.
        independent: no two of its tasks are the same exercise; how sure the rate is, is not known otherwise.
    """
    if not row["decided"]:
        return {**row, "rate": None}
    rate = row["passed"] / row["decided"]
    sure = wilson(row["passed"], row["decided"]) if independent else None
    return {**row, "rate": rate, "bar": rate_bar(rate, sure)}
