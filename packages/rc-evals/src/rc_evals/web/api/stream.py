"""Live news of a run (spec 16.2, 24.9)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Header
from starlette.exceptions import HTTPException
from starlette.responses import Response

from rc_evals.store import watching
from rc_evals.web.errors import PROBLEMS
from rc_evals.web.ids import RunId
from rc_evals.web.live.hub import MOST_VIEWERS
from rc_evals.web.live.stream import EventStream
from rc_evals.web.site import SiteHere

router: Final = APIRouter(prefix="/api", tags=["runs"], responses=PROBLEMS)

_DIGITS: Final = 18
"""Of a number in the journal; a longer one is none of ours."""

_EVENT: Final = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("event", "id", "data")},
    "required": ["data"],
}
"""One event, as the document of the API describes what a stream is made of; `data` is JSON."""


@router.get(
    "/runs/{run}/stream",
    response_class=Response,  # of no type, so that problems are documented as the JSON that they are
    responses={
        200: {"content": {"text/event-stream": {"schema": _EVENT}}, "description": "Server-sent events."},
        204: {"description": "The run is over, and the caller knows all of it: do not come back."},
    },
)
def stream(
    site: SiteHere,
    run: RunId,
    last_event_id: Annotated[str, Header(description="The latest `id` that the caller was told.")] = "",
) -> Response:
    """Tell what happens in a run while it goes on, as server-sent events.

    Events without a name are upstream's task events, with our number of the task as `taskId`: those of agents but for
    `message`, and `evalPass` or `evalFail` for each verdict. Events with a name: `snapshot` (how everything stands, on
    connecting), `now` (what has changed of it since), `task` and `run` (what happened, each with an `id` to go on
    from), `done` (there will be no more). After a break, the events since `Last-Event-ID` are told first, up to 500.
    """
    since = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) <= _DIGITS else None
    with site.store() as reader:
        is_over = reader.run(run)["finished_at"] is not None
        newest = watching.latest(reader, run)
    if is_over and since == newest:
        return Response(status_code=204)
    if site.live.viewers >= MOST_VIEWERS:
        raise HTTPException(503, f"{MOST_VIEWERS:,} streams are open already; close some pages")
    return EventStream(site.live, run, since if since is None or since <= newest else None)
