"""What waits for a slow reader: first in, first out, bounded; news that is out of date gives way. No I/O.

Source: IPC spec R-5. Holds the frames that wait for a peer and the events that wait for a subscriber.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

T = TypeVar("T")


class Subject(NamedTuple):
    """What an entry is about, so that a later one about the same may take its place."""

    key: Hashable
    transient: bool
    """True if a later entry with the same key makes this one superfluous."""


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    item: T
    size: int
    subject: Subject | None

    @property
    def transient(self) -> bool:
        return self.subject is not None and self.subject.transient


class Backlog(Generic[T]):
    """A bounded queue that coalesces only when it is full, and counts what it coalesced.

    Args:
        max_items: how many entries may wait.
        max_bytes: how large the waiting entries may be together; None for no such bound.
    """

    def __init__(self, *, max_items: int, max_bytes: int | None = None) -> None:
        self._entries: deque[_Entry[T]] = deque()
        self.max_items: Final = max_items
        self.max_bytes: Final = max_bytes
        self.bytes = 0
        self.coalesced = 0
        self.high_water = 0

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, item: T, *, size: int = 0, subject: Subject | None = None) -> bool:
        """Append the item and return True; or, if it is full, return False and change nothing.

        What a later entry supersedes makes room first: the newer takes the place of the older. Anything else
        is never dropped, and its order is kept.
        """
        entry = _Entry(item, size, subject)
        if self._has_room(len(self) + 1, self.bytes + size):
            self._entries.append(entry)
            self.bytes += size
        else:
            kept = _coalesce([*self._entries, entry])
            kept_bytes = sum(waiting.size for waiting in kept)
            if not self._has_room(len(kept), kept_bytes):
                return False
            self.coalesced += len(self) + 1 - len(kept)
            self._entries, self.bytes = deque(kept), kept_bytes
        self.high_water = max(self.high_water, len(self))
        return True

    def pop(self) -> T:
        """Remove and return the oldest entry; IndexError if there is none."""
        entry = self._entries.popleft()
        self.bytes -= entry.size
        return entry.item

    def _has_room(self, items: int, size: int) -> bool:
        return items <= self.max_items and (self.max_bytes is None or size <= self.max_bytes)


def _coalesce(entries: Iterable[_Entry[T]]) -> list[_Entry[T]]:
    """Return the entries with every transient one replaced, where it stands, by the next with its key."""
    kept: list[_Entry[T]] = []
    places: dict[Hashable, int] = {}
    for entry in entries:
        if entry.subject is not None:
            place = places.get(entry.subject.key)
            if place is not None and kept[place].transient:
                kept[place] = entry
                continue
            places[entry.subject.key] = len(kept)
        kept.append(entry)
    return kept
