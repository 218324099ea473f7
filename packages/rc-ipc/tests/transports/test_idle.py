"""What clients cost that say nothing (IPC spec R-19: no polling, under 100 kB each)."""

import asyncio
import gc
import selectors
import sys
import tracemalloc
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

import pytest
from rc_ipc import ClientOptions, ServerOptions
from rc_types.events import TaskEvent
from rc_types.ipc import ClientId, TaskCommand

from .places import Place

CROWD = 100
WINDOW = 0.5
"""Seconds that are watched. Nothing is waited for in them: that nothing happens is what is looked for."""

PING_INTERVAL = 1000.0
"""Seconds: signs of life over ZeroMQ are no idleness. There is one every 5 s and client, as 15.3 wants them."""


async def quiet(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return None


class CountingSelector(selectors.DefaultSelector):
    """Counts how often the loop wakes up."""

    wakes = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.wakes += 1
        return super().select(timeout)


def watched(program: Coroutine[Any, Any, None], selector: CountingSelector) -> None:
    """Run the program on a loop that waits by that selector."""
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        runner.run(program)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes need a loop without a selector")
def test_clients_that_say_nothing_wake_nobody(place: Place) -> None:
    """IPC spec R-19. Whether the path still leads here is looked at every 2 s, once for all clients (R-8)."""
    selector = CountingSelector()

    async def program() -> None:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(
                place.serve(quiet, options=ServerOptions(max_clients=CROWD, ping_interval=PING_INTERVAL))
            )
            for _ in range(CROWD):
                await stack.enter_async_context(place.connect(options=ClientOptions(ping_interval=PING_INTERVAL)))
            assert len(server.client_ids) == CROWD
            before = selector.wakes
            await asyncio.sleep(WINDOW)
            assert selector.wakes - before <= 10  # the window's own end, and what was still on its way

    watched(program(), selector)


async def test_a_client_that_says_nothing_takes_little_memory(place: Place) -> None:
    """IPC spec R-19: both ends together take less than what the spec allows for one. What ZeroMQ and the system keep
    beside Python's objects is measured by the benchmark, in a process of its own."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(place.serve(quiet, options=ServerOptions(max_clients=CROWD + 1)))
        await stack.enter_async_context(place.connect())  # what all of them share is there from here on
        gc.collect()
        tracemalloc.start()
        try:
            for _ in range(CROWD):
                await stack.enter_async_context(place.connect())
            gc.collect()
            taken, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert taken / CROWD < 100_000
