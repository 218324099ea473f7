"""The answer that does not end: sends a viewer what it has to be told, until either side is gone."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from rc_evals.web.live.hub import Hub

logger = logging.getLogger(__name__)

SEND_SECONDS: Final = 30.0
"""A connection that takes nothing for so long is given up: its other end is gone without a word."""


class EventStream(Response):
    """News of one run. Plain ASGI: one task beside the sender notices that the browser has gone.

    Args:
        hub: where the news come from.
        run_id: the run.
        since: the latest event of the journal that the browser was told before.
    """

    media_type = "text/event-stream"
    background = None

    def __init__(self, hub: Hub, run_id: int, since: int | None) -> None:
        self._hub, self._run_id, self._since = hub, run_id, since
        self.status_code = 200
        self.init_headers({"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        del scope
        with self._hub.view(self._run_id, self._since) as viewer:
            departure = asyncio.create_task(_departure(receive), name="rc-evals-departure")
            departure.add_done_callback(lambda _: viewer.close())
            try:
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                while news := await viewer.take():
                    async with asyncio.timeout(SEND_SECONDS):
                        await send({"type": "http.response.body", "body": news, "more_body": True})
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            except TimeoutError:
                logger.info("a viewer of run %d took nothing for %g s", self._run_id, SEND_SECONDS)
            finally:
                departure.cancel()


async def _departure(receive: Receive) -> None:
    """Return once the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
