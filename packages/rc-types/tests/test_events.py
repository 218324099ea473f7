"""Reading events from peers of any age (IPC spec R-14 and 12), and the names of what they carry (6)."""

import json
import math
import re
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from rc_types import InvalidWireError
from rc_types.events import (
    CompletionInfo,
    EvalFail,
    MalformedTaskEvent,
    Message,
    MessageChange,
    ProviderProfile,
    QueuedMessagesUpdated,
    RooCodeEventName,
    TaskCompleted,
    TaskDelegated,
    TaskDelegationCompleted,
    TaskEvent,
    TaskModeSwitched,
    TaskSpawned,
    TaskStarted,
    TaskTokenUsageUpdated,
    TaskToolFailed,
    UnknownTaskEvent,
    read_task_event,
    task_event,
)
from rc_types.message import ClineMessage, QueuedMessage, TokenUsage
from rc_types.task import TaskId
from rc_types.testing import instances
from rc_types.tool import ToolAttempts

Model = TypeVar("Model", bound=BaseModel)

TASK = TaskId("t-1")
CHILD = TaskId("t-2")
USAGE = TokenUsage(total_tokens_in=1, total_tokens_out=2, total_cost=0.5, context_tokens=3)
TOOLS = {"read_file": ToolAttempts(attempts=2, failures=1)}


def wire(event: TaskEvent) -> dict[str, Any]:
    return event.to_wire()


def test_the_elements_of_a_payload_have_names() -> None:
    completed = TaskCompleted.of(TASK, USAGE, TOOLS, is_subtask=True)
    assert (completed.task_id, completed.token_usage, completed.tool_usage) == (TASK, USAGE, TOOLS)
    assert completed.info == CompletionInfo(is_subtask=True)
    spawned = TaskSpawned.of(TASK, CHILD)
    assert (spawned.task_id, spawned.child_task_id) == (TASK, CHILD)
    delegated = TaskDelegated.of(TASK, CHILD)
    assert (delegated.parent_task_id, delegated.child_task_id) == (TASK, CHILD)
    done = TaskDelegationCompleted.of(TASK, CHILD, "all is well")
    assert (done.parent_task_id, done.child_task_id, done.summary) == (TASK, CHILD, "all is well")
    switched = TaskModeSwitched.of(TASK, "ask")
    assert (switched.task_id, switched.mode) == (TASK, "ask")
    failed = TaskToolFailed.of(TASK, "edit", "no such file")
    assert (failed.task_id, failed.tool, failed.error) == (TASK, "edit", "no such file")
    queued = QueuedMessagesUpdated.of(TASK, [QueuedMessage(timestamp=1, id="m", text="hi")])
    assert (queued.task_id, [message.text for message in queued.messages]) == (TASK, ["hi"])
    said = Message.of(TASK, "created", ClineMessage(ts=1, type="say", say="text", text="hi"))
    assert (said.task_id, said.action, said.message.text) == (TASK, "created", "hi")


def test_an_event_that_upstream_accepts_is_read_as_it_is() -> None:
    assert read_task_event(wire(TaskStarted.of(TASK))) == TaskStarted.of(TASK)


@pytest.mark.parametrize("name", ["taskZapped", "", "taskUserMessage", "modeChanged", "providerProfileChanged"])
def test_an_event_that_is_not_known_on_the_wire_keeps_all_it_says(name: str) -> None:
    """R-14, Q13."""
    raw = {"eventName": name, "payload": [1, {"a": None}], "more": True}
    event = read_task_event(raw)
    assert event == UnknownTaskEvent(name, raw)
    with pytest.raises(InvalidWireError):
        task_event.from_wire(raw)


def test_a_tool_of_the_future_does_not_hide_the_end_of_a_task() -> None:
    """Q12: upstream drops such an event, and its listener waits for ever."""
    raw = wire(TaskCompleted.of(TASK, USAGE, TOOLS))
    raw["payload"][2]["teleport"] = {"attempts": 1, "failures": 0}
    event = read_task_event(raw)
    assert isinstance(event, TaskCompleted)
    assert event.tool_usage["teleport"].attempts == 1
    assert event.to_wire() == raw


@pytest.mark.parametrize("member", ["ask", "say"])
def test_an_ask_or_say_of_the_future_stays_a_plain_text(member: str) -> None:
    raw = wire(Message.of(TASK, "created", ClineMessage(ts=1, type="say")))
    raw["payload"][0]["message"][member] = "hologram"
    event = read_task_event(raw)
    assert isinstance(event, Message)
    assert getattr(event.message, member) == "hologram"
    assert event.to_wire() == raw
    with pytest.raises(InvalidWireError, match=rf"message\.{member} must be .* or one of"):
        task_event.from_wire(raw)


