"""What forms do with a run. Each then goes back to the page that it was sent from, which says what was done."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rc_evals import repeating, starting
from rc_evals.clock import now_ms
from rc_evals.deleting import delete
from rc_evals.store.once import execute, write
from rc_evals.store.upkeep import RenameRun
from rc_evals.web.ids import RunId
from rc_evals.web.new_run import RunName, begin
from rc_evals.web.rendering import came_from, go_to
from rc_evals.web.site import SiteHere

router: Final = APIRouter(prefix="/runs/{run}", include_in_schema=False)


@router.post("/resume")
def resume(request: Request, site: SiteHere, run: RunId) -> Response:
    """Go on with a run that was interrupted."""
    starting.resume(site.home, run)
    return go_to(came_from(request), f"Run {run} goes on.")


@router.post("/cancel")
def cancel(request: Request, site: SiteHere, run: RunId) -> Response:
    """End a run."""
    starting.cancel(site.home, run)
    return go_to(came_from(request), f"Run {run} is being cancelled.")


@router.post("/retry-failed")
def retry_failed(site: SiteHere, run: RunId) -> Response:
    """Start a run of what did not pass, and go there."""
    with site.store() as reader:
        request = repeating.failed_again(reader, run)
    notes: list[str] = []
    new = begin(site.home, request, notes.append)
    return go_to(f"/runs/{new}", " ".join([f"Run {new} has begun.", *notes]))


@router.post("/rename")
def rename(request: Request, site: SiteHere, run: RunId, name: Annotated[RunName, Form()] = None) -> Response:
    """Call a run something else."""
    if not execute(site.home.database, RenameRun(run_id=run, name=name, now=now_ms())):
        raise HTTPException(404, f"there is no run {run}")
    return go_to(came_from(request), f"Run {run} was renamed." if name else f"Run {run} has no name any more.")


@router.post("/delete")
def delete_run(request: Request, site: SiteHere, run: RunId) -> Response:
    """Delete a run, and go where it was listed."""
    left = write(site.home.database, lambda journal: delete(journal, site.home, run))
    page = came_from(request)
    remains = f" These folders could not be removed: {', '.join(map(str, left))}." if left else ""
    return go_to(page if page.partition("?")[0] == "/" else "/", f"Run {run} was deleted.{remains}")
