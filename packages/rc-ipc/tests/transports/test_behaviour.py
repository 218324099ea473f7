"""Connections, questions, subscriptions and endings."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
from rc_ipc import (
    ClientOptions,
    ConnectionLostError,
    EventOverflowError,
    FrameLimits,
    FrameTooLargeError,
    Gap,
    HandshakeTimeoutError,
    IpcClient,
    NotConnectedError,
    QueueLimits,
    RemoteError,
    RequestTimeoutError,
    ServerOptions,
)
from rc_types.events import (
    ModeInfo,
    ModesResponse,
    TaskCreated,
    TaskEvent,
    TaskStarted,
    TaskTokenUsageUpdated,
)
from rc_types.ipc import ClientId, GetModes, ResumeTask, SendMessage, TaskCommand
from rc_types.task import TaskId
from structlog.testing import capture_logs

from .places import Place

PATIENCE = 30.0
"""Seconds after which something hangs; a busy machine needs several."""
MODES = ModesResponse.of([ModeInfo(slug="code", name="Code")])


def modes(slug: str) -> ModesResponse:
    return ModesResponse.of([ModeInfo(slug=slug, name="")])


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what has no event of its own."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - the state of the code under test, which nobody announces
            await asyncio.sleep(0)


async def modes_or_code(client: IpcClient) -> list[ModeInfo] | str:
    try:
        return await client.modes()
    except RemoteError as exc:
        return exc.code


async def host(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return modes("code") if isinstance(command, GetModes) else None


def started(number: int, *, size: int = 0) -> TaskStarted:
    return TaskStarted.of(TaskId(f"{number}" + "x" * size))


def usage(number: int) -> TaskTokenUsageUpdated:
    spent = {"totalTokensIn": number, "totalTokensOut": 0, "totalCost": 0, "contextTokens": 0}
    return TaskTokenUsageUpdated.from_wire({"eventName": "taskTokenUsageUpdated", "payload": ["t", spent, {}]})


async def test_a_host_that_comes_later_is_found(place: Place) -> None:
    """IPC spec R-10: the driver may be started first."""
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        entering = asyncio.create_task(stack.enter_async_context(place.connect()))
        async with place.serve(host) as server:
            client = await entering
            assert client.ack is not None
            assert server.client_ids == (client.ack.client_id,)


async def test_without_a_connection_nothing_is_sent_and_that_is_said(place: Place) -> None:
    """IPC spec R-11."""
    begun = asyncio.Event()

    async def stuck(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        begun.set()
        await asyncio.Event().wait()
        return None

    async with AsyncExitStack() as stack:
        async with place.serve(stuck, options=ServerOptions(finish_within=0)):
            client = await stack.enter_async_context(place.connect())
            asking = asyncio.create_task(client.modes())
            await begun.wait()
        with pytest.raises((ConnectionLostError, RemoteError)):  # the question fails with its connection
            await asking
        await until(lambda: client.ack is None)  # with ZeroMQ the refusal arrives before the end does
        with pytest.raises(NotConnectedError):
            await client.send(SendMessage.of("x"))
        with pytest.raises(NotConnectedError):
            await client.send(SendMessage.of("x"), ready_within=0.05)


async def test_after_a_reconnection_a_gap_is_marked_and_events_go_on(place: Place) -> None:
    """IPC spec R-10 and R-11."""
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        async with place.serve(host) as server:
            client = await stack.enter_async_context(place.connect())
            reader = client.events(TaskStarted)
            await server.broadcast(started(1))
        async with place.serve(host) as server:
            assert await anext(reader) == started(1)
            gap = await anext(reader)
            assert isinstance(gap, Gap)
            assert gap.old_client_id != gap.new_client_id
            assert gap.seconds > 0
            await server.broadcast(started(2))
            assert await anext(reader) == started(2)
            assert client.counters.reconnects == 1


async def test_a_client_that_does_not_reconnect_ends_with_its_connection(place: Place) -> None:
    """IPC spec R-10: what was heard is still delivered, then the loss."""
    async with AsyncExitStack() as stack:
        async with place.serve(host) as server:
            client = await stack.enter_async_context(place.connect(options=ClientOptions(reconnect=False)))
            events = client.events()
            await server.broadcast(started(1))
        assert await anext(events) == started(1)
        with pytest.raises(ConnectionLostError):
            await anext(events)
        with pytest.raises(ConnectionLostError):
            await anext(client.events())


async def test_trying_again_ends_when_it_was_told_to(place: Place) -> None:
    """IPC spec R-10: optional total limit."""
    options = ClientOptions(give_up_after=0.2, handshake_timeout=0.2)
    async with AsyncExitStack() as stack:
        async with place.serve(host):
            client = await stack.enter_async_context(place.connect(options=options))
            events = client.events()
        with pytest.raises((NotConnectedError, HandshakeTimeoutError)):
            await anext(events)


async def test_who_asks_the_same_shares_the_question(place: Place) -> None:
    """IPC spec R-12: single flight."""
    asked: list[TaskCommand] = []

    async def counting(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        asked.append(command)
        return modes("code")

    async with asyncio.timeout(PATIENCE), place.pair(counting) as (client, _server):
        answers = await asyncio.gather(*(client.modes() for _ in range(10)))
    assert answers == [modes("code").modes] * 10
    assert len(asked) == 1


async def test_an_answer_that_is_late_completes_the_next_question(place: Place) -> None:
    """IPC spec R-12: the surplus answer that follows means nothing."""
    slugs = iter(["first", "second"])
    both_asked, release = asyncio.Event(), asyncio.Event()

    async def late(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        answer = modes(next(slugs))
        if answer == modes("second"):
            both_asked.set()
        await release.wait()
        return answer

    async with asyncio.timeout(PATIENCE), place.pair(late) as (client, _server):
        with pytest.raises(RequestTimeoutError):
            await client.modes(within=0.05)
        asking = asyncio.create_task(client.modes())
        await both_asked.wait()
        release.set()
        assert await asking == modes("first").modes


async def test_one_asker_that_gives_up_does_not_take_the_others_along(place: Place) -> None:
    """IPC spec R-12."""
    release = asyncio.Event()

    async def slow(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        await release.wait()
        return modes("code")

    async with asyncio.timeout(PATIENCE), place.pair(slow) as (client, _server):
        patient = asyncio.create_task(client.modes())
        with pytest.raises(RequestTimeoutError):
            await client.modes(within=0.05)
        release.set()
        assert await patient == modes("code").modes


async def test_subscriptions_are_typed_filtered_and_independent(place: Place) -> None:
    """IPC spec R-15."""
    async with asyncio.timeout(PATIENCE), place.pair(host) as (client, server):
        every, of_one = client.events(), client.events(TaskStarted, task_id="2")
        for event in (TaskCreated.of(TaskId("2")), started(1), started(2)):
            await server.broadcast(event)
        assert await anext(of_one) == started(2)
        assert [await anext(every) for _ in range(3)] == [TaskCreated.of(TaskId("2")), started(1), started(2)]


async def test_a_closed_subscription_ends_after_what_it_had_heard(place: Place) -> None:
    """IPC spec R-15."""
    async with asyncio.timeout(PATIENCE), place.pair(host) as (client, server):
        async with client.events(TaskStarted) as events, client.events(TaskStarted) as other:
            await server.broadcast(started(1))
            await anext(other)
        await server.broadcast(started(2))
        assert [event async for event in events] == [started(1)]


async def test_a_full_subscription_stops_the_reading_and_loses_nothing(place: Place) -> None:
    """IPC spec R-7: the host feels it."""
    options = ClientOptions(waiting_events=5)
    async with asyncio.timeout(PATIENCE), place.pair(host, client=options) as (client, server):
        events = client.events()
        for number in range(300):
            await server.broadcast(started(number))
        assert events.is_full
        assert [await anext(events) for _ in range(300)] == [started(number) for number in range(300)]


async def test_a_subscription_that_nobody_reads_does_not_hold_up_a_question(place: Place) -> None:
    """IPC spec R-7: reading goes on, up to twice the limit; then that subscription fails, and says so."""
    options = ClientOptions(waiting_events=5)
    async with asyncio.timeout(PATIENCE), place.pair(host, client=options) as (client, server):
        forgotten = client.events()
        for number in range(100):
            await server.broadcast(started(number))
        assert await client.modes() == modes("code").modes
        heard = [await anext(forgotten) for _ in range(10)]
        assert heard == [started(number) for number in range(10)]
        with pytest.raises(EventOverflowError):
            await anext(forgotten)


async def test_news_is_coalesced_before_a_subscription_fails(place: Place) -> None:
    """IPC spec R-7."""
    options = ClientOptions(waiting_events=5)
    async with asyncio.timeout(PATIENCE), place.pair(host, client=options) as (client, server):
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


async def test_commands_come_in_order_one_at_a_time_and_queries_overtake(place: Place) -> None:
    """IPC spec R-15."""
    log: list[str] = []
    release = asyncio.Event()

    async def slow(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        if isinstance(command, GetModes):
            return MODES
        assert isinstance(command, ResumeTask)
        log.append(f"begin {command.data}")
        await release.wait()
        log.append(f"end {command.data}")
        return None

    async with asyncio.timeout(PATIENCE), place.pair(slow) as (client, _server):
        await client.send(ResumeTask.of(TaskId("1")))
        await client.send(ResumeTask.of(TaskId("2")))
        assert await client.modes() == MODES.modes
        assert log == ["begin 1"]
        release.set()
    assert log == ["begin 1", "end 1", "begin 2", "end 2"]


async def test_an_accident_in_the_host_fails_a_query_and_is_logged_without_its_secrets(
    place: Place,
) -> None:
    """IPC spec section 10; the exception's text stays out of the log (R-18)."""

    async def clumsy(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        raise RuntimeError(repr(command))

    with capture_logs() as logs:
        async with asyncio.timeout(PATIENCE), place.pair(clumsy) as (client, _server):
            await client.send(SendMessage.of("sk-secret"))
            assert await modes_or_code(client) == ("handler_failed" if place.has_errors else [])
    failed = [line for line in logs if line["event"] == "ipc.handler_failed"]
    assert (failed[0]["command"], failed[0]["error"]) == ("SendMessage", "RuntimeError")
    assert "in clumsy" in failed[0]["stack"]
    assert "sk-secret" not in repr(logs)


async def test_an_answer_that_does_not_fit_is_an_accident_too(place: Place) -> None:
    """IPC spec R-4 and section 10."""

    async def verbose(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        return ModesResponse.of([ModeInfo(slug="x" * 1000, name="")])

    options = ServerOptions(frames=FrameLimits(sent=500))
    async with asyncio.timeout(PATIENCE), place.pair(verbose, server=options) as (client, _server):
        assert await modes_or_code(client) == ("too_large" if place.has_errors else [])


async def test_an_event_over_the_limit_is_refused_before_anybody_gets_it(place: Place) -> None:
    """IPC spec R-4."""
    options = ServerOptions(frames=FrameLimits(sent=500))
    async with place.serve(host, options=options) as server, place.connect() as client:
        events = client.events(TaskStarted)
        with pytest.raises(FrameTooLargeError):
            await server.broadcast(started(1, size=500))
        await server.broadcast(started(2))
        assert await anext(events) == started(2)


async def test_an_event_for_one_client_reaches_that_one(place: Place) -> None:
    """IPC spec section 8.2: `send` beside `broadcast`."""
    async with place.serve(host) as server, place.connect() as one, place.connect() as other:
        assert one.ack is not None
        heard, not_heard = one.events(TaskStarted), other.events(TaskStarted)
        await server.send(one.ack.client_id, started(1))
        await server.broadcast(started(2))
        assert (await anext(heard), await anext(heard)) == (started(1), started(2))
        assert await anext(not_heard) == started(2)
        with pytest.raises(NotConnectedError):
            await server.send(ClientId("nobody"), started(3))


async def test_a_client_that_reads_in_its_own_time_is_waited_for_if_the_policy_says_so(place: Place) -> None:
    """IPC spec R-5, step 2, policy `block`."""
    options = ServerOptions(queue=QueueLimits(frames=5), slow_consumer="block")
    count = 2000
    async with asyncio.timeout(60), place.serve(host, options=options) as server, place.connect() as client:
        events = client.events(TaskStarted)

        async def read() -> list[object]:
            return [await anext(events) for _ in range(count)]

        reading = asyncio.create_task(read())
        for number in range(count):
            await server.broadcast(started(number, size=1000))
        assert await reading == [started(number, size=1000) for number in range(count)]


async def test_at_the_end_commands_finish_and_what_is_queued_flows(place: Place) -> None:
    """IPC spec R-13."""
    begun = asyncio.Event()
    proceed = asyncio.Event()

    async def slow(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        begun.set()
        await proceed.wait()
        return MODES

    async with AsyncExitStack() as clients:
        async with place.serve(slow) as server:
            client = await clients.enter_async_context(place.connect())
            events = client.events(TaskStarted)
            asking = asyncio.create_task(client.modes())
            await begun.wait()
            for number in range(200):
                await server.broadcast(started(number))
            asyncio.get_running_loop().call_soon(proceed.set)
        assert await asking == MODES.modes
        assert [await anext(events) for _ in range(200)] == [started(number) for number in range(200)]


async def test_at_the_end_a_command_that_takes_too_long_is_cancelled(place: Place) -> None:
    """IPC spec R-13."""
    cancelled = asyncio.Event()

    async def stuck(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return None

    options = ServerOptions(finish_within=0.05)
    async with asyncio.timeout(PATIENCE), place.pair(stuck, server=options) as (client, _server):
        await client.send(SendMessage.of("x"))
    assert cancelled.is_set()
