"""Manners towards Node's reader: how much goes out back to back. No I/O. Source: IPC spec R-6."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much goes out back to back before the writer pauses.

    node-ipc hands frames over only when a read ends on a frame border (F3), so that a writer who never pauses
    can starve it. Source: IPC spec R-6.
    """

    burst: int = 32 * 1024
    """Bytes; a single larger frame goes out alone."""
    pause: float = 0.001
    """Seconds; 0 for peers that need no pauses, mind no large frames, and take several frames in one write."""


class Pacer:
    """Says when a writer may go on."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._written = 0
        self._paused_until = 0.0

    def admits(self, size: int, now: float) -> bool:
        """Return whether a frame of so many bytes may go out now, which is a time in seconds."""
        return now >= self._paused_until or self._written + size <= self._pace.burst

    def note(self, size: int, now: float) -> None:
        """Note that a frame has gone out."""
        self._written = size if now >= self._paused_until else self._written + size
        self._paused_until = now + self._pace.pause
