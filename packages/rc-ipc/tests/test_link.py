"""The provider of the port `TaskLink` keeps the rules of the port, over a real socket."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from rc_ipc import IpcServer, serve
from rc_ipc.link import unix
from rc_types.events import TaskEvent
from rc_types.ipc import ClientId, TaskCommand
from rc_types.testing.contracts import TASK_LINK, LinkUnderTest, Rule


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
async def linked(path: Path) -> AsyncGenerator[LinkUnderTest]:
    heard: asyncio.Queue[TaskCommand] = asyncio.Queue()

    async def hear(command: TaskCommand, _client_id: ClientId, /) -> None:
        heard.put_nowait(command)

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serve(path, hear))
        link = await stack.enter_async_context(unix(f"unix:{path}"))
        yield LinkUnderTest(link, Host(server, heard))


@pytest.mark.parametrize("rule", TASK_LINK)
async def test_the_link_over_a_unix_socket_keeps_the_port(rule: Rule[LinkUnderTest], tmp_path: Path) -> None:
    """Law 2 of the architecture: whoever knows the port knows us."""
    await rule(lambda: linked(tmp_path / "rc.sock"))
