"""A loop on a thread of its own, for programs that have none: what `rc_ipc.sync` stands on."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from rc_ipc._errors import NotConnectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from typing import Any

T = TypeVar("T")

_OVER: Final = "the block of connect() has ended"
"""Why nothing can be called."""


class Portal:
    """The way into the loop of another thread.

    Args:
        loop: runs until the block of `open_portal` ends.
        thread_id: of the thread that runs it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, thread_id: int) -> None:
        self._loop, self._thread_id = loop, thread_id
        self._open = True
        self._entering = threading.Lock()

    def call(self, action: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run the coroutine of `action` there and return its result; give it up if this thread is interrupted.

        Raises NotConnectedError once the portal is closed, also in a call that is under way then.
        """
        if threading.get_ident() == self._thread_id:
            raise RuntimeError("a predicate runs on the thread of the connection and must not call into it")
        with self._entering:  # what comes in after the closing would never be run
            if not self._open:
                raise NotConnectedError("rc_ipc.sync", _OVER)
            future = asyncio.run_coroutine_threadsafe(action(), self._loop)
        try:
            return future.result()
        except CancelledError:
            raise NotConnectedError("rc_ipc.sync", _OVER) from None
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Let nobody in any more."""
        with self._entering:
            self._open = False

    def look(self, action: Callable[[], T]) -> T:
        """Run a plain function there."""

        async def looking() -> T:
            return action()

        return self.call(looking)


@contextmanager
def open_portal() -> Generator[Portal]:
    """Run a loop on a thread of its own for as long as the block lasts, and give the way into it."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]] = Future()

    async def stay() -> None:
        stop = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), stop, threading.get_ident()))
        await stop.wait()

    # A daemon, so that a second Ctrl-C in the middle of closing does not keep the program from ending.
    thread = threading.Thread(target=lambda: asyncio.run(stay()), name="rc-ipc-sync", daemon=True)
    thread.start()
    loop, stop, thread_id = started.result()
    portal = Portal(loop, thread_id)
    try:
        yield portal
    finally:
        portal.close()
        loop.call_soon_threadsafe(stop.set)
        thread.join()
