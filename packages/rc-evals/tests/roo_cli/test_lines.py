"""Cutting what the program prints into events, wherever the bytes are cut."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals.agents.roo_cli.lines import Lines, Stray
from rc_types.cli import RooCliStreamEvent

events = st.fixed_dictionaries(
    {"type": st.just("assistant"), "content": st.text(), "id": st.integers(0, 2**50), "done": st.booleans()}
)
noise = st.text(st.characters(exclude_characters="\n\r{", exclude_categories=["Cs"])).map(lambda text: f"~{text}")
lines = st.lists(events.map(json.dumps) | noise | st.just(""))


def read(*chunks: bytes) -> list[RooCliStreamEvent | Stray]:
    """Return all that the chunks hold."""
    cutter = Lines()
    return [line for chunk in chunks for line in cutter.feed(chunk)] + list(cutter.end())


@settings(deadline=None)
@given(lines=lines, data=st.data())
def test_where_the_stream_is_cut_and_what_is_between_the_events_does_not_matter(
    lines: list[str], data: st.DataObject
) -> None:
    """Spec 22, 24.15: slow lines, partial lines and noise on the output."""
    stream = "".join(f"{line}\n" for line in lines).encode()
    places = st.lists(st.integers(0, len(stream)), max_size=8).map(sorted)
    cuts = [0, *data.draw(places), len(stream)]
    heard = read(*(stream[start:end] for start, end in pairwise(cuts)))
    assert heard == read(stream)
    told = [line.to_wire() for line in heard if isinstance(line, RooCliStreamEvent)]
    assert told == [json.loads(line) for line in lines if line.startswith("{")]


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_read_without_harm(stream: bytes) -> None:
    """Law 7: the program is foreign."""
    assert sum(isinstance(line, Stray) for line in read(stream)) <= stream.count(b"\n") + 1


@pytest.mark.parametrize(
    "line",
    [b"{", b'{"type":"boo"}', b'{"type":"assistant","id":1e400}', b'{"type":"assistant","id":"1"}', b"{" * 10_000],
)
def test_what_only_looks_like_an_event_is_told_apart_from_noise(line: bytes) -> None:
    """Spec 22: lines that do not begin with a brace are not protocol; others that cannot be read are counted."""
    assert read(line, b"\n", b"Debugger attached.\r\n") == [
        Stray(line, is_broken=True),
        Stray(b"Debugger attached.", is_broken=False),
    ]


def test_members_that_nobody_knows_are_no_trouble() -> None:
    """Spec 22.3: unknown fields must be tolerated."""
    (event,) = read(b'{"type":"result","mood":"good","success":true}\n')
    assert isinstance(event, RooCliStreamEvent)


def test_a_line_without_end_takes_only_so_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 7: bounded; the next line is read again."""
    monkeypatch.setattr("rc_evals.agents.roo_cli.lines.LONGEST_LINE", 100)
    long = json.dumps({"type": "error", "content": "x" * 100}).encode()
    cut, whole = read(long[:90], long[90:], b'\n{"type":"error"}\n')
    assert cut == Stray(long[:100], is_broken=True)
    assert isinstance(whole, RooCliStreamEvent)


def test_the_last_line_needs_no_end() -> None:
    """A program that is killed leaves it so."""
    (event,) = read(b'{"type":"error"}')
    assert isinstance(event, RooCliStreamEvent)