def test_what_older_hosts_leave_out_is_filled_in() -> None:
    """IPC spec 12: up to 3.20 and up to 3.36.2."""
    completed, updated = wire(TaskCompleted.of(TASK, USAGE, TOOLS)), wire(TaskTokenUsageUpdated.of(TASK, USAGE, {}))
    completed["payload"].pop()
    updated["payload"].pop()
    assert read_task_event(completed) == TaskCompleted.of(TASK, USAGE, TOOLS)
    assert read_task_event(updated) == TaskTokenUsageUpdated.of(TASK, USAGE, {})


def test_what_newer_hosts_append_is_kept_where_it_is() -> None:
    """R-14."""
    raw = wire(TaskCompleted.of(TASK, USAGE, TOOLS))
    raw["payload"].append({"more": True})
    raw["payload"][1]["colour"] = None
    raw["extra"] = [1]
    event = read_task_event(raw | {"eventName": "taskCompleted"})
    assert isinstance(event, TaskCompleted)
    assert (event.task_id, event.info.is_subtask) == (TASK, False)
    assert event.to_wire() == raw


def test_what_nobody_knows_stays_in_events_that_everybody_knows() -> None:
    """R-14; and KD-002: what Kilo Code notes about a message."""
    message = {"ts": 1, "type": "say", "metadata": {"kiloCode": {"commitRange": {"from": "a", "to": "b"}}}, "new": {}}
    for raw in (
        {"eventName": "taskCreated", "payload": ["t-1"], "new": [{"x": None}]},
        {"eventName": "modesResponse", "payload": [[{"slug": "a", "name": "b", "new": 1}]]},
        {"eventName": "message", "payload": [{"taskId": "t-1", "action": "created", "message": message, "new": 0.5}]},
        {"eventName": "evalPass", "taskId": 1, "new": True},
    ):
        event = read_task_event(raw)
        assert not isinstance(event, UnknownTaskEvent | MalformedTaskEvent)
        assert event.to_wire() == raw
        assert task_event.from_wire(event.to_wire()) == task_event.from_wire(raw)


@pytest.mark.parametrize("surplus", [{"metadata": "of Roo Code"}, {"x": {"\ud83d": 1}}, {"x": float("nan")}])
def test_nothing_that_cannot_be_kept_hides_an_event_that_upstream_accepts(surplus: dict[str, Any]) -> None:
    """Kilo Code's word for something else, and what no JSON text can hold."""
    said = Message.of(TASK, "created", ClineMessage(ts=1, type="say"))
    raw = wire(said)
    raw["payload"][0]["message"] |= surplus
    assert read_task_event(raw) == said


def test_an_event_that_only_the_lenient_reader_takes_is_equal_to_a_constructed_one() -> None:
    raw = wire(TaskToolFailed.of(TASK, "skill", "no"))
    raw["payload"][1] = "condense"
    assert read_task_event(raw) == TaskToolFailed.of(TASK, "condense", "no")


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        {"eventName": 5},
        {"eventName": "taskStarted"},
        {"eventName": "taskStarted", "payload": []},
        {"eventName": "taskCompleted", "payload": ["t-1"]},
        {
            "eventName": "message",
            "payload": [{"taskId": "t-1", "action": "zapped", "message": {"ts": 1, "type": "say"}}],
        },
        {"eventName": "evalPass", "taskId": 1, "payload": []},
    ],
)
def test_what_makes_no_sense_is_kept_with_the_reason(raw: object) -> None:
    event = read_task_event(raw)
    assert isinstance(event, MalformedTaskEvent)
    assert event.raw == raw
    assert str(event.error).startswith("TaskEvent")


def test_reading_leniently_leaves_the_data_alone() -> None:
    raw = wire(TaskCompleted.of(TASK, USAGE, TOOLS))
    raw["payload"].pop()
    before = json.dumps(raw)
    read_task_event(raw)
    assert json.dumps(raw) == before


def test_a_profile_and_a_verdict_are_what_they_are() -> None:
    assert ProviderProfile.from_wire({"name": "n", "provider": "p"}).provider == "p"
    assert EvalFail.of(7).to_wire() == {"eventName": "evalFail", "taskId": 7}


