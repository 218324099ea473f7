"""What waits for a slow reader: first in, first out, bounded; news that is out of date gives way. No I/O.

Source: IPC spec R-5. Holds the frames that wait for a peer and the events that wait for a subscriber.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")
A = TypeVar("A")


class Subject(NamedTuple):
    """What an entry is about, so that a later one about the same may take its place."""

    key: Hashable
    transient: bool
    """True if a later entry with the same key makes this one superfluous."""


@dataclass(slots=True)
class _Entry(Generic[T, A]):
    item: T
    size: int
    about: A | None
    key: Hashable = None
    """What later entries are looked up by; not known before the backlog is crowded."""


class Backlog(Generic[T, A]):
    """A bounded queue that coalesces only once it was full, until it is half empty, and counts what it coalesced.

    Args:
        subject_of: tells what an entry is about; not asked while there is room.
        max_items: how many entries may wait.
        max_bytes: how large the waiting entries may be together; one that is larger waits alone. None: no bound.
    """

    def __init__(
        self, subject_of: Callable[[A], Subject | None], *, max_items: int, max_bytes: int | None = None
    ) -> None:
        self._entries: deque[_Entry[T, A]] = deque()
        self._transient: dict[Hashable, _Entry[T, A]] | None = None
        """What waits and may be superseded, by its key; None while nothing has to be."""
        self._subject_of = subject_of
        self.max_items: Final = max_items
        self.max_bytes: Final = max_bytes
        self.bytes = 0
        self.coalesced = 0
        self.high_water = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def is_crowded(self) -> bool:
        """Whether more than half of what may wait is waiting."""
        return 2 * len(self) > self.max_items or (self.max_bytes is not None and 2 * self.bytes > self.max_bytes)

    def put(self, item: T, *, size: int = 0, about: A | None = None) -> bool:
        """Append the item and return True; or, if it is full, return False.

        What a later entry supersedes makes room first: the newer takes the place of the older. Anything else
        is never dropped, and its order is kept.
        """
        entry = _Entry(item, size, about)
        if self._transient is None:
            if self._has_room_for(entry):
                self._append(entry)
                return True
            self._transient = self._coalesce()
        return self._squeeze_in(entry, self._transient)

    def pop(self) -> T:
        """Remove and return the oldest entry; IndexError if there is none."""
        entry = self._entries.popleft()
        self.bytes -= entry.size
        if self._transient is not None:
            if self._transient.get(entry.key) is entry:
                del self._transient[entry.key]
            if not self.is_crowded:
                self._transient = None
        return entry.item

    def _has_room_for(self, entry: _Entry[T, A], older: _Entry[T, A] | None = None) -> bool:
        items, size = (1, entry.size) if older is None else (0, entry.size - older.size)
        items, size = len(self._entries) + items, self.bytes + size
        return items == 1 or (items <= self.max_items and (self.max_bytes is None or size <= self.max_bytes))

    def _append(self, entry: _Entry[T, A]) -> None:
        self._entries.append(entry)
        self.bytes += entry.size
        self.high_water = max(self.high_water, len(self._entries))

    def _coalesce(self) -> dict[Hashable, _Entry[T, A]]:
        """Let everything that waits supersede what it can; return what later entries may supersede, by its key."""
        waiting, self._entries, self.bytes = self._entries, deque(), 0
        transient: dict[Hashable, _Entry[T, A]] = {}
        for entry in waiting:
            self._squeeze_in(entry, transient)
        return transient

    def _squeeze_in(self, entry: _Entry[T, A], transient: dict[Hashable, _Entry[T, A]]) -> bool:
        """Put the entry where one that it supersedes waits, or else behind all; return whether there was room."""
        subject = None if entry.about is None else self._subject_of(entry.about)
        older = None if subject is None else transient.get(subject.key)
        if not self._has_room_for(entry, older):
            return False
        if older is None:
            self._append(entry)
        else:
            self.bytes += entry.size - older.size
            self.coalesced += 1
            older.item, older.size, older.about = entry.item, entry.size, entry.about
        if subject is not None:
            kept = older or entry
            kept.key = subject.key
            if subject.transient:
                transient[subject.key] = kept
            elif older is not None:
                del transient[subject.key]
        return True
