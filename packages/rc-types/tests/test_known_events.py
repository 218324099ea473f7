"""The quick way to read live events says the same as the patient one, or nothing (IPC spec R-14)."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from rc_types._judge import judged_inputs
from rc_types.events import Message, TaskEvent, TaskStarted, known_task_event, read_task_event, task_event
from rc_types.message import ClineMessage
from rc_types.task import TaskId
from rc_types.testing import instances, mutants, wire_values
from rc_types.wire import WireModel

STARTED: Final = b'{"eventName":"taskStarted","payload":["t"]}'

# Derandomised, so that a gate says the same twice. There is no deadline, because the first examples build the readers.
lawful = settings(max_examples=300, derandomize=True, database=None, deadline=None)


def patiently(data: bytes) -> object:
    """Read as a client does that knows no quick way; None where a JSON parser would have refused."""
    try:
        return read_task_event(json.loads(data.decode(), parse_constant=refuse))
    except (ValueError, RecursionError):
        return None


def refuse(_token: str) -> float:
    raise ValueError("no JSON")


def facts(value: object) -> object:
    """Return all that can be told of a value, at every depth; 1, 1.0 and true are three things, as are 0 and -0."""
    match value:
        case BaseModel():
            inner = {name: facts(each) for name, each in value.__dict__.items()}
            return type(value), value.model_fields_set, facts(value.model_extra), inner
        case dict():
            return [(key, facts(each)) for key, each in cast("dict[str, object]", value).items()]
        case list() | tuple():
            return type(cast("object", value)), [*map(facts, cast("list[object]", value))]
        case float():
            return float, value, math.copysign(1, value)
        case _:
            return type(value), value


def assert_it_agrees(data: bytes) -> TaskEvent | None:
    known = known_task_event(data)
    if known is not None:
        patient = cast("TaskEvent", patiently(data))
        assert known == patient
        assert facts(known) == facts(patient)
        assert known.to_wire() == patient.to_wire()
    return known


@lawful
@given(event=instances(task_event), spacing=st.sampled_from([(",", ":"), (", ", ": "), ("\n,", "\t: ")]))
def test_every_event_that_is_known_is_known(event: TaskEvent, spacing: tuple[str, str]) -> None:
    text = json.dumps(event.to_wire(), ensure_ascii=False, separators=spacing)
    try:
        data = text.encode()
    except UnicodeEncodeError:  # half a character, which only the patient way takes
        data = event.to_json()
    known = assert_it_agrees(data)
    assert known == event or b"\\ud" in data or b"NaN" in data or b"Infinity" in data


SURPLUS: Final = st.dictionaries(
    st.sampled_from(["eventName", "payload", "taskId", "task_id", "event_name", "x", "__proto__", "eval_task_id"]),
    wire_values(Any),
    max_size=2,
)


@lawful
@given(value=mutants(task_event) | wire_values(task_event), surplus=SURPLUS, first=st.booleans())
def test_whatever_the_quick_way_returns_the_patient_one_does(
    value: Any, surplus: dict[str, Any], *, first: bool
) -> None:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        value = {**surplus, **members} if first else {**members, **surplus}
    assert_it_agrees(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace"))


TOKENS: Final = [
    b'"eventName":"taskIdle",',
    b'"eventName":1,',
    b'"payload":["u"],',
    b'"payload":NaN,',
    b'"payload":[1e400],',
    b'"taskId":9007199254740993,',
    b'"taskId":-0,',
    b'"taskId":-0.0,',
    b'"taskId":1E2,',
    b'"taskId":' + b"9" * 5000 + b",",
    b'"event\\u004eame":"taskIdle",',
    b'"\\ud83d":1,',
    b'"__proto__":1,',
    b'"x":' + b"[" * 300 + b"]" * 300 + b",",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\xff",
    b'"',
    b"{",
    b"}",
    b",",
    b" ",
    b"\f",
    b"\\",
]
"""What may go wrong in a text, twice said keys above all: the later one counts."""


@lawful
@given(data=st.data(), event=instances(task_event))
def test_a_text_that_was_tampered_with_is_read_as_by_the_patient_way_or_left_to_it(
    data: st.DataObject, event: TaskEvent
) -> None:
    text = event.to_json()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)) | st.sampled_from([1, len(text) - 1]))
        cut = data.draw(st.sampled_from([0, 0, 1]))
        text = text[:at] + data.draw(st.sampled_from(TOKENS)) + text[at + cut :]
    assert_it_agrees(text)


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("at", [0, 1, len(STARTED)])
def test_a_token_in_a_place_that_matters_changes_nothing_of_that(token: bytes, at: int) -> None:
    assert_it_agrees(STARTED[:at] + token + STARTED[at:])


@lawful
@given(data=st.binary() | st.text().map(str.encode))
@example(b"")
@example(b'"' * 9)
def test_what_is_no_event_is_left_alone(data: bytes) -> None:
    assert known_task_event(data) is None


@pytest.mark.parametrize(
    "data",
    [
        b'{"eventName":"taskZapped","payload":["t"]}',
        b'{"payload":["t"],"eventName":"taskStarted"}',
        b'{"eventName":"taskStarted","payload":["t"],"more":1}',
        b'{"eventName":"taskStarted","payload":["t",{"more":1}]}',
        b'{"eventName":"message","payload":[{"taskId":"t","action":"created","message":{"ts":1,"type":"say","say":"x"}}]}',
        b'{"eventName":"message","payload":[{"taskId":"t","action":"created","message":{"ts":1,"type":"say","x":1}}]}',
        b'{"eventName":"taskStarted","payload":["\\ud83d"]}',
        b"\xef\xbb\xbf" + STARTED,
        STARTED.decode().encode("utf-16"),
    ],
)
def test_what_needs_patience_is_left_to_those_who_have_it(data: bytes) -> None:
    assert known_task_event(data) is None


def test_what_only_one_product_says_is_known() -> None:
    """KD-002."""
    for said in ("condense", "tool"):
        message = ClineMessage(ts=1, type="say", say="tool", ask="condense", text=said)
        event = Message.of(TaskId("t"), "created", message)
        assert known_task_event(event.to_json()) == event
    assert known_task_event(STARTED) == TaskStarted.of(TaskId("t"))


def recorded(folder: Path) -> Iterator[bytes]:
    for path in (folder, folder / "head"):
        lines = (path / "corpus" / "taskEventSchema.jsonl").read_bytes().splitlines()
        for _, line in judged_inputs(lines, str(path)):
            yield line.text.encode("utf-8", "backslashreplace")


def test_recorded_events_are_read_as_by_the_patient_way(conformance: Path) -> None:
    """And those that hold nothing unknown are known."""
    for data in recorded(conformance):
        known = assert_it_agrees(data)
        patient = patiently(data)
        if known is None and isinstance(patient, WireModel):
            assert needs_patience(data, patient), data


def needs_patience(data: bytes, event: WireModel) -> bool:
    """Return whether something in a text is more, or other, than its model tells."""
    decoded: Mapping[str, Any] = json.loads(data)
    return (
        next(iter(decoded)) != "eventName"
        or task_event_or_none(decoded) != event.to_wire()
        or any(token in data for token in (b"NaN", b"Infinity", b"\\ud"))
    )


def task_event_or_none(decoded: Mapping[str, Any]) -> object:
    try:
        return task_event.from_wire(decoded, flavor="any").to_wire()
    except ValueError:
        return None
