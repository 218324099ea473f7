"""Puts the dashboard together."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from rc_evals import __version__
from rc_evals.web.access import Guard
from rc_evals.web.api import choices, exports, health, run, stream, task
from rc_evals.web.api import comparing as comparing_api
from rc_evals.web.api import runs as runs_api
from rc_evals.web.errors import answer_errors
from rc_evals.web.live.hub import Hub
from rc_evals.web.pages import comparing, imports, new_run, run_actions, runs, theme
from rc_evals.web.pages import run as run_pages
from rc_evals.web.pages import task as task_pages
from rc_evals.web.rendering import STATIC, Renderer
from rc_evals.web.site import Site

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from fastapi import APIRouter
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from rc_evals.home import Home
    from rc_evals.web.access import Access

END_STREAMS: Final = "end_streams"
"""What the server finds in its lifespan's state: to be called before it waits for requests that go on."""

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    choices.router,
    runs_api.router,
    comparing_api.router,
    exports.router,
    stream.router,
    run.router,
    task.router,
    theme.router,
    runs.router,
    imports.router,
    new_run.router,
    comparing.router,
    task_pages.router,
    run_pages.router,
    run_actions.router,
)
"""A more special path stands before a more general one."""


def create_app(home: Home, access: Access) -> ASGIApp:
    """Return the dashboard of a data folder.

    Args:
        home: the data folder.
        access: who may ask.
    """
    live = Hub(home)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[dict[str, object]]:
        yield {END_STREAMS: live.close}
        live.close()

    app = FastAPI(
        title="rc-evals",
        summary="Runs of coding agents on exercises, and what came out",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,  # these two would load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.site = Site(home, Renderer(), live)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", _Lasting(directory=STATIC), name="static")
    answer_errors(app)
    return Guard(app, access)  # around everything, so that answers to our own failures are sealed as well


class _Lasting(StaticFiles):
    """Files whose address changes with their content (`rendering.asset`): browsers need not ask again."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message["headers"].append((b"cache-control", b"public, max-age=31536000, immutable"))
            await send(message)

        await super().__call__(scope, receive, kept)
