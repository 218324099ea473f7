"""Requests and tasks as handles, against a small host that says what each test tells it to."""

import asyncio
import gc
import re
import weakref
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from rc_ipc import (
    ClientOptions,
    ConnectionLostError,
    EventOverflowError,
    IpcClient,
    IpcServer,
    NotConnectedError,
    ProtocolViolationError,
    RequestTimeoutError,
    ServerOptions,
    TaskNotCurrentError,
    TaskResumeError,
    TaskStartError,
)
from rc_ipc._codec import decode_frame
from rc_ipc._connect import connecting
from rc_ipc._requests import TIMEOUTS, starting
from rc_ipc._server import serving
from rc_ipc._tasks import KEPT_EVENTS
from rc_ipc._transport import Transport
from rc_ipc.testing import MemoryListener, MemoryTransport
from rc_types.events import (
    Message,
    QueuedMessagesUpdated,
    TaskAborted,
    TaskActive,
    TaskAskResponded,
    TaskCreated,
    TaskEvent,
    TaskFocused,
    TaskIdle,
    TaskModeSwitched,
    TaskStarted,
    UnknownTaskEvent,
)
from rc_types.ipc import (
    CancelTask,
    ClientId,
    CloseTask,
    DeleteQueuedMessage,
    GetModes,
    ResumeTask,
    SendMessage,
    StartNewTask,
    TaskCommand,
)
from rc_types.message import ClineMessage, QueuedMessage
from rc_types.task import TaskId

from .places import Place

PATIENCE = 10.0
SOON = 0.05
"""Seconds for what is not going to happen."""
T, X, C = TaskId("task"), TaskId("stranger"), TaskId("child")


def say(name: Literal["text", "user_feedback"], text: str, who: TaskId = T) -> Message:
    return Message.of(who, "created", ClineMessage(ts=1, type="say", say=name, text=text))


def ask(name: Literal["completion_result", "resume_task", "followup", "tool"], ts: int, text: str = "") -> Message:
    return Message.of(T, "created", ClineMessage(ts=ts, type="ask", ask=name, text=text))


def queue(*ids: str) -> QueuedMessagesUpdated:
    return QueuedMessagesUpdated.of(T, [QueuedMessage(timestamp=1, id=each, text=each) for each in ids])


@dataclass
class Host:
    """Remembers the commands, and reacts to each kind with the events that the test has put here."""

    reactions: dict[type[TaskCommand], list[TaskEvent]] = field(
        default_factory=dict[type[TaskCommand], list[TaskEvent]]
    )
    heard: list[TaskCommand] = field(default_factory=list[TaskCommand])
    server: IpcServer | None = None
    stirred: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        self.heard.append(command)
        self.stirred.set()
        await self.say(*self.reactions.get(type(command), []))
        return None

    async def say(self, *events: TaskEvent) -> None:
        assert self.server is not None
        for event in events:
            await self.server.broadcast(event)

    async def until(self, kind: type[TaskCommand]) -> TaskCommand:
        while True:
            for command in self.heard:
                if isinstance(command, kind):
                    return command
            self.stirred.clear()
            await self.stirred.wait()


async def heard(client: IpcClient, host: Host, *events: TaskEvent) -> None:
    """Let the host say this, and wait until the client has heard the last of it."""
    await asyncio.gather(client.wait_for(lambda event: event == events[-1]), host.say(*events))


STARTS: list[TaskEvent] = [TaskCreated.of(T), TaskFocused.of(T), say("text", "do it"), TaskStarted.of(T)]
QUICK = ClientOptions(abort_grace=0.5, settle_after=SOON)

Joined = tuple[IpcClient, Host]


@pytest.fixture
async def joined(place: Place) -> AsyncGenerator[Joined]:
    """A client, and a host whose tasks start."""
    host = Host({StartNewTask: STARTS})
    async with asyncio.timeout(PATIENCE), place.pair(host, client=QUICK) as (client, host.server):
        yield client, host


async def test_a_task_is_started_watched_waited_for_and_continued(joined: Joined) -> None:
    """IPC spec R-12, R-15."""
    client, host = joined
    task = await client.start("do it")
    assert (task.task_id, task.outcome, client.current_task_id) == (T, None, T)
    async with task.events() as events:
        await host.say(TaskStarted.of(X), ask("completion_result", 5), TaskIdle.of(T))
        outcome = await task.wait()
        assert outcome.kind == "presented"
        assert [await anext(events) for _ in range(4)] == [*STARTS[2:], ask("completion_result", 5), TaskIdle.of(T)]
    assert await task.send("more") == "sent"
    assert task.outcome is None
    await host.until(SendMessage)
    await host.say(TaskActive.of(T), TaskAskResponded.of(T), ask("completion_result", 6))
    assert (await task.wait("settled")).kind == "presented"


