"""A transport and its two pumps. What goes out is bounded, in order, and at a pace that Node's reader can bear."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, NoReturn

import structlog

from rc_ipc._backlog import Backlog, Subject
from rc_ipc._errors import ConnectionLostError, IpcError
from rc_ipc._transport import F, size_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rc_ipc._transport import Carrier

log = structlog.get_logger("rc_ipc")

LARGE_FRAME: Final = 1024 * 1024
"""Bytes of a sent frame that are worth a line in the log, where the peer may be Node. Source: IPC spec R-4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much goes out back to back before the writer pauses.

    node-ipc hands frames over only when a read ends on a frame border (F3), so that a writer who never pauses
    can starve it. Source: IPC spec R-6.
    """

    burst: int = 32 * 1024
    """Bytes; a single larger frame goes out alone."""
    pause: float = 0.001
    """Seconds; 0 for peers that need no pauses, and mind no large frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLimits:
    """What may wait for one peer before it counts as too slow. Source: IPC spec R-5."""

    frames: int = 1000
    bytes: int = 16 * 1024 * 1024


class Connection(Generic[F]):
    """Both sides of the protocol stand on one of these.

    Args:
        transport: what carries the frames; closed when `run` ends.
        queue: bounds of what may wait to be sent.
        pace: manners towards the peer.
    """

    def __init__(self, transport: Carrier[F], *, queue: QueueLimits, pace: Pace) -> None:
        self._transport = transport
        self._pace = pace
        self._offered = asyncio.Event()
        self._moved = asyncio.Event()
        self._pumps: tuple[asyncio.Task[None], ...] = ()
        self._ended: IpcError | None = None
        self._in_hand = False
        self.waiting: Final[Backlog[F]] = Backlog(max_items=queue.frames, max_bytes=queue.bytes)
        self.blocked = False
        """True while the peer, and not our own pace, holds up the next frame."""

    def offer(self, frame: F, subject: Subject | None = None) -> bool:
        """Queue the frame and return True, or return False if the queue is full; never waits.

        Raises what ended the connection, if it has ended.
        """
        self._raise_if_ended()
        size = size_of(frame)
        if not self.waiting.put(frame, size=size, subject=subject):
            return False
        if size > LARGE_FRAME and self._pace.pause:
            log.warning("ipc.large_frame", bytes=size, why="node-ipc reads large frames in quadratic time")
        self._offered.set()
        return True

    async def moved(self) -> None:
        """Wait until the writer begins or ends with a frame; raise what ended the connection if it never will."""
        if self._ended is None:
            self._moved.clear()
            await self._moved.wait()
        self._raise_if_ended()

    async def flushed(self) -> None:
        """Wait until everything offered is with the carrier; raise what ended the connection if it never will be."""
        while self.waiting or self._in_hand:
            await self.moved()

    @property
    def has_ended(self) -> bool:
        """Whether nothing will be sent any more."""
        return self._ended is not None

    def cut(self, reason: IpcError) -> None:
        """End the connection; `run` raises the reason. The first reason stays."""
        if self._ended is None:
            self._ended = reason
            self._moved.set()
            for pump in self._pumps:
                pump.cancel()

    async def run(self, take: Callable[[F], Awaitable[None]]) -> NoReturn:
        """Hand each received chunk to `take` and send what is offered, until the connection ends.

        Never returns: raises ConnectionLostError when the peer has gone, the reason of a `cut`, or whatever
        `take` raised. The transport is closed and no task is left in any case.
        """
        self._pumps = asyncio.create_task(self._read(take)), asyncio.create_task(self._write())
        try:
            if self._ended is None:
                await asyncio.wait(self._pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            failures = await self._stop()
        for failure in failures:
            if failure is not None and not isinstance(failure, asyncio.CancelledError | IpcError):
                raise failure
        raise self._ended or ConnectionLostError

    async def _stop(self) -> list[BaseException | None]:
        for pump in self._pumps:
            pump.cancel()
        try:
            failures = await asyncio.gather(*self._pumps, return_exceptions=True)
        finally:
            await self._transport.aclose()
        causes = [failure for failure in failures if isinstance(failure, IpcError)]
        self.cut(causes[0] if causes else ConnectionLostError())
        return failures

    def _raise_if_ended(self) -> None:
        if self._ended is not None:
            raise self._ended.with_traceback(None)  # else it would grow by a traceback every time

    async def _read(self, take: Callable[[F], Awaitable[None]]) -> None:
        while chunk := await self._transport.receive():
            await take(chunk)
            await asyncio.sleep(0)  # a peer that never pauses must not keep everybody else from being heard

    async def _write(self) -> None:
        now = asyncio.get_running_loop().time
        burst, last = 0, 0.0
        while True:
            while not self.waiting:
                self._offered.clear()
                await self._offered.wait()
            frame = self.waiting.pop()
            size = size_of(frame)
            self._in_hand = True
            if now() - last >= self._pace.pause:
                burst = 0
            elif burst + size > self._pace.burst:
                await asyncio.sleep(self._pace.pause)
                burst = 0
            self.blocked = True
            self._moved.set()
            await self._transport.send(frame)
            self.blocked = self._in_hand = False
            burst, last = burst + size, now()
            self._moved.set()
