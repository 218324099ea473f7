"""Ending in good order when the system asks for it. Offered, not imposed: a library takes no signal. Source: R-13."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def stop_signals(*signals: signal.Signals) -> Generator[asyncio.Event]:
    """Give an event that is set when the process is asked to end, for as long as the block lasts.

    async with serve(path, handle) as server:
        with stop_signals() as stop:
            await stop.wait()

    A second signal ends the process at once, as it would have without this block. Call it in the main thread, while
    its event loop runs.

    Args:
        signals: which ones; SIGTERM by default. Ctrl-C needs nobody: `asyncio.run` makes a KeyboardInterrupt of it.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    former = {number: signal.getsignal(number) for number in signals or (signal.SIGTERM,)}

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler or signal.SIG_DFL)  # None: somebody set it in C

    def asked(_number: int, _frame: object) -> None:
        restore()
        loop.call_soon_threadsafe(stop.set)

    for number in former:
        signal.signal(number, asked)
    try:
        yield stop
    finally:
        restore()