async def test_a_task_of_somebody_else_is_not_taken_for_ours(joined: Joined) -> None:
    """IPC spec R-12: known by its prompt."""
    client, host = joined
    theirs: list[TaskEvent] = [TaskCreated.of(X), TaskFocused.of(X), say("text", "other", X), TaskStarted.of(X)]
    host.reactions[StartNewTask] = [theirs[0], STARTS[0], *theirs[1:], *STARTS[1:]]
    assert (await client.start("do it")).task_id == T


async def test_a_task_whose_prompt_was_changed_is_known_by_being_alone(joined: Joined) -> None:
    """IPC spec R-12."""
    client, _host = joined
    assert (await client.start("do it, please")).task_id == T


async def test_a_task_that_never_starts_is_an_error(joined: Joined) -> None:
    """IPC spec R-12: hosts do not say why."""
    client, host = joined
    host.reactions[StartNewTask] = [TaskFocused.of(X)]
    with pytest.raises(TaskStartError, match=r"did not start: no sign of it within 0\.05 s"):
        await client.start("do it", within=SOON)
    with pytest.raises(ProtocolViolationError):
        await client.start("")


def test_a_host_that_answers_by_request_id_is_believed() -> None:
    """IPC spec section 12, Zoo Code."""
    request = starting(StartNewTask.of("x"), "r-1", lambda task_id, _event: task_id, None)

    def said(**answer: object) -> object:
        event = UnknownTaskEvent("taskStartResponse", {"eventName": "taskStartResponse", "payload": [answer]})
        return request.confirmed_by(event)

    assert said(requestId="r-0", success=True, taskId="t") is None
    assert said(requestId="r-1", success=True, taskId="t") == "t"
    assert said(requestId="r-1", success=True, taskId=5) is None
    failure = said(requestId="r-1", success=False, errorCode="task_start_failed", stage="settings")
    assert str(failure) == "the task did not start: the host failed to start it at the stage settings"


def test_every_command_has_a_time() -> None:
    """IPC spec R-12, the table."""
    assert {command.__name__: seconds for command, seconds in TIMEOUTS.items()} == {
        "GetCommands": 10,
        "GetModes": 10,
        "GetModels": 30,
        "StartNewTask": 30,
        "ResumeTask": 12,
        "CancelTask": 8,
        "DeleteQueuedMessage": 3,
        "SendMessage": 5,
        "CloseTask": 5,
    }


async def test_tasks_are_started_one_at_a_time(joined: Joined) -> None:
    """IPC spec R-12."""
    client, host = joined
    host.reactions[StartNewTask] = []
    first = asyncio.create_task(client.start("do it"))
    second = asyncio.create_task(client.start("and that"))
    await host.until(StartNewTask)
    await client.send(SendMessage.of("behind"))
    await host.until(SendMessage)
    assert sum(isinstance(command, StartNewTask) for command in host.heard) == 1
    host.reactions[StartNewTask] = [TaskCreated.of(X), say("text", "and that", X)]
    await host.say(*STARTS)
    assert ((await first).task_id, (await second).task_id) == (T, X)


async def test_the_first_reader_of_a_task_misses_nothing_and_the_next_begins_with_its_call(joined: Joined) -> None:
    """Our rule: whoever starts a task may take a while to look at it."""
    client, host = joined
    task = await client.start("do it")
    await host.say(ask("completion_result", 5))
    await task.wait()
    first, second = task.events(Message), task.events(Message)
    await host.say(say("user_feedback", "now"))
    heard = [await anext(first) for _ in range(3)]
    assert heard == [say("text", "do it"), ask("completion_result", 5), say("user_feedback", "now")]
    assert await anext(second) == say("user_feedback", "now")


async def test_what_nobody_reads_is_not_kept_for_ever(joined: Joined) -> None:
    """Law 7: bounded, and it is said what happens then."""
    client, host = joined
    task = await client.start("do it")
    for number in range(KEPT_EVENTS):
        await host.say(TaskModeSwitched.of(T, str(number)))
    await host.say(ask("completion_result", 5))
    await task.wait()
    events = task.events()
    await host.say(TaskIdle.of(T))
    assert await anext(events) == TaskIdle.of(T)


