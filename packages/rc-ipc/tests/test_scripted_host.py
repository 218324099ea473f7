"""The host under a script: each ready-made behaviour as a client meets it, and scripts that make no sense."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import (
    AnyTaskEvent,
    ClientOptions,
    ConnectionLostError,
    FrameTooLargeError,
    Gap,
    HandshakeTimeoutError,
    connect,
)
from rc_ipc.testing import (
    Rule,
    Script,
    ScriptError,
    Step,
    behaviour,
    behaviours,
    script_from_toml,
    scripted_host,
    scripted_pair,
)
from rc_ipc.testing._speech import cut_up
from rc_ipc.testing._stage import filled_in
from rc_types.events import (
    MalformedTaskEvent,
    Message,
    QueuedMessagesUpdated,
    TaskAborted,
    TaskActive,
    TaskCompleted,
    TaskCreated,
    TaskFocused,
    TaskIdle,
    TaskInteractive,
    TaskResumable,
    TaskStarted,
    TaskTokenUsageUpdated,
    TaskToolFailed,
    UnknownTaskEvent,
)
from rc_types.ipc import CancelTask, CloseTask, DeleteQueuedMessage, ResumeTask, SendMessage, StartNewTask
from rc_types.task import TaskId

T = TypeVar("T")

KNOWN = TaskId("0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77")
PATIENCE = 30.0

pytestmark = pytest.mark.timeout(PATIENCE)


async def until(kind: type[T], events: AsyncIterator[AnyTaskEvent | Gap]) -> tuple[T, list[AnyTaskEvent | Gap]]:
    """Read up to the first event of the kind; return it and all that came before."""
    before: list[AnyTaskEvent | Gap] = []
    async for event in events:
        if isinstance(event, kind):
            return event, before
        before.append(event)
    raise AssertionError(f"no {kind.__name__} in {before}")


def asks(events: list[AnyTaskEvent | Gap]) -> list[str | None]:
    return [event.message.ask for event in events if isinstance(event, Message) and event.message.type == "ask"]


@pytest.mark.parametrize("name", behaviours())
def test_every_ready_made_script_is_one(name: str) -> None:
    """A name that leads nowhere, or a step without meaning, would be a ScriptError."""
    assert behaviour(name).title == behaviours()[name]


async def test_an_old_host_completes_a_task_when_its_result_is_presented() -> None:
    """IPC spec 9.3, up to 3.50."""
    async with scripted_pair(behaviour("until-3.50")) as (client, host), client.events() as events:
        await client.send(StartNewTask.of("Fix it", images=["data:image/png;base64,AA=="]))
        completed, before = await until(TaskCompleted, events)
        created, focused, prompt, started = before[:4]
        assert isinstance(created, TaskCreated)
        assert isinstance(focused, TaskFocused)
        assert isinstance(started, TaskStarted)
        assert isinstance(prompt, Message)
        assert (prompt.message.text, prompt.message.images) == ("Fix it", ["data:image/png;base64,AA=="])
        assert completed.task_id == created.task_id
        assert not any(isinstance(event, UnknownTaskEvent | MalformedTaskEvent) for event in before)
        assert (await host.heard(StartNewTask)).data.text == "Fix it"


async def test_a_message_that_streams_changes_under_one_timestamp() -> None:
    """IPC spec 7.1: `ts` identifies a message within its task."""
    async with scripted_pair(behaviour("until-3.50")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        _, before = await until(TaskCompleted, events)
        texts = [event for event in before if isinstance(event, Message) and event.message.say == "text"][1:]
        assert [(event.action, event.message.partial) for event in texts] == [
            ("created", True),
            ("updated", True),
            ("updated", False),
        ]
        assert len({event.message.ts for event in texts}) == 1


async def test_a_new_host_only_presents_and_feedback_makes_the_next_turn() -> None:
    """IPC spec 9.3, from 3.51 on."""
    async with scripted_pair(behaviour("since-3.51")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        idle, before = await until(TaskIdle, events)
        assert asks(before)[-1] == "completion_result"
        await client.send(SendMessage.of("Once more"))
        again, after = await until(TaskIdle, events)
        assert again.task_id == idle.task_id
        assert [e.message.text for e in after if isinstance(e, Message) and e.message.say == "user_feedback"] == [
            "Once more"
        ]
        assert not any(isinstance(event, TaskCompleted) for event in (*before, *after))


async def test_somebody_in_the_editor_may_accept() -> None:
    """IPC spec 9.2, completion accepted."""
    async with scripted_pair(behaviour("accepting")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        _, before = await until(TaskCompleted, events)
        assert any(isinstance(event, TaskIdle) for event in before)


async def test_a_second_task_aborts_the_first() -> None:
    """IPC spec 9.2: new task, P was current."""
    async with scripted_pair(behaviour("working")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("first"))
        first, _ = await until(TaskStarted, events)
        await until(Message, events)
        await client.send(StartNewTask.of("second"))
        aborted, _ = await until(TaskAborted, events)
        second, between = await until(TaskStarted, events)
        assert aborted.task_id == first.task_id != second.task_id
        assert isinstance(between[0], TaskCreated)


async def test_a_cancelled_task_is_opened_again_under_its_id() -> None:
    """IPC spec 9.2, CancelTask; its answer resumes it."""
    async with scripted_pair(behaviour("working")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        started, _ = await until(TaskStarted, events)
        await until(Message, events)
        await client.send(CancelTask.of(started.task_id))
        aborted, _ = await until(TaskAborted, events)
        resumable, between = await until(TaskResumable, events)
        assert aborted.task_id == resumable.task_id == started.task_id
        assert isinstance(between[0], TaskCreated)
        assert asks(between) == ["resume_task"]
        await client.send(SendMessage.of("go on"))
        assert (await until(TaskStarted, events))[0].task_id == started.task_id


async def test_a_task_of_the_history_is_resumed_and_an_unknown_one_is_not() -> None:
    """IPC spec 9.1, ResumeTask."""
    async with scripted_pair(behaviour("since-3.51")) as (client, host), client.events() as events:
        await client.send(ResumeTask.of(TaskId("nobody")))
        await client.send(ResumeTask.of(KNOWN))
        created, before = await until(TaskCreated, events)
        assert (created.task_id, before) == (KNOWN, [])
        assert [(await host.heard(ResumeTask)).data for _ in range(2)] == ["nobody", KNOWN]


async def test_a_message_to_a_busy_task_waits_in_its_queue() -> None:
    """IPC spec 9.2, queue."""
    async with scripted_pair(behaviour("asking")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        await until(TaskInteractive, events)
        await client.send(SendMessage.of("a.py"))
        await until(TaskIdle, events)
    script = script_from_toml(
        'extends = "since-3.51"\n[parts]\nwork = [{ event = "taskActive" }, { await = "CloseTask" }]\n', source="busy"
    )
    async with scripted_pair(script) as (client, _), client.events() as events:
        queue = client.events(QueuedMessagesUpdated)
        await client.send(StartNewTask.of("x"))
        await until(TaskActive, events)
        await client.send(SendMessage.of("later", images=["data:image/png;base64,AA=="]))
        added = await anext(queue)
        assert isinstance(added, QueuedMessagesUpdated)
        assert [message.text for message in added.messages] == ["later"]
        await client.send(DeleteQueuedMessage.of("nothing"))
        await client.send(DeleteQueuedMessage.of(added.messages[0].id))
        emptied = await anext(queue)
        assert isinstance(emptied, QueuedMessagesUpdated)
        assert emptied.messages == []


async def test_a_subtask_takes_the_place_of_its_parent_and_gives_it_back() -> None:
    """IPC spec 9.2, delegation: the parent is aborted, and created again; the child never completes."""
    async with scripted_pair(behaviour("subtasks")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        idle, before = await until(TaskIdle, events)
        created = [event.task_id for event in before if isinstance(event, TaskCreated)]
        aborted = [event.task_id for event in before if isinstance(event, TaskAborted)]
        parent, child, back = created
        assert parent == back == idle.task_id != child
        assert aborted == [parent, child]


async def test_a_task_of_the_command_line_waits_for_the_first_client(tmp_path: Path) -> None:
    """IPC spec 11: its start has usually been missed."""
    path = tmp_path / "host.sock"
    async with scripted_host(path, behaviour("command-line")) as host, connect(path) as client:
        events = client.events()
        await until(TaskIdle, events)
        await client.send(CloseTask.of())
        await host.heard(CloseTask)
        assert not host.ended.is_set()


@pytest.mark.parametrize(("name", "slugs"), [("since-3.51", 5), ("query-errors", 0)])
async def test_queries_are_answered_as_the_script_says(name: str, slugs: int) -> None:
    """IPC spec 9.1: an error is an empty answer."""
    async with scripted_pair(behaviour(name)) as (client, _):
        assert len(await client.modes()) == slugs
        assert bool(await client.commands()) == bool(await client.models()) == bool(slugs)


async def test_a_legacy_host_drops_what_its_generation_does_not_know() -> None:
    """IPC spec 12; usage events have two elements."""
    async with scripted_pair(behaviour("legacy")) as (client, host), client.events() as events:
        await client.send(CancelTask.from_wire({"commandName": "CancelTask"}))
        await client.send(DeleteQueuedMessage.of("q"))
        await client.send(StartNewTask.of("x"))
        usage, _ = await until(TaskTokenUsageUpdated, events)
        assert usage.tool_usage == {}
        assert host.dropped == {"unknown_to_this_host": 2}
        assert isinstance(await host.heard(), StartNewTask)


async def test_kilo_asks_for_money_and_the_ask_arrives() -> None:
    """IPC spec 12, kilo-differences KD-016."""
    async with scripted_pair(behaviour("kilo")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        _, before = await until(TaskIdle, events)
        assert asks(before) == ["payment_required_prompt"]
        assert any(isinstance(e, TaskToolFailed) and e.tool == "delete_file" for e in before)
        assert not any(isinstance(event, UnknownTaskEvent | MalformedTaskEvent) for event in before)


async def test_a_host_of_tomorrow_loses_nothing() -> None:
    """IPC spec R-14."""
    async with scripted_pair(behaviour("future")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        _, before = await until(TaskIdle, events)
        unknown = [event.event_name for event in before if isinstance(event, UnknownTaskEvent)]
        assert unknown == ["taskStartResponse", "taskDreams"]
        assert "which_star" in asks(before)
        assert not any(isinstance(event, MalformedTaskEvent) for event in before)


@pytest.mark.parametrize("name", ["pieces", "glued"])
async def test_how_the_bytes_are_cut_makes_no_difference(name: str) -> None:
    """IPC spec R-1."""
    kinds: list[list[type]] = []
    for script in ("since-3.51", name):
        async with scripted_pair(behaviour(script)) as (client, _), client.events() as events:
            await client.send(StartNewTask.of("x — 日本語"))
            _, before = await until(TaskIdle, events)
            kinds.append([type(event) for event in before])
            assert not client.counters.ignored
    assert kinds[0] == kinds[1]


async def test_a_slow_reader_hears_commands_after_its_work() -> None:
    """A host whose only thread is busy; the command waits in between and is not lost."""
    async with scripted_pair(behaviour("slow-reader")) as (client, host), client.events() as events:
        await client.send(StartNewTask.of("x"))
        await until(TaskStarted, events)
        await client.send(SendMessage.of("hello?"))
        await until(TaskIdle, events)
        await host.heard(SendMessage)
        await until(TaskIdle, events)


async def test_a_host_that_dies_leaves_no_half_event_and_no_listener(tmp_path: Path) -> None:
    """IPC spec 3.3, F11."""
    path = tmp_path / "host.sock"
    single = ClientOptions(reconnect=False)
    async with (
        scripted_host(path, behaviour("sudden-death")) as host,
        connect(path, options=single) as client,
        client.events() as events,
    ):
        await client.send(StartNewTask.of("x"))
        with pytest.raises(ConnectionLostError):
            await until(TaskIdle, events)
        await host.ended.wait()
    assert not path.exists()


@pytest.mark.parametrize(("name", "losses"), [("half-frame", 1), ("drop", 3)])
async def test_lost_connections_are_made_again(name: str, losses: int) -> None:
    """IPC spec R-10, R-11: a gap each, and then all is well."""
    async with scripted_pair(behaviour(name)) as (client, _), client.events() as events:
        for _ in range(losses):
            assert isinstance(await anext(events), Gap)
        await client.send(StartNewTask.of("x"), ready_within=PATIENCE)
        await until(TaskIdle, events)


async def test_a_host_may_never_greet(tmp_path: Path) -> None:
    """IPC spec R-10."""
    path = tmp_path / "host.sock"
    hasty = ClientOptions(ready_within=0.5, handshake_timeout=0.1)
    async with scripted_host(path, behaviour("no-ack")):
        with pytest.raises(HandshakeTimeoutError):
            async with connect(path, options=hasty):
                pass


async def test_what_comes_before_the_ack_means_nothing() -> None:
    """IPC spec R-10."""
    async with scripted_pair(behaviour("late-ack")) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        created, _ = await until(TaskCreated, events)
        assert created.task_id != "t-too-early"
        assert client.counters.ignored == {"before_ack": 1}


async def test_a_hostile_host_does_not_end_the_connection() -> None:
    """IPC spec section 10."""
    async with scripted_pair(behaviour("hostile")) as (client, _), client.events() as events:
        survived, before = await until(TaskCreated, events)
        assert survived.task_id == "t-survived"
        assert [type(event) for event in before] == [UnknownTaskEvent, MalformedTaskEvent, UnknownTaskEvent]
        assert sum(client.counters.ignored.values()) == 17


async def test_a_step_that_cannot_be_taken_ends_the_host(tmp_path: Path) -> None:
    """IPC spec R-4: a frame over the limit; nothing is lost silently."""
    large = "x" * (9 * 1024 * 1024)
    script = Script(rules=(Rule(on="start", steps=(Step("frame", {"type": "TaskEvent", "data": large}),)),))
    with pytest.raises(FrameTooLargeError):
        async with scripted_host(tmp_path / "host.sock", script) as host:
            await host.ended.wait()


async def test_two_clients_hear_one_host(tmp_path: Path) -> None:
    """IPC spec 8.4: all clients see broadcasts in one order."""
    path = tmp_path / "host.sock"
    async with scripted_host(path, behaviour("since-3.51")), connect(path) as one, connect(path) as other:
        hearing = one.events(), other.events()
        await one.send(StartNewTask.of("x"))
        first, second = [(await until(TaskIdle, events))[1] for events in hearing]
        assert first == second


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title = ", "not TOML"),
        ("titel = 'x'", "'titel' is unknown here"),
        ("greets = 1", "must be bool, is int"),
        ("extends = '../since-3.51'", "no such script"),
        ("flavor = 'zoo'", "must be 'roo' or 'kilo'"),
        ("knows = ['Dance']", "there is no command 'Dance'"),
        ("pieces = 0", "must be 1 or more"),
        ("[[on]]\non = 'Dance'", "must be one of start, connect"),
        ("[[on]]\non = 'start'\nif = 'maybe'", "must be 'task' or 'no task'"),
        ("[[on]]\non = 'start'\nsteps = [{ evnt = 'x' }]", r"on\[0\].steps\[0\]: a step has exactly one of"),
        ("[[on]]\non = 'start'\nsteps = [{ event = 'x', as = 'y' }]", "'as' means nothing beside 'event'"),
        ("[[on]]\non = 'start'\nsteps = [{ event = 1 }]", "'event' does not take int"),
        ("[[on]]\non = 'start'\nsteps = [{ do = 'x' }]", "there is no part 'x'"),
        ("[[on]]\non = 'start'\nsteps = [{ await = 'x' }]", "nobody can await 'x'"),
        ("[[on]]\non = 'start'\nsteps = [{ bytes = '日' }]", "one character per byte"),
        ("[[on]]\non = 'start'\nsteps = [{ frame = { at = 2026-01-01 } }]", "cannot be said in JSON"),
        ("[answers]\nmodes = [nan]", "cannot be said in JSON"),
    ],
)
def test_a_script_that_makes_no_sense_names_the_place(text: str, complaint: str) -> None:
    """Our rule: bad input is one clear line."""
    with pytest.raises(ScriptError, match=complaint) as caught:
        script_from_toml(text, source="mine.toml")
    assert "\n" not in str(caught.value)


@given(frame=st.binary(max_size=200), longest=st.integers(1, 9))
def test_pieces_are_the_whole(frame: bytes, longest: int) -> None:
    """Nothing is lost or doubled by cutting."""
    pieces = cut_up(frame, longest)
    assert b"".join(pieces) == frame
    assert all(1 <= len(piece) <= longest for piece in pieces)


@given(
    value=st.recursive(st.integers() | st.text("ab"), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_what_names_nothing_stays_as_it_is(value: object) -> None:
    """Only whole strings are names."""
    assert filled_in(value, {"$task": None, "$text": "x"}) == value
