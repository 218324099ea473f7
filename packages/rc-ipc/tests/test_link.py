"""The provider of the port `TaskLink` keeps the rules of the port, over a real socket."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from rc_ipc import AddressError, IpcServer, PermissionDeniedError, serve
from rc_ipc.link import pipe, unix, zmq
from rc_ipc.zmq import CurveServer, generate_keys
from rc_types.events import TaskEvent
from rc_types.ipc import ClientId, SendMessage, TaskCommand
from rc_types.testing.contracts import LINKED_TASK, TASK_LINK, LinkUnderTest, Rule


class Host:
    """An assistant that does what the rules say."""

    def __init__(self, server: IpcServer, heard: asyncio.Queue[TaskCommand]) -> None:
        self._server = server
        self._heard = heard

    async def emit(self, event: TaskEvent, /) -> None:
        await self._server.broadcast(event)

    async def hear(self) -> TaskCommand:
        return await self._heard.get()

    async def vanish(self) -> None:
        await self._server.aclose()


@asynccontextmanager
async def zmq_linked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[LinkUnderTest]:
    heard: asyncio.Queue[TaskCommand] = asyncio.Queue()

    async def hear(command: TaskCommand, _client_id: ClientId, /) -> None:
        heard.put_nowait(command)

    ours, theirs = folder / f"{os.urandom(4).hex()}.key", folder / f"{os.urandom(4).hex()}.key"
    monkeypatch.setenv("RC_IPC_KEYS", str(ours))
    curve = CurveServer(keys=theirs, allowed_keys=[generate_keys(ours)])
    monkeypatch.setenv("RC_IPC_SERVER_KEY", generate_keys(theirs))
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serve("zmq+tcp://127.0.0.1:0", hear, curve=curve))
        link = await stack.enter_async_context(zmq(server.endpoint))
        yield LinkUnderTest(link, Host(server, heard))


@pytest.mark.parametrize("rule", [*TASK_LINK, *LINKED_TASK])
async def test_the_link_over_zeromq_keeps_the_port(
    rule: Rule[LinkUnderTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 2 of the architecture; keys come from the environment."""
    await rule(lambda: zmq_linked(tmp_path, monkeypatch))


@asynccontextmanager
async def linked(path: Path) -> AsyncGenerator[LinkUnderTest]:
    heard: asyncio.Queue[TaskCommand] = asyncio.Queue()

    async def hear(command: TaskCommand, _client_id: ClientId, /) -> None:
        heard.put_nowait(command)

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serve(path, hear))
        link = await stack.enter_async_context(unix(f"unix:{path}"))
        yield LinkUnderTest(link, Host(server, heard))


@pytest.mark.parametrize("rule", [*TASK_LINK, *LINKED_TASK])
async def test_the_link_over_a_unix_socket_keeps_the_port(rule: Rule[LinkUnderTest], tmp_path: Path) -> None:
    """Law 2 of the architecture: whoever knows the port knows us."""
    await rule(lambda: linked(tmp_path / "rc.sock"))


async def test_a_link_talks_to_the_named_user_only(tmp_path: Path) -> None:
    """IPC spec R-9: a program that runs its host as somebody else says as whom."""
    path = tmp_path / "rc.sock"
    async with linked(path):
        async with unix(str(path), uid=os.getuid()) as link:
            await link.send(SendMessage.of("hello"))
        with pytest.raises(PermissionDeniedError):
            async with unix(str(path), uid=os.getuid() + 1):
                pass


@pytest.mark.skipif(sys.platform == "win32", reason="what is said where there are no pipes")
@pytest.mark.parametrize("address", ["roo-code-1", "pipe:roo-code-1", r"\\.\pipe\roo-code-1"])
async def test_a_link_by_pipe_says_where_it_is_of_use(address: str) -> None:
    """IPC spec R-16."""
    with pytest.raises(AddressError, match="named pipes are of Windows"):
        async with pipe(address):
            pytest.fail("there are no pipes here")
