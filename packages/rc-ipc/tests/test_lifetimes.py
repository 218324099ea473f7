"""What starts a task owns it: nothing is left behind, however a block is left."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rc_ipc import IpcClient, IpcServer, connect, serve
from rc_types.events import TaskEvent
from rc_types.ipc import ClientId, TaskCommand


async def host(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rc.sock"


@asynccontextmanager
async def nothing_left(path: Path) -> AsyncGenerator[None]:
    """Check that the block leaves no task, no file; descriptors are checked by turning warnings into errors."""
    before = asyncio.all_tasks()
    async with asyncio.timeout(10):
        yield
        for task in asyncio.all_tasks() - before:
            await asyncio.wait({task})
    assert list(path.parent.iterdir()) == []


async def test_leaving_the_blocks_closes_everything(path: Path) -> None:
    """IPC spec R-13."""
    async with nothing_left(path), serve(path, host), connect(path) as client:
        client.events()


async def test_an_exception_of_the_caller_passes_as_it_is(path: Path) -> None:
    """Style 10: no exception group around a caller's block."""
    async with nothing_left(path):
        with pytest.raises(ZeroDivisionError):
            async with serve(path, host), connect(path):
                raise ZeroDivisionError


async def test_closing_twice_does_nothing(path: Path) -> None:
    """IPC spec R-13: idempotent."""
    async with nothing_left(path), serve(path, host) as server, connect(path) as client:
        await client.aclose()
        await client.aclose()
        await server.aclose()
        await server.aclose()


@pytest.mark.parametrize("moment", ["entered", "reading", "closing"])
async def test_cancellation_at_any_moment_leaves_nothing(path: Path, moment: str) -> None:
    """IPC spec R-13: safe on cancellation."""
    reached = asyncio.Event()

    async def stay(server: IpcServer, client: IpcClient) -> None:
        reached.set()
        if moment == "entered":
            await asyncio.Event().wait()
        elif moment == "reading":
            await anext(client.events())
        else:
            await server.aclose()

    async def work() -> None:
        async with serve(path, host) as server, connect(path) as client:
            await stay(server, client)

    async with nothing_left(path):
        working = asyncio.create_task(work())
        await reached.wait()
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working


async def test_cancelling_while_nobody_answers_leaves_nothing(path: Path) -> None:
    """IPC spec R-13: an attempt to connect, and the pause before the next, can be interrupted."""
    async with nothing_left(path):

        async def work() -> None:
            async with connect(path):
                pytest.fail("there was nobody")

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await work()


async def test_many_servers_and_clients_live_in_one_process(tmp_path: Path) -> None:
    """IPC spec R-16: no module-level state."""
    one, other = tmp_path / "one.sock", tmp_path / "other.sock"
    async with (
        nothing_left(one),
        serve(one, host) as first,
        serve(other, host) as second,
        connect(one),
        connect(other),
        connect(other),
    ):
        assert (len(first.client_ids), len(second.client_ids)) == (1, 2)
