"""Our client and a stand-in for the host on the real transport: node-ipc 12.0.0 with the real schema."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
from rc_ipc import (
    AnyTaskEvent,
    ClientOptions,
    ConnectionLostError,
    Gap,
    HandshakeTimeoutError,
    RequestTimeoutError,
    connect,
)
from rc_types.events import (
    MalformedTaskEvent,
    Message,
    TaskAborted,
    TaskCompleted,
    TaskCreated,
    TaskIdle,
    TaskResumable,
    TaskStarted,
    TaskTokenUsageUpdated,
    TaskToolFailed,
    UnknownTaskEvent,
)
from rc_types.ipc import CancelTask, CloseTask, StartNewTask
from rc_types.task import TaskId

pytestmark = pytest.mark.needs("node")

PATIENCE = 60.0

Host = Callable[..., Awaitable[Any]]
"""What the fixture `host` gives: starts a script and returns the peer, which listens."""

T = TypeVar("T")


async def until(
    kind: type[T], events: AsyncIterator[AnyTaskEvent | Gap], is_it: Callable[[T], bool] = lambda _event: True
) -> tuple[T, list[AnyTaskEvent | Gap]]:
    """Read up to the first such event of the kind; return it and all that came before."""
    before: list[AnyTaskEvent | Gap] = []
    async for event in events:
        if isinstance(event, kind) and is_it(event):
            return event, before
        before.append(event)
    raise AssertionError(f"no {kind.__name__} in {before}")


async def test_a_task_is_driven_from_its_start_to_its_end(path: str, host: Host) -> None:
    """IPC spec section 9.2; script `default`."""
    peer = await host("default", "--once")
    async with connect(path) as client, client.events() as events:
        assert [mode.slug for mode in await client.modes()][:2] == ["architect", "code"]
        assert [command.source for command in await client.commands()] == ["built-in", "project", "global"]
        assert (await client.models())["vendor/model-b"].max_tokens is None
        await client.send(StartNewTask.of("Say hello — 日本語 😀"))
        completed, before = await until(TaskCompleted, events)
        assert completed.info.is_subtask is False
        assert completed.tool_usage["apply_diff"].failures == 1
        assert not any(isinstance(event, UnknownTaskEvent | MalformedTaskEvent | Gap) for event in before)
        await client.send(StartNewTask.of("Something else"))
        started, _ = await until(TaskStarted, events)
        await client.send(CancelTask.of(started.task_id))
        assert (await until(TaskAborted, events))[0].task_id == started.task_id
        assert (await until(TaskResumable, events))[0].task_id == started.task_id
    assert await peer.exit_code() == 0, peer.log[-3:]
    assert all(line["sameId"] for line in peer.log if line["what"] == "recv")


async def test_a_host_that_closes_ends_the_iteration_of_a_client_that_does_not_reconnect(path: str, host: Host) -> None:
    """IPC spec R-10; script `default`."""
    peer = await host("default")
    async with connect(path, options=ClientOptions(reconnect=False)) as client:
        events = client.events()
        await client.send(CloseTask.of())
        with pytest.raises(ConnectionLostError):
            await until(TaskCompleted, events)
    assert await peer.exit_code() == 0


async def test_a_presented_result_is_told_from_an_accepted_one(path: str, host: Host) -> None:
    """IPC spec section 9.3; script `gui`."""
    await host("gui")
    async with connect(path) as client, client.events() as events:
        await client.send(StartNewTask.of("x"))
        _idle, before = await until(TaskIdle, events)
    presented = [event for event in before if isinstance(event, Message) and event.message.ask == "completion_result"]
    assert len(presented) == 1
    assert not any(isinstance(event, TaskCompleted) for event in before)


async def test_a_task_that_runs_before_we_come_is_followed_to_its_end(path: str, host: Host) -> None:
    """IPC spec section 11, command-line host; script `cli`. The real host's start has usually been missed."""
    await host("cli")
    async with connect(path) as client, client.events(TaskCompleted) as events:
        await anext(events)


async def test_a_failed_query_looks_like_an_empty_answer(path: str, host: Host) -> None:
    """IPC spec section 9.1; script `query-errors`."""
    await host("query-errors")
    async with connect(path) as client:
        assert (await client.modes(), await client.commands(), await client.models()) == ([], [], {})


