"""One event, one line; nothing in it can harm a terminal."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc.cli.lines import line_of, wire_of
from rc_ipc.cli.terminal import Screen, aligned, cut, styled, width_of
from rc_types.events import MalformedTaskEvent, TaskEvent, UnknownTaskEvent, read_task_event, task_event
from rc_types.testing import instances

HARMFUL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(event: object, *, coloured: bool = False) -> str:
    return styled(line_of(read_task_event(event), at="12:00:00"), coloured=coloured, width=None)


@given(event=instances(task_event))
def test_every_event_is_one_harmless_line(event: TaskEvent) -> None:
    """A chat is whatever a model, or a file that it read, says."""
    assert HARMFUL.search(styled(line_of(event, at="12:00:00"), coloured=False, width=None)) is None


@given(event=instances(task_event))
def test_json_is_the_event_as_it_came(event: TaskEvent) -> None:
    """What a program reads is the wire's own shape."""
    assert wire_of(event) == event.to_wire()


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"eventName": "taskCreated", "payload": ["0197c5b2-0c9a77ff"]}, "taskCreated            0c9a77ff"),
        ({"eventName": "taskDreams", "payload": ["\x1b[2J"]}, r'["\u001b[2J"]'),
        ({"eventName": "taskCreated", "payload": []}, "malformed"),
        ({"eventName": "taskToolFailed", "payload": ["t", "edit", "a\nb\x07"]}, r"t         edit: a b\x07"),
        ("nonsense", "malformed"),
    ],
)
def test_a_line_says_what_is_worth_knowing(event: object, expected: str) -> None:
    """Names, the end of the task's id, details."""
    assert expected in shown(event)


def test_what_is_not_understood_is_written_as_it_came() -> None:
    """IPC spec R-14."""
    raw = {"eventName": "taskDreams", "payload": ["t"]}
    assert isinstance(read_task_event(raw), UnknownTaskEvent)
    assert wire_of(read_task_event(raw)) == raw
    assert isinstance(read_task_event(5), MalformedTaskEvent)
    assert wire_of(read_task_event(5)) == 5


def test_colours_do_not_change_the_text() -> None:
    """They only surround it."""
    event = {"eventName": "taskAborted", "payload": ["t"]}
    assert "\x1b[31mtaskAborted" in shown(event, coloured=True)
    assert "\x1b" not in shown(event)


@given(text=st.text(), width=st.integers(1, 30))
def test_a_line_never_takes_more_columns_than_there_are(text: str, width: int) -> None:
    """Otherwise a line that changes in place would leave remains."""
    assert width_of(cut(text, width)) <= width
    assert cut(text, width_of(text)) == text


def test_columns_count_wide_characters_twice() -> None:
    """As terminals do."""
    assert aligned([["日本", "x"], ["a", "y"]]) == ["日本  x", "a     y"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_with_the_same_key_takes_the_place_of_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that streams takes one line; another event in between begins a new one."""
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    screen = Screen(terminal)
    for text, key in (("a", 1), ("b", 1), ("c", None), ("d", None), ("e", 1)):
        screen.show([(text, "")], key=key)
    assert terminal.getvalue() == "a\n\x1b[A\x1b[2K\rb\nc\nd\ne\n"
