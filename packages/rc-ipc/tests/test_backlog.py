"""The bounded queue and its coalescing."""

from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc._backlog import Backlog, Subject

T = TypeVar("T")


class Queue(Backlog[T, Subject]):
    """A backlog of entries that say themselves what they are about."""

    def __init__(self, *, max_items: int, max_bytes: int | None = None) -> None:
        super().__init__(lambda subject: subject, max_items=max_items, max_bytes=max_bytes)


subjects = st.none() | st.builds(Subject, st.sampled_from("ab"), st.booleans())


class Model:
    """The rule in so many words: what it costs does not matter here."""

    def __init__(self, *, max_items: int, max_bytes: int) -> None:
        self.max_items, self.max_bytes = max_items, max_bytes
        self.entries: list[tuple[int, int, Subject | None]] = []
        self.coalescing = False

    def put(self, item: int, size: int, about: Subject | None) -> bool:
        if not self.coalescing and self._fits([*self.entries, (item, size, about)]):
            self.entries.append((item, size, about))
            return True
        if not self.coalescing:
            self.coalescing = True
            entries, self.entries = self.entries, []
            for entry in entries:
                self.entries = self._with(entry)
        after = self._with((item, size, about))
        if not self._fits(after):
            return False
        self.entries = after
        return True

    def pop(self) -> int:
        item, _size, _about = self.entries.pop(0)
        few, small = 2 * len(self.entries) <= self.max_items, 2 * self._bytes(self.entries) <= self.max_bytes
        self.coalescing = self.coalescing and not (few and small)
        return item

    def _with(self, entry: tuple[int, int, Subject | None]) -> list[tuple[int, int, Subject | None]]:
        about = entry[2]
        for at, (_item, _size, older) in enumerate(self.entries):
            if about is not None and older is not None and older.transient and older.key == about.key:
                return [*self.entries[:at], entry, *self.entries[at + 1 :]]
        return [*self.entries, entry]

    def _fits(self, entries: list[tuple[int, int, Subject | None]]) -> bool:
        return len(entries) == 1 or (len(entries) <= self.max_items and self._bytes(entries) <= self.max_bytes)

    def _bytes(self, entries: list[tuple[int, int, Subject | None]]) -> int:
        return sum(size for _item, size, _about in entries)


@given(
    steps=st.lists(st.none() | st.tuples(subjects, st.integers(0, 3)), max_size=80),
    room=st.integers(1, 8),
    bytes_each=st.integers(1, 3),
)
def test_it_keeps_what_the_rule_keeps_in_the_order_of_the_rule(
    steps: list[tuple[Subject | None, int] | None], room: int, bytes_each: int
) -> None:
    """IPC spec R-5, step 1: bounded; what is superseded gives its place, and nothing else is lost; a None takes one."""
    backlog: Queue[int] = Queue(max_items=room, max_bytes=bytes_each * room)
    model = Model(max_items=room, max_bytes=bytes_each * room)
    accepted = taken = 0
    for number, step in enumerate(steps):
        if step is not None:
            subject, size = step
            is_in = backlog.put(number, size=size, about=subject)
            assert is_in == model.put(number, size, subject)
            accepted += is_in
        elif model.entries:
            assert backlog.pop() == model.pop()
            taken += 1
        assert len(backlog) == len(model.entries) <= room
        assert taken + len(backlog) + backlog.coalesced == accepted
    assert [backlog.pop() for _ in range(len(backlog))] == [item for item, _size, _about in model.entries]
    assert backlog.bytes == 0


def test_an_entry_over_the_bound_waits_alone() -> None:
    """Our rule: what may be sent at all can be queued, or its sender would wait for ever."""
    backlog: Queue[str] = Queue(max_items=3, max_bytes=10)
    assert backlog.put("large", size=11)
    assert not backlog.put("small", size=1)
    assert backlog.pop() == "large"


def test_nothing_is_coalesced_while_there_is_room() -> None:
    """IPC spec R-5: only when full."""
    backlog: Queue[int] = Queue(max_items=3)
    assert all(backlog.put(n, about=Subject("a", transient=True)) for n in range(3))
    assert [backlog.pop() for _ in range(3)] == [0, 1, 2]


def test_the_newer_takes_the_place_of_the_older() -> None:
    """IPC spec R-5, step 1."""
    backlog: Queue[str] = Queue(max_items=2)
    backlog.put("old", about=Subject("a", transient=True))
    backlog.put("between")
    assert backlog.put("new", about=Subject("a", transient=False))
    assert [backlog.pop(), backlog.pop()] == ["new", "between"]


def test_a_final_entry_is_never_replaced() -> None:
    """IPC spec R-5: only partial messages are superseded."""
    backlog: Queue[str] = Queue(max_items=1)
    backlog.put("final", about=Subject("a", transient=False))
    assert not backlog.put("late", about=Subject("a", transient=True))
    assert backlog.pop() == "final"


def test_popping_from_an_empty_backlog_is_an_index_error() -> None:
    """Our rule: as with a deque."""
    with pytest.raises(IndexError):
        Queue[int](max_items=1).pop()