async def test_the_reader_of_a_task_hears_its_sub_tasks(joined: Joined) -> None:
    """IPC spec R-15 and 9.2."""
    client, host = joined
    task = await client.start("do it")
    delegated: list[TaskEvent] = [ask("tool", 4, '{"tool":"newTask"}'), TaskAborted.of(T), TaskCreated.of(C)]
    returned: list[TaskEvent] = [TaskFocused.of(C), TaskAborted.of(C), TaskCreated.of(T), TaskFocused.of(T)]
    await host.say(*delegated, *returned, TaskCreated.of(X), ask("completion_result", 5))
    assert (await task.wait()).kind == "presented"
    events = task.events()
    heard = [await anext(events) for _ in range(2 + 7 + 1)]
    assert heard == [*STARTS[2:], *delegated, *returned, ask("completion_result", 5)]


async def test_a_wait_ends_with_a_replaced_task(joined: Joined) -> None:
    """IPC spec Q15, after the grace."""
    client, host = joined
    task = await client.start("do it")
    waiting = asyncio.create_task(task.wait("accepted"))
    await host.say(TaskAborted.of(T), TaskCreated.of(X), TaskFocused.of(X))
    outcome = await waiting
    assert (outcome.kind, outcome.reason) == ("aborted", "another task took its place")
    with pytest.raises(TaskNotCurrentError, match=r"task task is not the one in front, stranger is"):
        await task.send("are you there?")
    with pytest.raises(TaskNotCurrentError):
        await task.cancel()


async def test_a_wait_has_an_end(joined: Joined) -> None:
    """IPC spec Q18: timeouts everywhere."""
    client, _host = joined
    task = await client.start("do it")
    with pytest.raises(RequestTimeoutError, match=r"task task until settled"):
        await task.wait("settled", within=SOON)


async def test_a_result_settles_without_a_word(joined: Joined) -> None:
    """Evals spec 9.8."""
    client, host = joined
    task = await client.start("do it")
    await host.say(ask("completion_result", 5))
    assert (await task.wait("settled")).kind == "presented"
    assert task.outcome is not None


async def test_a_cancelled_task_comes_back_and_hears_no_word_before_it_asks(joined: Joined) -> None:
    """IPC spec 9.3: the host clears an answer that is pending when it raises the resume ask."""
    client, host = joined
    host.reactions[CancelTask] = [TaskAborted.of(T), TaskCreated.of(T), TaskFocused.of(T)]
    task = await client.start("do it")
    await task.cancel()
    sending = asyncio.create_task(task.send("go on"))
    await client.send(GetModes.of())  # a round trip, after which the word would have been there
    await host.until(GetModes)
    assert not any(isinstance(command, SendMessage) for command in host.heard)
    await host.say(ask("resume_task", 7))
    assert await sending == "sent"
    assert isinstance(await host.until(SendMessage), SendMessage)


class Recorded(Transport):
    """A connection that remembers what went out: our server, as upstream's, does not see the id in a `CancelTask`.

    In memory alone: what a command says does not depend on its carrier.
    """

    def __init__(self, inner: MemoryTransport, sent: list[dict[str, Any]]) -> None:
        self._inner, self._sent = inner, sent

    async def send(self, frame: bytes, /) -> None:
        self._sent.append(decode_frame(frame[:-1])["data"]["data"])
        await self._inner.send(frame)

    async def receive(self) -> bytes:
        return await self._inner.receive()

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.fixture
async def recorded() -> AsyncGenerator[tuple[IpcClient, Host, list[dict[str, Any]]]]:
    listener, host, sent = MemoryListener(), Host({StartNewTask: STARTS}), list[dict[str, Any]]()

    async def dial() -> Recorded:
        return Recorded(await listener.dial(), sent)

    async with (
        asyncio.timeout(PATIENCE),
        serving(listener, host, endpoint="memory", options=ServerOptions()) as host.server,
        connecting(dial, address="memory", options=QUICK) as client,
    ):
        yield client, host, sent


async def test_who_delegated_is_stopped_where_it_works(recorded: tuple[IpcClient, Host, list[dict[str, Any]]]) -> None:
    """Kilo differences KD-010, KD-011: the id of the running task."""
    client, host, sent = recorded
    task = await client.start("do it")
    delegated: list[TaskEvent] = [ask("tool", 4, '{"tool":"newTask"}'), TaskAborted.of(T), TaskCreated.of(C)]
    await heard(client, host, *delegated, TaskFocused.of(C))
    assert task.running_id == C
    host.reactions[CancelTask] = [TaskAborted.of(C)]
    await task.cancel()
    assert sent[-1] == {"commandName": "CancelTask", "data": C}


