"""What a refusal says, and that nothing else ever comes out (types spec 2.1, 5.5)."""

import copy
import json
import logging
import pickle
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_types import InvalidWireError, registry
from rc_types._codec import WireCodec
from rc_types.events import task_event
from rc_types.global_settings import RooCodeSettings
from rc_types.message import ClineMessage, TokenUsage

COMPLETED: dict[str, Any] = {
    "eventName": "taskCompleted",
    "payload": [
        "t-1",
        {"totalTokensIn": 1, "totalTokensOut": 1, "totalCost": 0.5, "contextTokens": 1},
        {"read_file": {"attempts": 1, "failures": 0}},
        {"isSubtask": False},
    ],
}


def refusal_of(event: object) -> str:
    with pytest.raises(InvalidWireError) as refused:
        task_event.from_wire(event)
    return str(refused.value)


def with_payload(position: int, element: object) -> dict[str, Any]:
    payload = list(COMPLETED["payload"])
    payload[position] = element
    return COMPLETED | {"payload": payload}


SENTENCES: list[tuple[object, str]] = [
    (with_payload(0, 5), "TaskEvent.payload[0] must be a string, not a number"),
    (with_payload(0, None), "TaskEvent.payload[0] must be a string, not null"),
    (with_payload(1, []), "TaskEvent.payload[1] must be an object, not a list"),
    (
        with_payload(2, {"zap": {"attempts": 1, "failures": 0}}),
        (
            "TaskEvent.payload[2].zap must be 'execute_command', 'read_file', 'read_command_output', 'write_to_file', "
            "'apply_diff', 'edit', 'search_and_replace', 'search_replace', 'edit_file' or one of 15 others"
        ),
    ),
    (
        with_payload(2, {"edit": {"attempts": "1", "failures": 0}}),
        "TaskEvent.payload[2].edit.attempts must be a finite number",
    ),
    (with_payload(3, {"isSubtask": 1}), "TaskEvent.payload[3].isSubtask must be true or false, not a number"),
    (with_payload(3, {}), "TaskEvent.payload[3].isSubtask is missing"),
    (COMPLETED | {"payload": COMPLETED["payload"][:3]}, "TaskEvent.payload[3] is missing"),
    (COMPLETED | {"payload": [*COMPLETED["payload"], 1]}, "TaskEvent.payload is too long: 5 elements instead of 4"),
    (COMPLETED | {"payload": {}}, "TaskEvent.payload must be a list, not an object"),
    ({"eventName": "evalPass", "taskId": 1, "payload": None}, "TaskEvent.payload must not be there"),
    ({}, "TaskEvent has no eventName"),
    ([], "TaskEvent must be an object, not a list"),
]


@pytest.mark.parametrize(("event", "sentence"), SENTENCES)
def test_a_refusal_is_one_sentence_that_names_the_place(event: object, sentence: str) -> None:
    assert refusal_of(event) == sentence


def test_an_unknown_tag_is_answered_with_the_known_ones() -> None:
    assert refusal_of({"eventName": "taskZapped"}).startswith("TaskEvent has no known eventName: 'taskCreated'")


def test_further_problems_are_counted() -> None:
    with pytest.raises(InvalidWireError, match=r"^TokenUsage\.totalTokensIn is missing \(and 3 more\)$"):
        TokenUsage.from_wire({})


SECRET = "sk-very-secret"


@pytest.mark.parametrize(
    "settings",
    [
        {"apiKey": [SECRET]},
        {"apiProvider": SECRET},
        {"openAiHeaders": {"X-Key": [SECRET]}},
        {"ollamaNumCtx": SECRET},
        {"customModes": [{"slug": SECRET + "!", "groups": [SECRET, ["edit", {"fileRegex": f"{SECRET}("}]]}]},
    ],
)
def test_a_refusal_holds_no_value_of_the_data(settings: dict[str, Any]) -> None:
    """Law 8."""
    with pytest.raises(InvalidWireError) as of_value:
        RooCodeSettings.from_wire(settings)
    with pytest.raises(InvalidWireError) as of_text:
        RooCodeSettings.from_json(json.dumps(settings))
    for refused in (of_value.value, of_text.value):
        assert SECRET not in f"{refused} {refused!r} {refused.__cause__} {refused.problems}"


def settings_of_value() -> None:
    RooCodeSettings.from_wire({"apiKey": [SECRET]})


def settings_of_text() -> None:
    RooCodeSettings.from_json(json.dumps({"apiKey": [SECRET]}))


