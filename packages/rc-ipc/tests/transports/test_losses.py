"""What is lost is said, and nothing is done twice because of it."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from rc_ipc import (
    ClientOptions,
    ConnectionLostError,
    FrameLimits,
    FrameTooLargeError,
    Gap,
    QueueLimits,
    RemoteError,
    ServerOptions,
)
from rc_types.events import Message, ModesResponse, TaskEvent, TaskStarted
from rc_types.ipc import ClientId, GetModes, SendMessage, TaskCommand
from rc_types.message import ClineMessage
from rc_types.task import TaskId

from .places import Place

PATIENCE = 10.0
SMALL = FrameLimits(received=2000)


async def host(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return ModesResponse.of([]) if isinstance(command, GetModes) else None


async def test_a_command_whose_fate_is_unknown_is_not_given_again(place: Place) -> None:
    """IPC spec R-11: commands are not idempotent."""
    begun = asyncio.Event()
    heard: list[TaskCommand] = []

    async def stuck(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        heard.append(command)
        begun.set()
        await asyncio.Event().wait()
        return None

    async def next_host(command: TaskCommand, client_id: ClientId, /) -> TaskEvent | None:
        heard.append(command)
        return await host(command, client_id)

    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        async with place.serve(stuck, options=ServerOptions(finish_within=0)):
            client = await stack.enter_async_context(place.connect())
            gaps = client.events(TaskStarted)
            asking = asyncio.create_task(client.modes())
            await client.send(SendMessage.of("do this once"))
            await begun.wait()
        with pytest.raises((ConnectionLostError, RemoteError)):
            await asking
        before = len(heard)
        async with place.serve(next_host):
            assert isinstance(await anext(gaps), Gap)
            await client.modes()
        assert heard[before:] == [GetModes.of()]


async def test_an_event_over_the_limit_of_a_client_ends_its_connection_and_no_other(place: Place) -> None:
    """IPC spec R-4, 15.3: whoever owns the client learns of it; libzmq does not tell what it was that it refused."""
    options = ClientOptions(frames=SMALL, reconnect=False)
    async with (
        asyncio.timeout(PATIENCE),
        place.serve(host) as server,
        place.connect(options=options) as small,
        place.connect() as large,
    ):
        in_vain, heard = small.events(), large.events(TaskStarted)
        event = TaskStarted.of(TaskId("x" * 5000))
        await server.broadcast(event)
        assert await anext(heard) == event
        with pytest.raises((FrameTooLargeError, ConnectionLostError) if place.has_errors else FrameTooLargeError):
            await anext(in_vain)


async def test_what_was_asked_of_a_host_that_says_too_much_ends_as_with_any_loss(place: Place) -> None:
    """IPC spec R-10: outstanding requests fail with ConnectionLostError, whatever ended the connection."""

    async def talkative(command: TaskCommand, _client_id: ClientId) -> None:
        if isinstance(command, GetModes):
            await server.broadcast(TaskStarted.of(TaskId("x" * 5000)))
            await asyncio.Event().wait()

    options = ServerOptions(finish_within=0)
    async with (
        asyncio.timeout(PATIENCE),
        place.serve(talkative, options=options) as server,
        place.connect(options=ClientOptions(frames=SMALL, reconnect=False)) as client,
    ):
        with pytest.raises(ConnectionLostError):
            await client.modes()


async def test_a_command_over_the_limit_of_a_host_ends_that_connection_and_no_other(place: Place) -> None:
    """IPC spec R-4."""
    async with (
        asyncio.timeout(PATIENCE),
        place.serve(host, options=ServerOptions(frames=SMALL)),
        place.connect(options=ClientOptions(reconnect=False)) as large,
        place.connect() as small,
    ):
        events = large.events()
        await large.send(SendMessage.of("x" * 5000))
        with pytest.raises(ConnectionLostError):
            await anext(events)
        assert await small.modes() == []


async def test_who_does_not_read_is_cut_off_and_the_others_miss_nothing(place: Place) -> None:
    """IPC spec R-5, step 2, policy `disconnect`; the mute client has a reader that is full."""
    async with (
        asyncio.timeout(60),
        place.serve(host, options=ServerOptions(queue=QueueLimits(frames=50))) as server,
        place.connect(options=ClientOptions(waiting_events=5)) as mute,
        place.connect() as client,
    ):
        _unread, events, number = mute.events(), client.events(TaskStarted), 0
        while len(server.client_ids) == 2:
            event = TaskStarted.of(TaskId(f"{number} " + "x" * 10_000))
            await server.broadcast(event)
            assert await anext(events) == event
            number += 1
        assert client.ack is not None
        assert server.client_ids == (client.ack.client_id,)


async def test_news_for_a_slow_reader_gives_way_to_newer_news(place: Place) -> None:
    """IPC spec R-5, step 1: a stream of partial updates fills no queue, and the last of them arrives."""

    def update(number: int) -> Message:
        text = f"{number} " + "x" * 2000
        return Message.of(TaskId("t"), "updated", ClineMessage(ts=1, type="say", say="text", text=text, partial=True))

    count = 4000
    async with (
        asyncio.timeout(60),
        place.serve(host, options=ServerOptions(queue=QueueLimits(frames=10))) as server,
        place.connect(options=ClientOptions(waiting_events=5)) as client,
    ):
        events = client.events()
        for number in range(count):
            await server.broadcast(update(number))
        await server.broadcast(TaskStarted.of(TaskId("t")))
        heard: list[int] = []
        async for event in events:
            if not isinstance(event, Message):
                break
            heard.append(int((event.message.text or "").split()[0]))
        assert heard == sorted(set(heard))
        assert heard[-1] == count - 1
        assert len(heard) < count
