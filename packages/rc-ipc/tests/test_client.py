"""The driver's side, over real sockets and in memory."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from rc_ipc import (
    ClientOptions,
    ConnectionLostError,
    EventOverflowError,
    Gap,
    HandshakeTimeoutError,
    NotConnectedError,
    RequestTimeoutError,
    ServerOptions,
    connect,
    serve,
)
from rc_ipc.testing import memory_pair, transport_pair
from rc_types.events import (
    ModeInfo,
    ModesResponse,
    TaskCreated,
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


async def test_a_host_that_comes_later_is_found(path: Path) -> None:
    """IPC spec R-10: the driver may be started first."""
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        entering = asyncio.create_task(stack.enter_async_context(connect(path)))
        async with serve(path, host) as server:
            client = await entering
            assert client.ack is not None
            assert server.client_ids == (client.ack.client_id,)


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


async def test_without_a_connection_nothing_is_sent_and_that_is_said(path: Path) -> None:
    """IPC spec R-11."""
    begun = asyncio.Event()

    async def stuck(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        begun.set()
        await asyncio.Event().wait()
        return None

    async with AsyncExitStack() as stack:
        async with serve(path, stuck, options=ServerOptions(finish_within=0)):
            client = await stack.enter_async_context(connect(path))
            asking = asyncio.create_task(client.modes())
            await begun.wait()
        with pytest.raises(ConnectionLostError):  # the question fails with its connection
            await asking
        with pytest.raises(NotConnectedError):
            await client.send(SendMessage.of("x"))
        with pytest.raises(NotConnectedError):
            await client.send(SendMessage.of("x"), ready_within=0.05)


async def test_after_a_reconnection_a_gap_is_marked_and_events_go_on(path: Path) -> None:
    """IPC spec R-10 and R-11."""
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        async with serve(path, host) as server:
            client = await stack.enter_async_context(connect(path))
            reader = client.events(TaskStarted)
            await server.broadcast(started(1))
        async with serve(path, host) as server:
            assert await anext(reader) == started(1)
            gap = await anext(reader)
            assert isinstance(gap, Gap)
            assert gap.old_client_id != gap.new_client_id
            assert gap.seconds > 0
            await server.broadcast(started(2))
            assert await anext(reader) == started(2)
            assert client.reconnects == 1


async def test_a_client_that_does_not_reconnect_ends_with_its_connection(path: Path) -> None:
    """IPC spec R-10: what was heard is still delivered, then the loss."""
    async with AsyncExitStack() as stack:
        async with serve(path, host) as server:
            client = await stack.enter_async_context(connect(path, options=ClientOptions(reconnect=False)))
            events = client.events()
            await server.broadcast(started(1))
        assert await anext(events) == started(1)
        with pytest.raises(ConnectionLostError):
            await anext(events)
        with pytest.raises(ConnectionLostError):
            await anext(client.events())


async def test_trying_again_ends_when_it_was_told_to(path: Path) -> None:
    """IPC spec R-10: optional total limit."""
    async with AsyncExitStack() as stack:
        async with serve(path, host):
            client = await stack.enter_async_context(connect(path, options=ClientOptions(give_up_after=0.2)))
            events = client.events()
        with pytest.raises(NotConnectedError):
            await anext(events)


async def test_who_asks_the_same_shares_the_question() -> None:
    """IPC spec R-12: single flight."""
    asked: list[TaskCommand] = []

    async def counting(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        asked.append(command)
        return modes("code")

    async with asyncio.timeout(PATIENCE), memory_pair(counting) as (client, _server):
        answers = await asyncio.gather(*(client.modes() for _ in range(10)))
    assert answers == [modes("code").modes] * 10
    assert len(asked) == 1


async def test_an_answer_that_is_late_completes_the_next_question() -> None:
    """IPC spec R-12: the surplus answer that follows means nothing."""
    slugs = iter(["first", "second"])
    both_asked, release = asyncio.Event(), asyncio.Event()

    async def late(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        answer = modes(next(slugs))
        if answer == modes("second"):
            both_asked.set()
        await release.wait()
        return answer

    async with asyncio.timeout(PATIENCE), memory_pair(late) as (client, _server):
        with pytest.raises(RequestTimeoutError):
            await client.modes(within=0.05)
        asking = asyncio.create_task(client.modes())
        await both_asked.wait()
        release.set()
        assert await asking == modes("first").modes


async def test_one_asker_that_gives_up_does_not_take_the_others_along() -> None:
    """IPC spec R-12."""
    release = asyncio.Event()

    async def slow(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        await release.wait()
        return modes("code")

    async with asyncio.timeout(PATIENCE), memory_pair(slow) as (client, _server):
        patient = asyncio.create_task(client.modes())
        with pytest.raises(RequestTimeoutError):
            await client.modes(within=0.05)
        release.set()
        assert await patient == modes("code").modes


async def test_subscriptions_are_typed_filtered_and_independent() -> None:
    """IPC spec R-15."""
    async with asyncio.timeout(PATIENCE), memory_pair(host) as (client, server):
        every, of_one = client.events(), client.events(TaskStarted, task_id="2")
        for event in (TaskCreated.of(TaskId("2")), started(1), started(2)):
            await server.broadcast(event)
        assert await anext(of_one) == started(2)
        assert [await anext(every) for _ in range(3)] == [TaskCreated.of(TaskId("2")), started(1), started(2)]


async def test_a_closed_subscription_ends_after_what_it_had_heard() -> None:
    """IPC spec R-15."""
    async with asyncio.timeout(PATIENCE), memory_pair(host) as (client, server):
        async with client.events(TaskStarted) as events, client.events(TaskStarted) as other:
            await server.broadcast(started(1))
            await anext(other)
        await server.broadcast(started(2))
        assert [event async for event in events] == [started(1)]


async def test_a_full_subscription_stops_the_reading_and_loses_nothing() -> None:
    """IPC spec R-7: the host feels it."""
    options = ClientOptions(waiting_events=5)
    async with asyncio.timeout(PATIENCE), memory_pair(host, client=options) as (client, server):
        events = client.events()
        for number in range(300):
            await server.broadcast(started(number))
        assert events.is_full
        assert [await anext(events) for _ in range(300)] == [started(number) for number in range(300)]


async def test_a_subscription_that_nobody_reads_does_not_hold_up_a_question() -> None:
    """IPC spec R-7: reading goes on, up to twice the limit; then that subscription fails, and says so."""
    options = ClientOptions(waiting_events=5)
    async with asyncio.timeout(PATIENCE), memory_pair(host, client=options) as (client, server):
        forgotten = client.events()
        for number in range(100):
            await server.broadcast(started(number))
        assert await client.modes() == modes("code").modes
        heard = [await anext(forgotten) for _ in range(10)]
        assert heard == [started(number) for number in range(10)]
        with pytest.raises(EventOverflowError):
            await anext(forgotten)


async def test_news_is_coalesced_before_a_subscription_fails() -> None:
    """IPC spec R-7."""
    options = ClientOptions(waiting_events=5)
    async with asyncio.timeout(PATIENCE), memory_pair(host, client=options) as (client, server):
        forgotten = client.events(TaskTokenUsageUpdated)
        for number in range(100):
            await server.broadcast(usage(number))
        assert await client.modes() == modes("code").modes
        await server.broadcast(usage(100))
        heard = [await anext(forgotten)]
        while heard[-1] != usage(100):
            heard.append(await anext(forgotten))
        assert forgotten.coalesced > 0
        assert len(heard) + forgotten.coalesced == 101


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
