"""Light or dark, where somebody wants something else than the system says."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlsplit, urlunsplit

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from rc_evals.web.rendering import THEME_COOKIE, go_to

router: Final = APIRouter(include_in_schema=False)

_YEAR: Final = 365 * 24 * 3600


@router.post("/theme")
def choose_theme(request: Request, theme: Annotated[Literal["auto", "light", "dark"], Form()]) -> Response:
    """Keep the choice in this browser, and show the same page again."""
    came_from = urlsplit(request.headers.get("referer", "/"))
    is_ours = came_from.netloc == request.url.netloc and not came_from.path.startswith("//")
    response = go_to(urlunsplit(("", "", came_from.path, came_from.query, "")) if is_ours else "/")
    response.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, samesite="strict")
    return response
