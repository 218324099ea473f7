"""How what goes wrong is answered: one sentence, as JSON below /api and as a page elsewhere; never a traceback."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Match, Mount

from rc_evals._errors import (
    DiskError,
    EvalsError,
    ImportedRunError,
    RunBusyError,
    RunOverError,
    UnknownRunError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from rc_evals.web.site import Site

logger = logging.getLogger(__name__)

_STATUS: Final[tuple[tuple[type[EvalsError], int], ...]] = (
    (UnknownRunError, 404),
    (RunOverError, 409),
    (ImportedRunError, 409),
    (UsageError, 422),
    (RunBusyError, 409),
    (DiskError, 507),
)
"""The first that fits; 503 when none does."""


_METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")
"""Those that endpoints may have; `access.Guard` makes HEAD of GET."""


class Problem(BaseModel):
    """What is wrong."""

    detail: str
    """One line: what was wrong, where, and what to do."""


PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": Problem, "description": "There is no such thing."},
    422: {"model": Problem, "description": "The request is wrong."},
    "default": {"model": Problem, "description": "Anything else that went wrong."},
}
"""For the `responses` of every router below /api."""


def status_of(error: EvalsError) -> int:
    """Return the status of HTTP that says what kind of error it is."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.SERVICE_UNAVAILABLE)


def answer_errors(app: FastAPI) -> None:
    """Teach an application to answer what goes wrong."""

    def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, EvalsError)  # noqa: S101 - registered for these alone
        return _answer(request, status_of(error), str(error))

    def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for these alone
        detail, headers = error.detail, error.headers
        if error.status_code == HTTPStatus.NOT_FOUND and detail == HTTPStatus.NOT_FOUND.phrase:
            detail = f"there is nothing at {request.url.path}"
        elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = _methods(request)
            detail, headers = f"{request.url.path} takes {allowed}", {"Allow": allowed}
        return _answer(request, error.status_code, detail, headers)

    def of_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - likewise
        return _answer(request, 422, _sentence(error))

    def unknown(request: Request, error: Exception) -> Response:
        logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return _answer(request, 500, f"internal error: {type(error).__name__}; the server's output says where")

    app.add_exception_handler(EvalsError, known)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(Exception, unknown)


def _answer(request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": detail}, status, headers)
    site: Site = request.app.state.site
    title = HTTPStatus(status).phrase
    page = site.pages.page(request, "error.html", status=status, title=title, code=status, detail=detail)
    page.headers.update(headers or {})
    return page


def _methods(request: Request) -> str:
    """Return the methods that a path takes: of all routes, where the framework names those of the first that fits."""
    routes = [route for route in request.app.routes if not isinstance(route, Mount)]
    taken = [
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    return ", ".join([*taken, *(["HEAD"] if "GET" in taken else [])]) or "GET, HEAD"  # none: a file


def _sentence(error: RequestValidationError) -> str:
    """Return the first thing that is wrong with a request, in one line."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}"
