"""What forms do with a run. Each then goes back to the page that it was sent from, which says what was done."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from rc_evals import repeating, starting
from rc_evals.web.ids import RunId
from rc_evals.web.new_run import begin
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