async def test_the_task_in_front_is_cancelled_whichever_it_is(
    recorded: tuple[IpcClient, Host, list[dict[str, Any]]],
) -> None:
    """IPC spec R-12 and KD-010."""
    client, host, sent = recorded
    with pytest.raises(RequestTimeoutError, match="CancelTask"):
        await client.cancel(within=SOON)
    host.reactions[CancelTask] = [TaskAborted.of(C), TaskAborted.of(X)]
    await heard(client, host, TaskFocused.of(X))
    assert await client.cancel() == X
    assert [command["data"] for command in sent] == ["", X]


async def test_a_new_task_carries_an_id_for_hosts_that_answer_to_it(
    recorded: tuple[IpcClient, Host, list[dict[str, Any]]],
) -> None:
    """IPC spec R-12 and section 12: all others drop it."""
    client, _host, sent = recorded
    await client.start("do it")
    assert sent[0]["data"].keys() == {"configuration", "text", "requestId"}
    assert re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", sent[0]["data"]["requestId"])


async def test_a_word_may_be_confirmed(joined: Joined) -> None:
    """IPC spec R-12."""
    client, host = joined
    task = await client.start("do it")
    with pytest.raises(ProtocolViolationError):
        await task.send("  ")
    assert await task.send("lost", confirm_within=SOON) == "unknown"
    for sign in (queue("m-1", "again"), TaskAskResponded.of(T), say("user_feedback", "again")):
        host.reactions[SendMessage] = [sign]
        assert await task.send(" again ", confirm_within=PATIENCE) == "confirmed"


async def test_a_task_of_the_history_is_opened(joined: Joined) -> None:
    """IPC spec R-12 and 9.3."""
    client, host = joined
    host.reactions[ResumeTask] = [ask("resume_task", 3), TaskCreated.of(T), TaskFocused.of(T), ask("resume_task", 4)]
    task = await client.resume(T)
    outcome = await task.wait()
    assert (outcome.kind, outcome.ask) == ("needs_input", "resume_task")
    host.reactions[ResumeTask] = []
    with pytest.raises(TaskResumeError, match=r"task nope did not open within 0\.05 s: unknown id"):
        await client.resume("nope", within=SOON)


async def test_a_task_that_was_over_begins_anew_when_it_is_resumed(joined: Joined) -> None:
    """Our rule: one handle for one task."""
    client, host = joined
    task = await client.start("do it")
    await host.say(TaskAborted.of(T))
    assert (await task.wait()).kind == "aborted"
    host.reactions[ResumeTask] = [TaskCreated.of(T), TaskFocused.of(T), ask("resume_task", 4)]
    assert await client.resume(T) is task
    assert task.outcome is not None
    assert task.outcome.kind == "needs_input"


async def test_a_queued_message_is_deleted_or_nobody_knows(joined: Joined) -> None:
    """IPC spec R-12."""
    client, host = joined
    host.reactions[DeleteQueuedMessage] = [queue("m-1", "m-2"), queue("m-2")]
    assert await client.delete_queued("m-1") == "deleted"
    host.reactions[DeleteQueuedMessage] = [queue("m-2")]
    assert await client.delete_queued("m-2", within=SOON) == "unknown"


async def test_a_window_closes_or_does_not(place: Place) -> None:
    """IPC spec R-12."""
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        closing = Host()
        closing.server = server = await stack.enter_async_context(place.serve(closing))
        client = await stack.enter_async_context(place.connect())
        assert await client.close_task(within=SOON) == "still_connected"
        closed = asyncio.create_task(client.close_task(within=PATIENCE))
        closing.heard.clear()
        await closing.until(CloseTask)
        await server.aclose()
        assert await closed == "closed"


async def test_an_event_is_waited_for(joined: Joined) -> None:
    """IPC spec R-15."""
    client, host = joined

    def clumsy(_event: object) -> bool:
        raise LookupError("in the caller's code")

    failing = asyncio.create_task(client.wait_for(clumsy))
    found = asyncio.create_task(client.wait_for(lambda event: isinstance(event, TaskIdle)))
    with pytest.raises(RequestTimeoutError):
        await client.wait_for(lambda _event: True, timeout=SOON)
    await host.say(TaskActive.of(T), TaskIdle.of(T))
    assert await found == TaskIdle.of(T)
    with pytest.raises(LookupError):
        await failing


