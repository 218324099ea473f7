"""Input that no schema speaks of: accepted as the real parser does, or refused with the one exception (J1 to J4)."""

import json
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_types import InvalidWireError, registry
from rc_types.cli import RooCliStreamEvent
from rc_types.events import MalformedTaskEvent, read_task_event
from rc_types.global_settings import RooCodeSettings
from rc_types.ipc import ipc_message
from rc_types.message import ClineMessage, TokenUsage

EVERY_KIND: Final = (
    "clineMessageSchema",  # an ordinary model
    "rooCodeSettingsSchema",  # one that is read by the keys that are there
    "ipcMessageSchema",  # tagged alternatives
    "rooCliStreamEventSchema",  # keeps what it does not know
    "customModePromptsSchema",  # a dictionary
    "groupEntryArraySchema",  # a list
    "toolNamesSchema",  # a set of names
    "discriminatedProviderSettingsWithIdSchema",  # two parts in one object
)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


each_kind = pytest.mark.parametrize("name", EVERY_KIND)

DEEP: Final = 10_000


@each_kind
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"{",
        b'{"a":1}}',
        b"{'a': 1}",
        b'{"a":1,}',
        b"NaN",
        b'{"a":NaN}',
        b'{"a":[Infinity]}',
        b'{"a":-Infinity}',
        b'{"a":01}',
        b'{"a":+1}',
        b'{"a":"\t"}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        "{}".encode("utf-16-le"),
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b"[" * DEEP,
        b'{"a":' * DEEP,
        b"[" * DEEP + b"]" * DEEP,
        b"\x00",
        b'{"a":1}\x00',
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_javascript_would_not_parse_is_refused(name: str, text: bytes) -> None:
    """Nesting without end, which JavaScript would parse, is refused as well."""
    with pytest.raises(InvalidWireError) as refused:
        registry.schema(name).from_json(text)
    assert str(refused.value).isprintable()


@each_kind
def test_texts_that_are_not_unicode_are_refused_or_kept(name: str) -> None:
    """J4: a peer may cut a text inside a character, in its own spelling or as Python has it."""
    for text in ('{"text":"\\ud800","ts":1,"type":"say"}', '{"text":"\ud800","ts":1,"type":"say"}', "\udfff"):
        for data in (text, text.encode("utf-8", "surrogatepass")):
            with suppress(InvalidWireError):
                codec = registry.schema(name)
                codec.to_json(codec.from_json(data))


def test_a_text_that_was_cut_inside_a_character_is_kept() -> None:
    """IPC spec Q22: streaming cuts texts anywhere."""
    text = b'{"ts":1,"type":"say","text":"caf\xc3\xa9 \\ud83d"}'
    message = ClineMessage.from_json(text)
    assert message.text == "café \ud83d"
    assert message.to_json() == text
    assert ClineMessage.from_wire(message.to_wire()) == message
    settings = RooCodeSettings.from_json(b'{"mode":"caf\\ud83d"}')
    assert settings.mode == "caf\ud83d"


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"1" * 400, b"1" * 5000, b"9" * 400 + b".5"])
def test_numbers_that_overflow_are_refused(number: bytes) -> None:
    """J1: JavaScript reads them as infinite, and no schema says what that means."""
    with pytest.raises(InvalidWireError):
        ClineMessage.from_json(b'{"type":"say","ts":' + number + b"}")
    with pytest.raises(InvalidWireError):
        ClineMessage.from_json(b'{"type":"say","ts":1,"checkpoint":{"a":[' + number + b"]}}")
    with pytest.raises(InvalidWireError):
        RooCodeSettings.from_json(b'{"requestDelaySeconds":' + number + b"}")


@given(st.integers(-(10**30), 10**30))
def test_whole_numbers_are_rounded_as_a_double_rounds_them(number: int) -> None:
    """J1: beyond 2^53, neighbours are one number."""
    usage = TokenUsage.from_json(
        f'{{"totalTokensIn":{number},"totalTokensOut":0,"totalCost":{number}.0,"contextTokens":0}}'
    )
    assert usage.total_tokens_in == float(number) == usage.total_cost
    message = ClineMessage.from_json(f'{{"ts":1,"type":"say","checkpoint":{{"a":[{number}]}}}}')
    assert message.checkpoint == {"a": [float(number)]}
    assert json.loads(message.to_json())["checkpoint"] == {"a": [float(number)]}