@pytest.mark.parametrize("read", [settings_of_value, settings_of_text])
def test_whoever_looks_inside_a_refusal_sees_no_value_of_the_data(
    read: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Law 8; nor is there anything that it came from, which loggers would show."""
    with pytest.raises(InvalidWireError) as refused:
        read()
    error = refused.value
    assert (error.__cause__, error.__context__) == (None, None)
    assert SECRET not in f"{vars(error)} {error.args} {pickle.dumps(error)!r} {copy.deepcopy(error)!r}"
    logging.getLogger(__name__).error("refused", exc_info=error)
    assert SECRET not in caplog.text


def test_a_foreign_key_is_shown_short_and_printable() -> None:
    with pytest.raises(InvalidWireError) as refused:
        RooCodeSettings.from_wire({"modeApiConfigs": {"\x1b[31m" + "x" * 10_000: 1}})
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 200


def test_a_refusal_survives_pickling() -> None:
    with pytest.raises(InvalidWireError) as refused:
        TokenUsage.from_wire({})
    twin = pickle.loads(pickle.dumps(refused.value))
    assert (str(twin), twin.problems) == (str(refused.value), refused.value.problems)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "ClineMessage is not JSON"),
        (b"{", "ClineMessage is not JSON"),
        (b"\xff\xfe", "ClineMessage is not UTF-8"),
        (b'\xef\xbb\xbf{"ts":1,"type":"say"}', "ClineMessage is not JSON"),
        (b'{"ts":NaN,"type":"say"}', "ClineMessage is not JSON: NaN is no number"),
        (b'{"ts":1,"type":"say","checkpoint":{"a":-Infinity}}', "ClineMessage is not JSON: -Infinity is no number"),
        (b'{"ts":1,"type":"say","checkpoint":{"a":1e400}}', "ClineMessage.checkpoint must hold finite numbers only"),
        (b'{"ts":1e400,"type":"say"}', "ClineMessage.ts must be a finite number"),
        (b'{"ts":1,"type":"say","x":' + b"[" * 100_000, "ClineMessage is nested too deeply"),
        (b'{"ts":1,"type":"say","say":"\\ud83d"}', "ClineMessage.say must be text without half characters"),
    ],
)
def test_what_javascript_would_not_read_is_refused(text: bytes, sentence: str) -> None:
    """J1 to J4; nesting without bounds is refused as well."""
    with pytest.raises(InvalidWireError) as refused:
        ClineMessage.from_json(text)
    assert str(refused.value).startswith(sentence)


def test_the_words_for_non_finite_numbers_are_fine_inside_a_text() -> None:
    message = ClineMessage.from_json(b'{"ts":1,"type":"say","text":"NaN, -Infinity"}')
    assert message.text == "NaN, -Infinity"


def test_a_million_mistakes_cost_no_more_than_one() -> None:
    """A frame of 32 MiB may hold them; every error of pydantic's takes memory of its own."""
    images = b'{"ts":1,"type":"say","images":[' + b"1," * 1_000_000 + b"1]}"
    before = time.process_time()
    with pytest.raises(InvalidWireError) as refused:
        ClineMessage.from_json(images)
    assert len(refused.value.problems) == 1
    assert time.process_time() - before < 5


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(["\ud83d", "taskCreated"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
keys = st.sampled_from(
    ["eventName", "payload", "taskId", "commandName", "data", "type", "origin", "clientId", "configuration"]
)


def read_back(codec: WireCodec[Any], value: object) -> tuple[object, object]:
    """Return what was read and what its text reads as, or two times the words of the refusal."""
    try:
        model = codec.from_wire(value)
    except InvalidWireError as refused:
        return str(refused), str(refused) if str(refused).isprintable() else None
    return model, codec.from_json(codec.to_json(model))


@given(
    value=st.dictionaries(keys, json_values | st.sampled_from(["Ack", "server", "CancelTask", "message", COMPLETED]))
)
def test_anything_is_either_read_or_refused(value: dict[str, Any]) -> None:
    for name in ("taskEventSchema", "taskCommandSchema", "ipcMessageSchema"):
        read, again = read_back(registry.schema(name), value)
        assert read == again


@given(name=st.sampled_from(registry.schema_names()), value=json_values)
def test_no_schema_stumbles_over_arbitrary_json(name: str, value: object) -> None:
    read, again = read_back(registry.schema(name), value)
    assert read == again
