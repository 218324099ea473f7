"""Both sides' footing: what is sent goes out whole and in order, and whoever waits is told of the end."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import ConnectionLostError, Counters, Pace, QueueLimits
from rc_ipc._connection import Connection
from rc_ipc._transport import Transport
from rc_ipc.testing import transport_pair

pytestmark = pytest.mark.timeout(10)


async def ignore(_chunk: bytes) -> None:
    """Take what is heard, and make nothing of it."""


def over(transport: Transport, *, queue: QueueLimits | None = None, pace: Pace | None = None) -> Connection[bytes]:
    return Connection(transport, queue=queue or QueueLimits(), pace=pace or Pace(), counters=Counters())


@asynccontextmanager
async def running(connection: Connection[bytes]) -> AsyncGenerator[None]:
    task = asyncio.create_task(connection.run(ignore))
    yield
    task.cancel()
    await asyncio.wait({task})


@given(turns=st.lists(st.integers(0, 5), max_size=30), pause=st.sampled_from([0.0, 0.001]))
def test_frames_go_out_in_the_order_of_offering_however_they_are_bunched(turns: list[int], pause: float) -> None:
    """IPC spec 8.4, for readers that mind nothing (`pause` 0), too. Each turn offers some frames without waiting."""
    frames = [f"<{n}>".encode() * 9 for n in range(sum(turns))]

    async def talk() -> bytes:
        ours, theirs = transport_pair()
        connection = over(ours, pace=Pace(burst=100, pause=pause))
        rest, heard = iter(frames), b""
        async with asyncio.timeout(5), running(connection):
            for number in turns:
                for _ in range(number):
                    assert connection.offer(next(rest))
                await asyncio.sleep(0)
            while len(heard) < sum(map(len, frames)):
                heard += await theirs.receive()
            await connection.flushed()
        return heard

    assert asyncio.run(talk()) == b"".join(frames)


async def test_a_frame_that_is_larger_than_the_queue_goes_out_when_its_turn_comes() -> None:
    """IPC spec R-4: what is within the limit of a frame can be sent, however small the queue is."""
    ours, theirs = transport_pair()
    connection = over(ours, queue=QueueLimits(bytes=100))
    async with running(connection):
        await asyncio.sleep(0)
        assert connection.offer(b"x" * 40_000)
        while not connection.offer(b"y" * 200):
            await connection.moved()
        assert await theirs.receive() == b"x" * 40_000
        assert await theirs.receive() == b"y" * 200


async def test_whoever_waits_for_a_connection_is_told_even_if_its_end_is_interrupted() -> None:
    """IPC spec R-13: safe on cancellation, twice, too."""
    ours, theirs = transport_pair()
    connection, is_taking, is_leaving = over(ours), asyncio.Event(), asyncio.Event()

    async def take(_chunk: bytes) -> None:
        try:
            is_taking.set()
            await asyncio.Event().wait()
        finally:
            is_leaving.set()
            await asyncio.Event().wait()

    run = asyncio.create_task(connection.run(take))
    waiting = asyncio.create_task(connection.moved())
    await theirs.send(b"x")
    await is_taking.wait()
    run.cancel()
    await is_leaving.wait()
    run.cancel()
    await asyncio.wait({run})
    with pytest.raises(ConnectionLostError):
        await waiting
    assert await theirs.receive() == b""