async def test_every_kind_of_event_is_typed(path: str, host: Host) -> None:
    """IPC spec section 6; script `every-event`."""
    await host("every-event")
    async with connect(path) as client:
        events = client.events()
        heard = [await anext(events) for _ in range(28)]
    assert not any(isinstance(event, UnknownTaskEvent | MalformedTaskEvent | Gap) for event in heard)
    assert len({type(event) for event in heard}) == 27
    assert client.counters.ignored.total() == 0


async def test_frames_in_tiny_pieces_are_put_together(path: str, host: Host) -> None:
    """IPC spec F2; script `fragmented`."""
    await host("fragmented")
    async with connect(path) as client:
        events = client.events(TaskCreated)
        heard = [await anext(events) for _ in range(3)]
    assert [event.task_id for event in heard if isinstance(event, TaskCreated)] == ["t-1", "t-2 日本語 😀", "t-3"]


async def test_a_frame_of_eight_mebibytes_arrives_whole(path: str, host: Host) -> None:
    """IPC spec R-4; script `big`."""
    await host("big", "--size", "8")
    async with connect(path) as client, client.events() as events:
        _idle, before = await until(TaskIdle, events)
    [message] = before
    assert isinstance(message, Message)
    assert message.message.text == "é" * (4 * 1024 * 1024)


async def test_a_late_greeting_is_waited_for(path: str, host: Host) -> None:
    """IPC spec R-10; script `late-ack`."""
    peer = await host("late-ack")
    async with connect(path) as client:
        assert client.ack is not None
        assert client.ack.pid == peer.process.pid
        assert client.counters.reconnects == 0


async def test_a_host_without_a_greeting_is_tried_again_and_then_given_up(path: str, host: Host) -> None:
    """IPC spec R-10; script `no-ack`."""
    peer = await host("no-ack")
    options = ClientOptions(handshake_timeout=0.2, ready_within=1.5)
    with pytest.raises(HandshakeTimeoutError):
        async with connect(path, options=options):
            pytest.fail("there was no greeting")
    await peer.until("disconnect", clients=0)
    assert sum(line["what"] == "connect" for line in peer.log) >= 2


async def test_no_malformed_message_ends_the_connection_or_is_lost(path: str, host: Host) -> None:
    """IPC spec sections 10 and 17, R-14; script `hostile`: each of the 30 is ignored and counted, or delivered."""
    peer = await host("hostile")
    async with connect(path) as client, client.events() as events:
        survived, before = await until(TaskCreated, events, lambda event: event.task_id == "t-survived")
        assert survived == TaskCreated.of(TaskId("t-survived"))
        assert client.counters.reconnects == 0
        assert client.counters.ignored == {
            "not_json": 5,  # nope, nothing, a byte order mark, NaN, depth
            "not_a_frame": 5,  # null, a number, a list, no type, a type that is a number
            "unknown_frame_type": 4,  # chat, and three names of node-ipc's own notifications
            "not_a_message": 7,  # no data, or data of other kinds; of no known type, or from a client
            "second_ack": 1,
            "wrong_direction": 1,
        }
    assert [type(event) for event in before] == [
        UnknownTaskEvent,  # taskExploded
        TaskCompleted,  # without its last element, as hosts up to 3.20 sent it
        TaskCreated,  # with one element more
        MalformedTaskEvent,  # a number for a task
        MalformedTaskEvent,  # no payload
        MalformedTaskEvent,  # null for a payload
        UnknownTaskEvent,  # modeChanged
    ]
    assert client.counters.ignored.total() + len(before) == sum(line["what"] == "sent-raw" for line in peer.log) == 30


