"""Events read and written without a detour: quicker, and the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import FrameLimits, ProtocolViolationError
from rc_ipc._codec import FRAME_END, decode_frame, encode_json
from rc_ipc._event_text import read_known_event, write_event
from rc_ipc._session import ClientSession, event_frame
from rc_types.events import AnyTaskEvent, Message, TaskCreated, TaskEvent, read_task_event, task_event
from rc_types.ipc import ClientId
from rc_types.task import TaskId
from rc_types.testing import instances, wire_values

events = instances(TaskEvent)
bodies = wire_values(TaskEvent)


def client_session() -> ClientSession:
    session = ClientSession(limits=FrameLimits())
    session.client_id = ClientId("c")
    return session


def heard(frame: bytes) -> list[Any]:
    return list(client_session().receive(frame + FRAME_END))


@given(event=events)
def test_an_event_is_written_as_its_message_is(event: TaskEvent) -> None:
    """IPC spec R-3: the same bytes, but for the spelling of exponents, which is JavaScript's (`1e-7`) here."""
    message = {"type": "TaskEvent", "origin": "server", "data": event.to_wire()}
    text = write_event(event)
    assert encode_json(decode_frame(text)) == encode_json(message)
    assert b"e-0" in encode_json(message) or b"e+" in encode_json(message) or text == encode_json(message)


@given(body=bodies, blanks=st.booleans(), strange=st.dictionaries(st.text(max_size=3), st.integers(), max_size=1))
def test_however_an_event_is_spelled_it_is_heard_as_the_patient_reader_hears_it(
    body: dict[str, Any], blanks: bool, strange: dict[str, int]
) -> None:
    """IPC spec R-2, R-14."""
    data = {**strange, **body}
    message = {"type": "message", "data": {"type": "TaskEvent", "origin": "server", "data": data}}
    text = json.dumps(message, separators=(", ", ": ") if blanks else (",", ":"), ensure_ascii=False)
    expected: AnyTaskEvent = read_task_event(decode_frame(text.encode())["data"]["data"])
    assert heard(text.encode()) == [expected]


@given(event=events)
def test_what_we_write_is_read_at_once_and_back_to_the_same(event: TaskEvent) -> None:
    """Our rule: the quick way is the usual one between our own programs."""
    assert read_known_event(write_event(event)) == event
    assert heard(event_frame(event, limits=FrameLimits())[:-1]) == [event]


@pytest.mark.parametrize("tail", [b"", b"}", b"} ", b"}}", b',"x":1}'])
def test_text_that_goes_on_after_the_event_is_not_taken_for_its_end(tail: bytes) -> None:
    """IPC spec R-2."""
    text = write_event(TaskCreated.of(TaskId("t")))[:-1] + tail
    assert read_known_event(text) == (TaskCreated.of(TaskId("t")) if tail == b"}" else None)


def test_before_the_greeting_nothing_is_heard() -> None:
    """IPC spec 8.1."""
    session = ClientSession(limits=FrameLimits())
    frame = event_frame(TaskCreated.of(TaskId("t")), limits=FrameLimits())
    assert [type(each).__name__ for each in session.receive(frame)] == ["Ignored"]


def test_what_is_no_json_is_not_written() -> None:
    """IPC spec R-3: an error before anything is written, and no word of the event in it."""
    event = task_event.from_wire(
        {"eventName": "message", "payload": [{"taskId": "t", "action": "created", "message": {"ts": 1, "type": "say"}}]}
    )
    assert isinstance(event, Message)
    object.__setattr__(event.message, "ts", float("inf"))
    with pytest.raises(ProtocolViolationError, match="not expressible"):
        write_event(event)