names = st.sampled_from(RooCodeEventName) | st.text(max_size=5)
elements = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just(USAGE.to_wire()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["taskId", "action", "message", "read_file", "zap", "isSubtask"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(name=names, payload=st.lists(elements, max_size=5) | elements)
def test_the_lenient_reader_never_raises_and_agrees_with_the_strict_one(name: str, payload: object) -> None:
    raw = {"eventName": str(name), "payload": payload}
    event = read_task_event(raw)
    if isinstance(event, UnknownTaskEvent | MalformedTaskEvent):
        assert event.raw == raw
        with pytest.raises(InvalidWireError):
            task_event.from_wire(raw)
    else:
        with suppress(InvalidWireError):
            assert task_event.from_wire(raw) == task_event.from_wire(event.to_wire())


def built(model: type[Model], **members: st.SearchStrategy[Any]) -> st.SearchStrategy[Model]:
    """Construct by Python names; `st.builds` would add the wire's names, which it finds in the signature."""
    return st.fixed_dictionaries(members).map(lambda given: model(**given))


numbers = st.integers(0, 10**9) | st.floats(0, 1e6)
texts = st.text(max_size=20)
messages = built(
    ClineMessage,
    ts=numbers,
    type=st.sampled_from(["ask", "say"]),
    text=texts,
    images=st.lists(texts, max_size=3),
    partial=st.booleans(),
    checkpoint=st.dictionaries(
        texts.filter(lambda key: key != "__proto__"), st.none() | st.integers() | texts, max_size=3
    ),
)
usages = built(
    TokenUsage, total_tokens_in=numbers, total_tokens_out=numbers, total_cost=numbers, context_tokens=numbers
)
tools = st.dictionaries(st.sampled_from(["edit", "skill"]), built(ToolAttempts, attempts=numbers, failures=numbers))
ids = texts.map(TaskId)
events = st.one_of(
    st.builds(TaskStarted.of, ids),
    st.builds(TaskSpawned.of, ids, ids),
    st.builds(Message.of, ids, st.sampled_from(["created", "updated"]), messages),
    st.builds(TaskCompleted.of, ids, usages, tools, is_subtask=st.booleans()),
    st.builds(QueuedMessagesUpdated.of, ids, st.lists(built(QueuedMessage, timestamp=numbers, id=texts, text=texts))),
)


@given(event=events)
def test_an_event_that_was_written_reads_back_as_the_same(event: TaskEvent) -> None:
    assert task_event.from_json(task_event.to_json(event)) == event
    assert read_task_event(json.loads(event.to_json())) == event


def test_a_foreign_member_that_is_spelled_like_an_attribute_stays_foreign() -> None:
    """Python names mean nothing on the wire; `null` for the member of that name would be refused by every peer."""
    message = {"ts": 1, "type": "say", "say": "hologram", "progress_status": 5, "__proto__": 1}
    raw = {"eventName": "message", "payload": [{"taskId": "t", "action": "created", "message": message}]}
    event = read_task_event(raw)
    assert isinstance(event, Message)
    kept = {key: value for key, value in message.items() if key != "__proto__"}
    assert event.message.to_wire() == kept


def spelled_by_python(event: TaskEvent) -> bytes:
    """Return what a writer of decoded values sends; a lone surrogate goes out as its escape (IPC spec R-3)."""
    text = json.dumps(event.to_wire(), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(event=instances(task_event))
def test_an_event_is_written_byte_for_byte_as_its_decoded_form_is(event: TaskEvent) -> None:
    """IPC spec R-3: only the spelling of numbers with exponents may differ."""
    written, dumped = event.to_json(), spelled_by_python(event)
    assert json.loads(written) == json.loads(dumped)
    tokens = str(json.loads(dumped, parse_float="<{}>".format))
    assert written == dumped or re.search(r"<[^>]+e[^>]+>", tokens)
    assert task_event.to_json(event) == written


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_a_number_that_is_not_finite_is_not_written(number: float) -> None:
    """IPC spec R-3: an error before anything is written; constructors refuse it, but dictionaries can be changed."""
    message = ClineMessage(ts=1, type="say", checkpoint={"NaN": "Infinity"})
    fine = Message.of(TASK, "created", message)
    assert b'{"NaN":"Infinity"}' in fine.to_json()
    deep = message.model_copy(update={"checkpoint": {"deep": [{"x": number}]}})
    for broken in (message.model_copy(update={"ts": number}), deep):
        event = fine.model_copy(update={"payload": (MessageChange(task_id=TASK, action="created", message=broken),)})
        for write in (Message.to_json, task_event.to_json, spelled_by_python):
            with pytest.raises(ValueError, match="JSON"):
                write(event)