async def test_with_the_connection_everything_that_waits_ends(place: Place) -> None:
    """IPC spec R-10, R-15: outstanding requests fail, waits for tasks say so; a new connection has new handles."""
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        async with place.serve(host := Host({StartNewTask: STARTS})) as host.server:
            client = await stack.enter_async_context(place.connect())
            task = await client.start("do it")
            waiting = asyncio.create_task(task.wait("accepted"))
            losing = asyncio.create_task(client.wait_for(lambda _event: False))
            events = task.events(TaskStarted)
            await client.send(GetModes.of())
            await host.until(GetModes)
        outcome = await waiting
        assert outcome.kind == "disconnected"
        assert task.outcome == outcome
        with pytest.raises(ConnectionLostError):
            await losing
        assert await anext(events) == TaskStarted.of(T)
        with pytest.raises(ConnectionLostError):
            await anext(events)
        async with place.serve(host) as host.server:
            await client.ready(within=PATIENCE)
            again = client.task(T)
            assert again is not task
            assert again.outcome is None


async def test_a_closed_client_lets_nobody_wait(joined: Joined) -> None:
    """IPC spec R-13."""
    client, host = joined
    task = await client.start("do it")
    waiting = asyncio.create_task(task.wait())
    await client.send(GetModes.of())
    await host.until(GetModes)
    events = task.events(TaskIdle)
    await client.aclose()
    assert [event async for event in events] == []
    assert (await waiting).kind == "disconnected"
    with pytest.raises(NotConnectedError):
        await client.task(X).wait()
    with pytest.raises(NotConnectedError):
        await client.start("more")


async def test_a_subscription_that_nobody_reads_does_not_hold_up_a_wait(place: Place) -> None:
    """IPC spec R-7."""
    options = ClientOptions(waiting_events=5)
    host = Host({StartNewTask: STARTS})
    async with asyncio.timeout(PATIENCE), place.pair(host, client=options) as (client, host.server):
        forgotten = client.events()
        task = await client.start("do it")
        waiting = asyncio.create_task(task.wait())
        for number in range(20):
            await host.say(TaskModeSwitched.of(T, str(number)))
        await host.say(ask("completion_result", 5))
        assert (await waiting).kind == "presented"
        with pytest.raises(EventOverflowError):
            async for _ in forgotten:
                pass


async def test_a_task_has_one_handle_while_somebody_holds_it(joined: Joined) -> None:
    """Our rule: handles that nobody holds cost nothing."""
    client, _host = joined
    task = client.task(T)
    assert client.task(T) is task
    assert repr(task) == "TaskHandle('task', outcome=None)"
    known = weakref.ref(task)
    del task
    gc.collect()
    assert client.task(T) is not client.task(X)
    assert known() is None


async def test_a_strict_client_hears_what_upstream_hears_and_counts_the_rest(place: Place) -> None:
    """IPC spec R-14, Kilo differences 3.3."""
    kilo_ask = {"ts": 5, "type": "ask", "ask": "payment_required_prompt", "text": "{}"}
    raw = {"eventName": "message", "payload": [{"taskId": "task", "action": "created", "message": kilo_ask}]}
    event = Message.from_wire(raw, flavor="kilo")
    async with (
        asyncio.timeout(PATIENCE),
        place.serve(host := Host()) as host.server,
        place.connect(options=ClientOptions(strict=True)) as strict,
        place.connect(options=ClientOptions(strict=True, flavor="kilo")) as kilo,
        place.connect() as lenient,
    ):
        readers = [client.events() for client in (strict, kilo, lenient)]
        failing = kilo.task(T)
        await host.say(event, TaskIdle.of(T))
        assert await anext(readers[0]) == TaskIdle.of(T)
        assert [await anext(reader) for reader in readers[1:]] == [event, event]
        assert strict.counters.ignored == {"event_refused": 1}
        assert (await failing.wait()).reason == "needs credits at the model gateway"


async def test_what_the_host_would_drop_is_refused_before_it_is_written(place: Place) -> None:
    """Kilo differences KD-003 and 3.1."""
    async with asyncio.timeout(PATIENCE), place.serve(host := Host()) as host.server, AsyncExitStack() as stack:
        kilo = await stack.enter_async_context(place.connect(options=ClientOptions(flavor="kilo")))
        with pytest.raises(ProtocolViolationError, match="a kilo host would drop this command"):
            await kilo.modes()
        with pytest.raises(ProtocolViolationError, match="a kilo host would drop this command"):
            await kilo.send(CancelTask(command_name="CancelTask"))
        await kilo.send(CancelTask.of())
        roo = await stack.enter_async_context(place.connect(options=ClientOptions(flavor="roo")))
        await roo.send(CancelTask(command_name="CancelTask"))
        while len(host.heard) < 2:
            host.stirred.clear()
            await host.stirred.wait()
