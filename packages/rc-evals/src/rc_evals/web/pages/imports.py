"""What the form does that brings in a run."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from rc_evals.web.rendering import go_to
from rc_evals.web.site import SiteHere
from rc_evals.web.uploads import bring_in

router: Final = APIRouter(include_in_schema=False)


@router.post("/import")
async def import_file(request: Request, site: SiteHere) -> Response:
    """Bring in a run, and go there."""
    imported = await bring_in(site.home, request)
    notice = "This run was imported." if imported.new else "This run was here already; nothing was changed."
    return go_to(f"/runs/{imported.run_id}", notice)
