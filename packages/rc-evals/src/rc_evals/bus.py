"""News of a run, in process: one publisher, any number of listeners, none of which can hold the run up."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

    from rc_evals.events import RunEvent

BACKLOG: Final = 10_000
"""Events that wait for a slow listener; then the oldest are dropped, and counted. The store stays the truth."""


class Listener:
    """What a subscriber has not looked at yet."""

    def __init__(self) -> None:
        self._events: deque[RunEvent] = deque(maxlen=BACKLOG)
        self.dropped = 0

    def offer(self, event: RunEvent) -> None:
        """Add an event; never waits."""
        if len(self._events) == BACKLOG:
            self.dropped += 1
        self._events.append(event)

    def take(self) -> list[RunEvent]:
        """Return what has come since the last call, oldest first."""
        taken = list(self._events)
        self._events.clear()
        return taken


class Bus:
    """Hands every event to every listener."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    def publish(self, event: RunEvent) -> None:
        """Tell all listeners; without one, nothing happens."""
        for listener in self._listeners:
            listener.offer(event)

    @contextmanager
    def listen(self) -> Generator[Listener]:
        """Hear everything published within the block."""
        listener = Listener()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