async def test_what_a_newer_host_says_is_delivered(path: str, host: Host) -> None:
    """IPC spec R-14; script `future`."""
    await host("future")
    async with connect(path) as client:
        events = client.events()
        heard = [await anext(events) for _ in range(8)]
    assert [event.event_name for event in heard if isinstance(event, UnknownTaskEvent)] == [
        "taskStartResponse",
        "headlessTaskResult",
    ]
    messages = [event.message for event in heard if isinstance(event, Message)]
    assert [message.ask or message.say for message in messages] == ["payment_required_prompt", "browser_action", "text"]
    assert [event.tool_usage.keys() for event in heard if isinstance(event, TaskCompleted)] == [{"browser_action"}]
    assert [event.tool for event in heard if isinstance(event, TaskToolFailed)] == ["delete_file"]
    assert isinstance(heard[-1], TaskCreated)


async def test_an_older_host_understands_us_and_we_it(path: str, host: Host) -> None:
    """IPC spec sections 5 and 12; script `legacy`."""
    peer = await host("legacy")
    async with connect(path) as client, client.events() as events:
        for query in (client.modes, client.commands, client.models):
            with pytest.raises(RequestTimeoutError):
                await query(within=0.2)
        await client.send(StartNewTask.of("x"))
        usage, _ = await until(TaskTokenUsageUpdated, events)
        assert usage.tool_usage == {}
        await client.send(CancelTask.of(usage.task_id))
        await until(TaskResumable, events)
        await client.send(CloseTask.of(usage.task_id))
        assert await peer.exit_code() == 0
    refused = [line["message"]["data"]["commandName"] for line in peer.log if line["what"] == "recv-invalid"]
    assert refused == ["GetModes", "GetCommands", "GetModels"]


async def test_every_lost_connection_is_made_again_and_leaves_a_mark(path: str, host: Host) -> None:
    """IPC spec R-10 and R-11; script `drop`."""
    await host("drop", "--count", "3")
    async with connect(path) as client, client.events() as events:
        gaps = [await anext(events) for _ in range(3)]
        assert all(isinstance(gap, Gap) and gap.old_client_id != gap.new_client_id for gap in gaps)
        assert all(
            isinstance(one, Gap) and isinstance(next_one, Gap) and one.new_client_id == next_one.old_client_id
            for one, next_one in pairwise(gaps)
        )
        assert client.counters.reconnects == 3
        assert [mode.slug for mode in await client.modes()]


async def test_half_a_frame_is_never_delivered(path: str, host: Host) -> None:
    """IPC spec F11; script `half-frame`."""
    await host("half-frame")
    async with connect(path) as client, client.events() as events:
        assert isinstance(await anext(events), Gap)
        await client.send(StartNewTask.of("x"))
        created, before = await until(TaskCreated, events)
        assert created.task_id != "t-never"
        assert before == []
    assert client.counters.ignored.total() == 0


async def test_a_flood_is_delivered_whole_and_in_order(path: str, host: Host) -> None:
    """IPC spec section 17 and R-7; script `flood`: who reads slowly slows the host down, and loses nothing."""
    count = 100_000
    await host("flood", "--count", str(count))
    async with connect(path, options=ClientOptions(waiting_events=100)) as client:
        began, heard = resident(), 0
        async with client.events() as events:
            async for event in events:
                if isinstance(event, TaskIdle):
                    break
                assert isinstance(event, Message)
                assert (event.message.text or "").startswith(f"{heard} ")
                heard += 1
            assert events.coalesced == 0
        assert heard == count
        assert client.counters.ignored.total() == 0
        assert resident() - began < 64 * 1024 * 1024  # the flood has 80 MB; as events, several times as much


async def test_a_flood_that_nobody_reads_is_coalesced_and_counted(path: str, host: Host) -> None:
    """IPC spec section 17 and R-7; script `flood`: while an answer is awaited, updates give way to later ones."""
    count = 20_000
    await host("flood", "--count", str(count))
    async with connect(path, options=ClientOptions(waiting_events=100)) as client, client.events() as events:
        await client.wait_for(lambda event: isinstance(event, TaskIdle), timeout=PATIENCE)
        idle, before = await until(TaskIdle, events)
        numbers = [int((event.message.text or "").split()[0]) for event in before if isinstance(event, Message)]
        assert idle == TaskIdle.of(TaskId("t-flood"))
        assert len(before) + events.coalesced == count
        assert (numbers[0], numbers[-1]) == (0, count - 1)
        assert numbers == sorted(numbers)


def resident() -> int:
    """Return the bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
