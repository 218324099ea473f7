"""Who watches what: one watcher per run that is looked at, begun by its first viewer, ended soon after its last."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rc_evals._errors import StoreError
from rc_evals.web.live.follower import Follower
from rc_evals.web.live.viewers import Viewer

if TYPE_CHECKING:
    from collections.abc import Generator

    from rc_evals.home import Home

logger = logging.getLogger(__name__)

TICK_SECONDS: Final = 0.1
"""Between two looks, and so between two sends to a viewer; nobody reads faster."""

GRACE_SECONDS: Final = 2.0
"""A watcher without viewers goes on for so long: a page that is loaded again need not begin anew."""

MOST_VIEWERS: Final = 1_000
"""Of all runs together."""


class Watcher:
    """Looks at one run in a thread of its own, and hands out what is new.

    Args:
        home: the data folder.
        run_id: the run.
    """

    def __init__(self, home: Home, run_id: int) -> None:
        self._run_id = run_id
        self._follower = Follower(home, run_id)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"rc-evals-watch-{run_id}")
        self._seen = time.monotonic()
        self.viewers: set[Viewer] = set()

    async def run(self) -> None:
        """Go on until the run is over, or nobody looks any more. Every viewer is closed then."""
        try:
            while True:
                if not await self._look():
                    return
                await asyncio.sleep(TICK_SECONDS)
        except StoreError as error:
            logger.warning("the live view of run %d ended: %s", self._run_id, error)
        except Exception:
            logger.exception("the live view of run %d ended", self._run_id)
        finally:
            for viewer in self.viewers:
                viewer.close()
            self._thread.submit(self._follower.close)
            self._thread.shutdown(wait=False)

    async def _look(self) -> bool:
        """Look once and tell everybody; returns whether to go on."""
        newcomers = [viewer for viewer in self.viewers if viewer.needs_greeting]
        since = [viewer.since for viewer in newcomers]
        news = await asyncio.get_running_loop().run_in_executor(self._thread, self._follower.look, since)
        if news.batch:
            for viewer in self.viewers:
                viewer.offer(news.batch)
        for viewer, greeting in zip(newcomers, news.greetings, strict=True):
            viewer.greet(greeting)
        if news.is_over:
            for viewer in self.viewers:
                if not viewer.needs_greeting:
                    viewer.close()
        if self.viewers:
            self._seen = time.monotonic()
        has_work = not news.is_over or any(viewer.needs_greeting for viewer in self.viewers)
        return has_work and time.monotonic() - self._seen < GRACE_SECONDS


class Hub:
    """The watchers of one dashboard. Belongs to one event loop.

    Args:
        home: the data folder.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._watchers: dict[int, tuple[Watcher, asyncio.Task[None]]] = {}
        self._is_closed = False
        self.viewers = 0
        """Of all runs."""

    @contextmanager
    def view(self, run_id: int, since: int | None) -> Generator[Viewer]:
        """Look at a run within the block.

        Args:
            run_id: the run; of one that is gone, the viewer is told so.
            since: the latest event of the journal that the viewer was told before.
        """
        viewer = Viewer(since)
        if self._is_closed:
            viewer.close()
            yield viewer
            return
        watcher = self._watcher(run_id)
        watcher.viewers.add(viewer)
        self.viewers += 1
        try:
            yield viewer
        finally:
            self.viewers -= 1
            watcher.viewers.discard(viewer)

    def close(self) -> None:
        """End all streams, now and for ever: the server is about to end."""
        self._is_closed = True
        for _, task in self._watchers.values():
            task.cancel()

    def _watcher(self, run_id: int) -> Watcher:
        known = self._watchers.get(run_id)
        if known is not None and not known[1].done():
            return known[0]
        watcher = Watcher(self._home, run_id)
        task = asyncio.create_task(watcher.run(), name=f"rc-evals-watch-{run_id}")
        self._watchers[run_id] = watcher, task
        task.add_done_callback(lambda _: self._forget(run_id, task))
        return watcher

    def _forget(self, run_id: int, task: asyncio.Task[None]) -> None:
        if self._watchers.get(run_id, (None, None))[1] is task:
            del self._watchers[run_id]
