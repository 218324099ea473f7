"""Makes pages: Jinja2, everything escaped, and either the whole page or the one block that htmx asked for."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

from rc_evals import __version__, formats
from rc_evals.foreign import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

FOLDER: Final = Path(__file__).parent
STATIC: Final = FOLDER / "static"

THEMES: Final = ("auto", "light", "dark")
THEME_COOKIE: Final = "rc_evals_theme"
NOTICE_COOKIE: Final = "rc_evals_notice"
"""Carries one sentence from the request that did something to the page that comes next."""

_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "counted": formats.counted,
    "duration": formats.duration,
    "local_time": formats.local_time,
    "money": formats.money,
    "one_line": one_line,
    "share": formats.share,
    "size": formats.size,
    "timestamp": formats.timestamp,
    "tokens": formats.tokens,
}
"""How templates write numbers, and what others have written."""


class Renderer:
    """Makes answers from the templates in `templates/`."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        known: dict[str, Any] = {"asset": asset, "version": __version__, "themes": THEMES, "with_query": with_query}
        self._templates.globals.update(known)
        self._templates.filters.update(_FILTERS)

    def page(self, request: Request, name: str, *, block: str = "", status: int = 200, **context: Any) -> Response:
        """Return a page; only its `block` when htmx asked for a part of it.

        Args:
            request: what is answered; `theme`, `notice`, `path` and `query` come from it.
            name: template, below `templates/`.
            block: the block of the template that its own links and forms replace.
            status: of HTTP.
            context: what the template names.
        """
        theme = request.cookies.get(THEME_COOKIE, "auto")
        notice = unquote(request.cookies.get(NOTICE_COOKIE, ""))
        context |= {
            "theme": theme if theme in THEMES else "auto",
            "notice": notice,
            "path": request.url.path,
            "query": _query(request),
        }
        template = self._templates.get_template(name)
        if block and request.headers.get("HX-Request-Type") == "partial":
            text = "".join(template.blocks[block](template.new_context(context)))
        else:
            text = template.render(context)
        response = HTMLResponse(text, status, headers={"Vary": "HX-Request-Type, Cookie"})
        if notice:
            response.delete_cookie(NOTICE_COOKIE)
        return response

    def text(self, name: str, **context: Any) -> str:
        """Return a rendered template by itself."""
        return self._templates.get_template(name).render(context)


def go_to(address: str, notice: str = "") -> Response:
    """Answer a form: go on with another page of ours, which shows `notice` once."""
    response = RedirectResponse(address, status_code=303)
    if notice:
        response.set_cookie(NOTICE_COOKIE, quote(notice), max_age=30, httponly=True, samesite="strict")
    return response


def came_from(request: Request) -> str:
    """Return the address of the page of ours that a form was sent from; `/` when there is none."""
    try:
        page = urlsplit(request.headers.get("referer", "/"))
    except ValueError:
        return "/"
    is_ours = page.netloc == request.url.netloc and not page.path.startswith("//")
    return urlunsplit(("", "", page.path, page.query, "")) if is_ours else "/"


def with_query(query: Mapping[str, object], **changes: object) -> str:
    """Return a query string with some parameters changed, or removed where the change is None or empty.

    Whatever changes, the paging begins anew unless `after` is among the changes.
    """
    merged = {**query, "after": None, **changes}
    kept = {key: value for key, value in merged.items() if value not in (None, "", [])}
    return f"?{urlencode(kept, doseq=True)}"


def _query(request: Request) -> dict[str, str | list[str]]:
    """Return the parameters of the address; those that occur several times as lists."""
    parameters = request.query_params
    several = {name: parameters.getlist(name) for name in parameters}
    return {name: values[0] if len(values) == 1 else values for name, values in several.items()}


@cache
def asset(name: str) -> str:
    """Return the address of a file in `static/`, which changes with its content, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
