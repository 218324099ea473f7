"""The driver's side on a Unix socket, as far as paths and bytes matter; the rest is in `transports`."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from rc_ipc import (
    ClientOptions,
    ConnectionLostError,
    HandshakeTimeoutError,
    NotConnectedError,
    connect,
    serve,
)
from rc_ipc.testing import transport_pair
from rc_types.events import (
    ModeInfo,
    ModesResponse,
    TaskEvent,
    TaskStarted,
    TaskTokenUsageUpdated,
)
from rc_types.ipc import ClientId, GetModes, SendMessage, TaskCommand
from rc_types.ports import load_task_link
from rc_types.task import TaskId

PATIENCE = 10.0


def modes(slug: str) -> ModesResponse:
    return ModesResponse.of([ModeInfo(slug=slug, name="")])


async def host(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return modes("code") if isinstance(command, GetModes) else None


def started(number: int) -> TaskStarted:
    return TaskStarted.of(TaskId(str(number)))


def usage(number: int) -> TaskTokenUsageUpdated:
    spent = {"totalTokensIn": number, "totalTokensOut": 0, "totalCost": 0, "contextTokens": 0}
    return TaskTokenUsageUpdated.from_wire({"eventName": "taskTokenUsageUpdated", "payload": ["t", spent, {}]})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rc.sock"


async def test_a_host_that_is_not_there_is_waited_for_and_then_named(path: Path) -> None:
    """IPC spec R-10 and R-11."""
    with pytest.raises(NotConnectedError, match=r"rc\.sock: cannot connect"):
        async with connect(path, options=ClientOptions(ready_within=0.3)):
            pytest.fail("there was nobody")


async def test_a_listener_that_never_greets_is_told_from_one_that_is_not_there(path: Path) -> None:
    """IPC spec R-10."""
    held: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_unix_server(lambda _reader, writer: held.append(writer), path)
    with pytest.raises(HandshakeTimeoutError, match=r"no Ack within 0\.05 s"):
        async with connect(path, options=ClientOptions(ready_within=0.5, handshake_timeout=0.05)):
            pytest.fail("there was no greeting")
    for writer in held:
        writer.close()
    silent.close()


async def test_the_port_finds_us_under_the_name_unix(path: Path) -> None:
    """Law 2 of the architecture: siblings meet at ports."""
    heard: list[TaskCommand] = []

    async def hearing(command: TaskCommand, client_id: ClientId, /) -> TaskEvent | None:
        heard.append(command)
        return await host(command, client_id)

    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        async with serve(path, hearing) as server:
            link = await stack.enter_async_context(load_task_link("unix")(f"unix:{path}"))
            events = link.events()
            await server.broadcast(started(1))
            assert await anext(events) == started(1)
            await link.send(SendMessage.of("hello"))
        assert heard == [SendMessage.of("hello")]
        with pytest.raises(ConnectionLostError):
            await anext(events)
        await link.aclose()


async def test_a_memory_transport_behaves_as_a_socket_does() -> None:
    """Our rule: the fake ships with the real thing, so it must not be kinder."""
    one, other = transport_pair()
    await one.send(b"last words")
    await one.aclose()
    assert await other.receive() == b"last words"
    assert await other.receive() == b""
    with pytest.raises(ConnectionLostError):
        await other.send(b"too late")
