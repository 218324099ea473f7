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


@given(entries=st.lists(st.tuples(subjects, st.integers(0, 3)), max_size=60), room=st.integers(1, 8))
def test_it_is_bounded_and_loses_only_what_was_superseded(entries: list[tuple[Subject | None, int]], room: int) -> None:
    """IPC spec R-5, step 1."""
    backlog: Queue[int] = Queue(max_items=room, max_bytes=2 * room)
    accepted = [n for n, (subject, size) in enumerate(entries) if backlog.put(n, size=size, about=subject)]
    assert len(backlog) <= room
    assert backlog.bytes <= 2 * room
    kept = [backlog.pop() for _ in range(len(backlog))]
    assert backlog.bytes == 0
    assert len(kept) + backlog.coalesced == len(accepted)
    for gone in set(accepted) - set(kept):
        subject = entries[gone][0]
        assert subject is not None
        assert subject.transient
        assert any(later > gone and (about := entries[later][0]) and about.key == subject.key for later in kept)
    lasting = [n for n in kept if (about := entries[n][0]) is None]
    assert lasting == sorted(lasting)


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
