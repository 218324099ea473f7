"""What one viewer has not been sent yet. Who cannot keep up never keeps anybody waiting."""

from __future__ import annotations

import asyncio
from typing import Final

from rc_evals.web.live.frames import comment

MOST_BYTES: Final = 256 * 1024
"""That may wait for a slow viewer; then it is told how things stand as soon as it can hear again."""


class Viewer:
    """One connection.

    Args:
        since: the latest event of the journal that it was told before; None for one that knows nothing.
    """

    def __init__(self, since: int | None) -> None:
        self.since = since
        self.needs_greeting = True
        """Whether it has yet to be told how things stand."""
        self.dropped = 0
        """Batches that it was too slow for."""
        self._waiting: list[bytes] = []
        self._bytes = 0
        self._is_behind = self._is_closed = False
        self._woken = asyncio.Event()

    def greet(self, greeting: bytes) -> None:
        """Tell it how things stand; from here on it gets every batch."""
        self.needs_greeting = False
        if self.dropped:
            greeting = comment(f"{self.dropped} updates were left out for a slow connection") + greeting
        self._put(greeting)

    def offer(self, batch: bytes) -> None:
        """Tell it what is new, unless it has to be greeted first."""
        if self.needs_greeting or self._is_closed:
            return
        if self._is_behind or self._bytes + len(batch) > MOST_BYTES:
            self._is_behind = True
            self.dropped += 1
            self._waiting.clear()
            self._bytes = 0
        else:
            self._put(batch)

    async def take(self) -> bytes:
        """Return all that waits, as soon as there is anything; empty once there will be no more."""
        while not self._waiting:
            if self._is_closed:
                return b""
            if self._is_behind:
                self._is_behind, self.since, self.needs_greeting = False, None, True
            self._woken.clear()
            await self._woken.wait()
        taken = b"".join(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        return taken

    def close(self) -> None:
        """Let `take` come to its end."""
        self._is_closed = True
        self._woken.set()

    def _put(self, data: bytes) -> None:
        self._waiting.append(data)
        self._bytes += len(data)
        self._woken.set()
