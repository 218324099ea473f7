"""Frames on their way to one peer: bounded, in order, and at a pace that Node's reader can bear."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rc_ipc._backlog import Backlog, Subject
from rc_ipc._errors import ConnectionLostError

if TYPE_CHECKING:
    from rc_ipc._transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much goes out back to back before the writer pauses.

    node-ipc hands frames over only when a read ends on a frame border (F3), so that a writer who never pauses
    can starve it. Source: IPC spec R-6.
    """

    burst: int = 32 * 1024
    """Bytes; a single larger frame goes out alone."""
    pause: float = 0.001
    """Seconds; 0 for peers that need no pauses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLimits:
    """What may wait for one peer before it counts as too slow. Source: IPC spec R-5."""

    frames: int = 1000
    bytes: int = 16 * 1024 * 1024


class Outgoing:
    """The sending half of a connection; `run` moves what `offer` takes."""

    def __init__(self, transport: Transport, *, limits: QueueLimits, pace: Pace) -> None:
        self._transport = transport
        self._pace = pace
        self._waiting: Backlog[bytes] = Backlog(max_items=limits.frames, max_bytes=limits.bytes)
        self._offered = asyncio.Event()
        self._moved = asyncio.Event()
        self._in_hand = False
        self._broken: ConnectionLostError | None = None
        self.blocked = False
        """True while the peer, not our own pace, is what holds up the next frame."""
        self.frames_sent: int = 0
        self.bytes_sent: int = 0

    @property
    def backlog(self) -> Backlog[bytes]:
        """What waits, for whoever counts."""
        return self._waiting

    def offer(self, frame: bytes, subject: Subject | None = None) -> bool:
        """Queue the frame and return True, or return False if the queue is full; never waits."""
        if not self._waiting.put(frame, size=len(frame), subject=subject):
            return False
        self._offered.set()
        return True

    async def moved(self) -> None:
        """Wait until one more frame is with the carrier.

        Raises ConnectionLostError once nothing will ever move again.
        """
        if self._broken is None:
            self._moved.clear()
            await self._moved.wait()
        if self._broken is not None:
            raise self._broken

    async def flushed(self) -> None:
        """Wait until everything that was offered is with the carrier; ConnectionLostError if it never will be."""
        while self._waiting or self._in_hand:
            await self.moved()

    async def run(self) -> None:
        """Write until cancelled; raise ConnectionLostError when the peer has gone."""
        try:
            await self._write()
        except ConnectionLostError as exc:
            self.give_up(exc)
            raise

    def give_up(self, reason: ConnectionLostError) -> None:
        """Tell everybody who waits that nothing will move again. The first reason stays."""
        self._broken = self._broken or reason
        self._moved.set()

    async def _write(self) -> None:
        now = asyncio.get_running_loop().time
        burst, last = 0, 0.0
        while True:
            while not self._waiting:
                self._offered.clear()
                await self._offered.wait()
            frame = self._waiting.pop()
            self._in_hand = True
            if now() - last >= self._pace.pause:
                burst = 0
            elif burst + len(frame) > self._pace.burst:
                await asyncio.sleep(self._pace.pause)
                burst = 0
            self.blocked = True
            await self._transport.send(frame)
            self.blocked = self._in_hand = False
            burst, last = burst + len(frame), now()
            self.frames_sent += 1
            self.bytes_sent += len(frame)
            self._moved.set()
