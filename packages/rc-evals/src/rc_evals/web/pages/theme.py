"""Light or dark, where somebody wants something else than the system says."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from rc_evals.web.rendering import THEME_COOKIE, came_from, go_to

router: Final = APIRouter(include_in_schema=False)

_YEAR: Final = 365 * 24 * 3600


@router.post("/theme")
def choose_theme(request: Request, theme: Annotated[Literal["auto", "light", "dark"], Form()]) -> Response:
    """Keep the choice in this browser, and show the same page again."""
    response = go_to(came_from(request))
    response.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, samesite="strict")
    return response
