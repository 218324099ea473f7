"""Who may ask the dashboard: the border that every request crosses before anything looks at it.

Without a token the server listens on loopback only, where the danger is a web page in the user's own browser. So the
name in `Host` has to be one of ours (DNS rebinding), and whatever changes something has to come from our own pages or
from no page at all. Anywhere else every request needs the token as well.
"""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import URL, Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "rc_evals_token"
PARAMETER: Final = "token"
"""In the address that `serve` prints; the browser keeps it as a cookie, and the address loses it."""

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes that a request may send, unless its path is in `LARGE_BODIES`: those bound themselves."""

LARGE_BODIES: Final = frozenset({"/api/import", "/import"})

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # `no-referrer` would make browsers hide the origin of our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Sent with every answer. Nothing written by an agent runs in a page, even if it got in unescaped."""


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    Args:
        names: what `Host` may say, beside the names of this machine's loopback; without port.
        token: what every request has to carry; None where only this machine can ask.
    """

    names: frozenset[str] = frozenset()
    token: str | None = None

    def __repr__(self) -> str:
        return f"Access(names={sorted(self.names)}, token={'set' if self.token else 'none'})"

    def knows(self, host: str) -> bool:
        """Return whether a `Host` header names this server."""
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name is not None and (name in _LOOPBACK_NAMES or name in self.names)

    def admits(self, offered: str | None) -> bool:
        """Return whether a request with this token may pass."""
        if self.token is None:
            return True
        return offered is not None and hmac.compare_digest(offered.encode(), self.token.encode())


class Guard:
    """Lets requests through to `app` that may pass, and answers the others itself."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "private, no-cache")
                await send(message)
                if is_head:
                    await send({"type": "http.response.body"})
            elif not is_head:  # what makes a body is told by the end of the answer that nobody wants it
                await send(message)

        refusal = self._refusal(scope)
        if is_head:  # whatever can be got, can be asked about
            scope = {**scope, "method": "GET"}
        if refusal is not None:
            await refusal(scope, receive, sealed)
        elif scope["path"] in LARGE_BODIES:
            await self._app(scope, receive, sealed)
        else:
            await self._app(scope, _bounded(receive), sealed)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return what to answer to a request that may not pass."""
        headers = Headers(scope=scope)
        if not self._access.knows(headers.get("host", "")):
            return _refused(
                scope, 421, "this dashboard does not go by that name; `serve --allowed-host NAME` gives it one"
            )
        if scope["method"] not in _SAFE_METHODS and not _is_same_origin(headers):
            return _refused(scope, 403, "this change was asked for by a page of another origin; nothing was done")
        length = headers.get("content-length", "0")
        if scope["path"] not in LARGE_BODIES and (not length.isdecimal() or int(length) > MAX_BODY):
            return _refused(scope, 413, f"more than {MAX_BODY:,} bytes are too much for a request")
        return self._identify(scope, headers)

    def _identify(self, scope: Scope, headers: Headers) -> Response | None:
        """Check the token. One in the address moves into a cookie, so that it is neither seen nor passed on."""
        query = QueryParams(scope["query_string"])
        in_address = query.get(PARAMETER)
        if in_address is not None and scope["method"] == "GET" and self._access.admits(in_address):
            rest = urlencode([(key, value) for key, value in query.multi_items() if key != PARAMETER])
            path = "/" + URL(scope=scope).path.lstrip("/")  # two slashes would begin the name of another server
            response = RedirectResponse(path + (f"?{rest}" if rest else ""), status_code=303)
            if self._access.token is not None:
                response.set_cookie(COOKIE, self._access.token, httponly=True, samesite="strict")
            return response
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        offered = bearer.strip() if scheme.lower() == "bearer" else cookie_parser(headers.get("cookie", "")).get(COOKIE)
        if self._access.admits(offered):
            return None
        return _refused(
            scope, 401, "open the address that `rc-evals serve` printed, or send its token: `Authorization: Bearer`"
        )


def _is_same_origin(headers: Headers) -> bool:
    """Return whether a change comes from our own pages, or from a program: browsers always name the origin of one."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


def _bounded(receive: Receive) -> Receive:
    """Return a `receive` that ends the request once its body is longer than it said, or than anybody may send."""
    taken = 0

    async def receive_bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > MAX_BODY else message

    return receive_bounded


def _refused(scope: Scope, status: int, sentence: str) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    if scope["path"].startswith("/api/"):
        return JSONResponse({"detail": sentence}, status, headers)
    return PlainTextResponse(sentence + "\n", status, headers)
