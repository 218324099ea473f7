"""What starts a task owns it: nothing is left behind, however a block is left."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rc_ipc import IpcClient, IpcServer, NotConnectedError
from rc_types.events import TaskEvent
from rc_types.ipc import ClientId, SendMessage, TaskCommand

from .places import Place


async def host(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return None


def names_in(folder: Path) -> set[Path]:
    return set(folder.iterdir())


def open_files() -> int:
    """Return how many descriptors this process has; elsewhere, that warnings are errors has to do."""
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0


@asynccontextmanager
async def nothing_left(place: Place, folder: Path) -> AsyncGenerator[None]:
    """Check that the block leaves no task, no descriptor, no file, and a place that is free."""
    async with place.pair(host):
        pass  # what a process has once, such as its ZeroMQ context for names within it, is there from here on
    before, files, names = asyncio.all_tasks(), open_files(), names_in(folder)
    async with asyncio.timeout(10):
        yield
        for task in asyncio.all_tasks() - before:
            await asyncio.wait({task})
        while open_files() > files:  # noqa: ASYNC110 - within a process, ZeroMQ gives them back on a thread of its own
            await asyncio.sleep(0)
    assert names_in(folder) == names
    async with place.pair(host) as (client, server):
        assert client.ack is not None
        assert server.client_ids == (client.ack.client_id,)


async def test_leaving_the_blocks_closes_everything(place: Place, tmp_path: Path) -> None:
    """IPC spec R-13."""
    async with nothing_left(place, tmp_path), place.pair(host) as (client, _server):
        client.events()


async def test_an_exception_of_the_caller_passes_as_it_is(place: Place, tmp_path: Path) -> None:
    """Style 10: no exception group around a caller's block."""
    async with nothing_left(place, tmp_path):
        with pytest.raises(ZeroDivisionError):
            async with place.pair(host):
                raise ZeroDivisionError


async def test_closing_twice_does_nothing(place: Place, tmp_path: Path) -> None:
    """IPC spec R-13: idempotent."""
    async with nothing_left(place, tmp_path), place.pair(host) as (client, server):
        await client.aclose()
        await client.aclose()
        await server.aclose()
        await server.aclose()
        with pytest.raises(NotConnectedError):
            await client.send(SendMessage.of("too late"))


@pytest.mark.parametrize("moment", ["entered", "reading", "closing"])
async def test_cancellation_at_any_moment_leaves_nothing(place: Place, tmp_path: Path, moment: str) -> None:
    """IPC spec R-13: safe on cancellation."""
    reached = asyncio.Event()

    async def stay(client: IpcClient, server: IpcServer) -> None:
        reached.set()
        if moment == "entered":
            await asyncio.Event().wait()
        elif moment == "reading":
            await anext(client.events())
        else:
            await server.aclose()

    async def work() -> None:
        async with place.pair(host) as pair:
            await stay(*pair)

    async with nothing_left(place, tmp_path):
        working = asyncio.create_task(work())
        await reached.wait()
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working


async def test_cancelling_while_nobody_answers_leaves_nothing(place: Place, tmp_path: Path) -> None:
    """IPC spec R-13: an attempt to connect, and the pause before the next, can be interrupted."""

    async def work() -> None:
        async with place.connect():
            pytest.fail("there was nobody")

    async with nothing_left(place, tmp_path):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await work()


async def test_many_servers_and_clients_live_in_one_process(place: Place, other_place: Place, tmp_path: Path) -> None:
    """IPC spec R-16: no module-level state."""
    async with (
        nothing_left(place, tmp_path),
        place.serve(host) as first,
        other_place.serve(host) as second,
        place.connect(),
        other_place.connect(),
        other_place.connect(),
    ):
        assert (len(first.client_ids), len(second.client_ids)) == (1, 2)
