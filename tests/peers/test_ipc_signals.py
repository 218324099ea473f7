"""SIGTERM in the middle of a flood, to either side, in either direction (IPC spec section 17, R-13)."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from rc_ipc import ClientOptions, ConnectionLostError, ServerOptions, connect, serve
from rc_types.events import Message, TaskEvent, TaskStarted
from rc_types.ipc import ClientId, TaskCommand
from rc_types.task import TaskId
from structlog.testing import capture_logs

pytestmark = pytest.mark.needs("node")

PATIENCE = 60.0
HOST = """
import asyncio, itertools, sys
import structlog
from rc_ipc import ServerOptions, serve, stop_signals
from rc_types.events import TaskStarted
from rc_types.task import TaskId

async def nothing(command, client_id):
    return None

async def main(path):
    async with serve(path, nothing, options=ServerOptions(slow_consumer="block")) as server:
        with stop_signals() as stop:
            print("listening", flush=True)
            for number in itertools.count():
                await server.broadcast(TaskStarted.of(TaskId(f"{number:06} " + "x" * 400)))
                if stop.is_set():
                    break

structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
asyncio.run(main(sys.argv[1]))
"""
"""Floods whoever comes, until it is asked to end."""

CLIENT = """
import asyncio, sys
import structlog
from rc_ipc import connect, stop_signals
from rc_types.events import Message

async def read(events):
    number = 0
    async for event in events:
        assert event.message.text.startswith(f"{number} ")
        number += 1
        if number == 1000:
            print("reading", flush=True)

async def main(path):
    with stop_signals() as stop:
        async with connect(path) as host:
            reading = asyncio.create_task(read(host.events(Message)))
            await stop.wait()
        await reading

structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
asyncio.run(main(sys.argv[1]))
"""
"""Reads a flood until it is asked to end, and sees to it that none of it is missing."""

StartPeer = Callable[..., Awaitable[Any]]


@asynccontextmanager
async def program(code: str, path: Path) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run a program to which every warning is an error; what it would complain of is on its standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-c", code, str(path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said_and_complained(process: asyncio.subprocess.Process) -> tuple[bytes, bytes, int | None]:
    said, complained = await process.communicate()
    return said, complained, process.returncode


def is_unbroken(peer: Any) -> bool:
    """Whether the peer heard every event of the flood from the time of its Ack on, in order."""
    heard = [line["message"]["data"] for line in peer.log if line["what"] == "recv"][1:]
    numbers = [int(event["payload"][0].split()[0]) for event in heard]
    return bool(numbers) and numbers == list(range(numbers[0], numbers[-1] + 1))


async def quiet(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return None


async def test_our_host_ends_in_good_order(tmp_path: Path, start_peer: StartPeer) -> None:
    """IPC spec section 17: clean exit, socket file gone, no warnings."""
    path = tmp_path / "host.sock"
    async with program(HOST, path) as host:
        assert host.stdout is not None
        assert await host.stdout.readline() == b"listening\n"
        peer = await start_peer("peer-client.mjs", str(path), "--script", "listen", "--timeout", "60000")
        await peer.until("recv")
        host.terminate()
        assert await said_and_complained(host) == (b"", b"", 0)
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - nobody else is kept waiting
    assert await peer.exit_code() == 0, peer.log[-3:]
    assert is_unbroken(peer)


async def test_our_client_ends_in_good_order(tmp_path: Path, start_peer: StartPeer) -> None:
    """IPC spec section 17: the host sees it leave."""
    path = tmp_path / "host.sock"
    peer = await start_peer("peer-server.mjs", str(path), "--script", "flood", "--count", "10000000", "--once")
    await peer.until("listening")
    async with program(CLIENT, path) as client:
        assert client.stdout is not None
        assert await client.stdout.readline() == b"reading\n"
        client.terminate()
        assert await said_and_complained(client) == (b"", b"", 0)
    assert await peer.exit_code() == 0, peer.log[-3:]
    assert not [line for line in peer.log if line["what"] == "recv-invalid"]


async def test_a_real_host_that_is_ended_leaves_an_unbroken_beginning(tmp_path: Path, start_peer: StartPeer) -> None:
    """IPC spec section 17, F11: nothing in part, then the loss."""
    path = tmp_path / "host.sock"
    peer = await start_peer("peer-server.mjs", str(path), "--script", "flood", "--count", "10000000")
    await peer.until("listening")
    async with asyncio.timeout(PATIENCE), connect(path, options=ClientOptions(reconnect=False)) as client:
        heard, events = 0, client.events()

        async def read() -> None:
            nonlocal heard
            async for event in events:
                assert isinstance(event, Message)
                assert (event.message.text or "").startswith(f"{heard} ")
                heard += 1
                if heard == 1000:
                    peer.process.terminate()

        with pytest.raises(ConnectionLostError):
            await read()
        assert heard >= 1000
        assert client.counters.ignored.total() == 0
    assert await peer.exit_code() == 0
    assert not path.exists()


async def test_a_real_client_that_is_ended_disturbs_nobody(tmp_path: Path, start_peer: StartPeer) -> None:
    """IPC spec section 17: the flood goes on for the one that stays."""
    path = tmp_path / "host.sock"
    listening = ("--script", "listen", "--timeout", "60000")
    with capture_logs() as logs:
        async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
            server = await stack.enter_async_context(serve(path, quiet, options=ServerOptions(slow_consumer="block")))
            leaving, staying = [await start_peer("peer-client.mjs", str(path), *listening) for _ in range(2)]
            for peer in (leaving, staying):
                await peer.until("connect")
            for number in count():
                await server.broadcast(TaskStarted.of(TaskId(f"{number:06} " + "x" * 400)))
                if number == 2000:
                    leaving.process.terminate()
                if number > 2000 and len(server.client_ids) == 1:
                    break
        assert await staying.exit_code() == 0, staying.log[-3:]
    assert is_unbroken(staying)
    assert not [line for line in logs if line["log_level"] in {"error", "critical"}]
