"""The pages of a run: its tasks, its results, why tasks failed, and what it was made of (spec 15.4)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from rc_evals import starting
from rc_evals.foreign import one_line
from rc_evals.store.reader import Reader
from rc_evals.web.ids import RunId
from rc_evals.web.live import board
from rc_evals.web.run import about, results, tasks, why
from rc_evals.web.site import Site, SiteHere

router: Final = APIRouter(include_in_schema=False)


@router.get("/runs/{run}")
def show_tasks(request: Request, site: SiteHere, run: RunId, wanted: Annotated[tasks.Wanted, Query()]) -> Response:
    """Show what became of each task."""
    with site.store() as reader:
        row = reader.run(run)
        block = "tasks" if request.headers.get("HX-Target", "").endswith("#tasks") else "part"
        return _page(request, site, reader, row, "tasks", tasks.view(reader, row, wanted), block=block)


@router.get("/runs/{run}/results")
def show_results(request: Request, site: SiteHere, run: RunId) -> Response:
    """Show how the run did, in charts."""
    with site.store() as reader:
        row = reader.run(run)
        return _page(request, site, reader, row, "results", results.view(reader, row))


@router.get("/runs/{run}/why")
def show_why(request: Request, site: SiteHere, run: RunId) -> Response:
    """Show why tasks did not pass."""
    with site.store() as reader:
        row = reader.run(run)
        return _page(request, site, reader, row, "why", why.view(reader, row))


@router.get("/runs/{run}/about")
def show_about(request: Request, site: SiteHere, run: RunId) -> Response:
    """Show what the run was made of."""
    with site.store() as reader:
        row = reader.run(run)
        return _page(request, site, reader, row, "about", about.view(site.home, row))


def _page(
    request: Request,
    site: Site,
    reader: Reader,
    run: dict[str, Any],
    name: str,
    shown: dict[str, Any],
    *,
    block: str = "part",
) -> Response:
    """Return the page, or the block of it that htmx replaces: then nothing is asked about the run as a whole."""
    if request.headers.get("HX-Request-Type") != "partial":
        shown |= _frame(site, reader, run)
    return site.pages.page(request, f"run/{name}.html", block=block, run=run, **shown)


def _frame(site: Site, reader: Reader, run: dict[str, Any]) -> dict[str, Any]:
    now = board.now(site.home, reader, run["id"])
    ends, at = now["run"]["ends"], now["at"]
    standing = now["run"]["state"]
    until = run["finished_at"] or (at if standing in {"running", "cancelling"} else None)  # else nobody was there
    return {
        "title": one_line(run["name"] or f"Run {run['id']}"),
        "standing": standing,
        "figures": now["figures"],
        "now": now,
        "elapsed": None if until is None else max(0, until - run["created_at"]),
        "left": None if ends is None else max(0, ends - at),
        "last_words": starting.last_line(site.home, run["id"]) if standing == "interrupted" else "",
    }