def test_of_two_equal_keys_the_last_one_counts() -> None:
    """J3."""
    message = ClineMessage.from_json(b'{"ts":1,"type":"ask","type":"say","ts":2}')
    assert (message.ts, message.type) == (2, "say")
    assert RooCodeSettings.from_json(b'{"mode":5,"mode":"code"}').mode == "code"
    with pytest.raises(InvalidWireError):
        RooCodeSettings.from_json(b'{"mode":"code","mode":5}')
    read = ipc_message.from_json(
        b'{"type":"TaskEvent","type":"Ack","origin":"server","data":{"clientId":"c","pid":1,"ppid":2}}'
    )
    assert read.type == "Ack"


def test_an_entry_that_a_later_one_replaces_is_not_judged() -> None:
    """J3; what is in a dictionary no more is no reason to refuse."""
    usage = registry.schema("toolUsageSchema")
    good = b'{"attempts":1,"failures":0}'
    assert usage.to_json(usage.from_json(b'{"edit":5,"edit":' + good + b"}")) == b'{"edit":' + good + b"}"
    with pytest.raises(InvalidWireError, match="must be an object, not a number"):
        usage.from_json(b'{"edit":' + good + b',"edit":5}')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rooCodeSettingsSchema", {"openAiHeaders": {"x\ud83d": "1"}}),
        ("customModePromptsSchema", {"x\ud83d": {}}),
        ("rooCliToolUseSchema", {"name": "n", "input": {"x\ud83d": 1}}),
        ("clineMessageSchema", {"ts": 1, "type": "say", "checkpoint": {"a": [{"x\ud83d": 1}]}}),
        ("rooCliStreamEventSchema", {"zap": {"x\ud83d": 1}}),
    ],
)
def test_a_key_with_half_a_character_is_refused(name: str, value: dict[str, Any]) -> None:
    """J4; no writer of ours could write it."""
    codec = registry.schema(name)
    with pytest.raises(InvalidWireError, match="keys of text without half characters"):
        codec.from_wire(value)
    with pytest.raises(InvalidWireError, match="keys of text without half characters"):
        codec.from_json(json.dumps(value))


@pytest.mark.parametrize("surplus", [{"x\ud83d": 1}, float("inf"), nested(300)], ids=lambda value: str(value)[:9])
def test_what_nobody_knows_is_kept_if_it_can_be_written(surplus: Any) -> None:
    """IPC spec R-14."""
    created = {"eventName": "taskCreated", "payload": ["t", surplus]}
    assert isinstance(read_task_event(created), MalformedTaskEvent)
    spawned = {"eventName": "taskToolFailed", "payload": ["t", "zap", "no"], "surplus": surplus}
    assert isinstance(read_task_event(spawned), MalformedTaskEvent)


def test_a_text_of_fifty_megabytes_is_a_text() -> None:
    text = "x" * 50_000_000
    assert ClineMessage.from_json(json.dumps({"ts": 1, "type": "say", "text": text})).text == text
    with pytest.raises(InvalidWireError) as refused:
        ClineMessage.from_wire({"ts": 1, "type": text})
    assert len(str(refused.value)) < 200


@each_kind
def test_decoded_values_of_any_depth_are_refused_or_ignored(name: str) -> None:
    for value in (nested(DEEP), {"zap": nested(DEEP)}, {"checkpoint": {"a": nested(DEEP)}, "ts": 1, "type": "say"}):
        with suppress(InvalidWireError):
            registry.schema(name).from_wire(value)


def test_depth_is_bounded_where_anything_may_be_held() -> None:
    """Whatever was accepted can be written again."""
    deepest = ClineMessage.from_wire({"ts": 1, "type": "say", "checkpoint": {"a": nested(190)}})
    assert ClineMessage.from_json(deepest.to_json()) == deepest
    with pytest.raises(InvalidWireError, match="200 levels"):
        ClineMessage.from_wire({"ts": 1, "type": "say", "checkpoint": {"a": nested(300)}})
    with pytest.raises(InvalidWireError, match="200 levels"):
        RooCodeSettings.from_wire({"fakeAi": nested(DEEP)})
    with pytest.raises(InvalidWireError):
        RooCliStreamEvent.from_wire({"zap": nested(300)})


@pytest.mark.parametrize("value", [nested(DEEP), {"eventName": "message", "payload": nested(DEEP)}])
def test_the_lenient_reader_takes_any_depth(value: Any) -> None:
    assert isinstance(read_task_event(value), MalformedTaskEvent)


@each_kind
@given(data=st.binary(max_size=200))
def test_no_bytes_make_a_reader_stumble(name: str, data: bytes) -> None:
    codec = registry.schema(name)
    with suppress(InvalidWireError):
        read = codec.from_json(data)
        assert codec.from_json(codec.to_json(read)) == read
