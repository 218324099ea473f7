"""Everybody who is connected, told something at once."""

import asyncio
from contextlib import AsyncExitStack

from rc_ipc import ClientOptions, Counters, FrameLimits, ServerOptions
from rc_ipc._connect import connecting
from rc_ipc._server import serving_at
from rc_ipc._stream import StreamDoor
from rc_ipc.testing import MemoryListener
from rc_types.events import TaskEvent, TaskStarted
from rc_types.ipc import ClientId, TaskCommand
from rc_types.task import TaskId


class CountingDoor(StreamDoor):
    """A door that counts how often an event is made a frame of."""

    written = 0

    def event(self, event: TaskEvent, /) -> bytes:
        self.written += 1
        return super().event(event)


async def silent(_command: TaskCommand, _client_id: ClientId, /) -> None:
    """Be a host that does nothing."""


async def test_a_broadcast_to_many_is_written_once() -> None:
    """Our rule: of what an event costs, only its sending grows with those who hear it.

    In memory: what is counted happens before any carrier sees the frame.
    """
    listener = MemoryListener()
    door = CountingDoor(listener, limits=FrameLimits())
    options = ServerOptions()
    async with asyncio.timeout(60), AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            serving_at(door, silent, endpoint="memory", options=options, counters=Counters())
        )
        clients = [
            await stack.enter_async_context(connecting(listener.dial, address="memory", options=ClientOptions()))
            for _ in range(100)
        ]
        heard = [client.events() for client in clients]
        await server.broadcast(TaskStarted.of(TaskId("t")))
        assert [await anext(events) for events in heard] == [TaskStarted.of(TaskId("t"))] * 100
        assert door.written == 1
