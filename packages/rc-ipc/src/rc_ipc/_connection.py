"""A transport and its two pumps. What goes out is bounded, in order, and at a pace that Node's reader can bear."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, NoReturn, cast

from rc_ipc._backlog import Backlog
from rc_ipc._errors import ConnectionLostError, IpcError
from rc_ipc._log import log
from rc_ipc._pace import Pace, Pacer
from rc_ipc._session import subject_of
from rc_ipc._transport import F, size_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rc_ipc._counters import Counters
    from rc_ipc._session import AnyTaskEvent
    from rc_ipc._transport import Carrier


LARGE_FRAME: Final = 1024 * 1024
"""Bytes of a sent frame that are worth a line in the log, where the peer may be Node. Source: IPC spec R-4."""


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
        counters: where everything that passes is counted.
    """

    def __init__(self, transport: Carrier[F], *, queue: QueueLimits, pace: Pace, counters: Counters) -> None:
        self._transport = transport
        self._pace = pace
        self._pacer = Pacer(pace)
        self._counters = counters
        self._now = asyncio.get_running_loop().time
        self._offered = asyncio.Event()
        self._moved = asyncio.Event()
        self._pumps: tuple[asyncio.Task[None], ...] = ()
        self._ended: IpcError | None = None
        self._in_hand = False
        self._is_speaking = False
        self.waiting: Final[Backlog[F, AnyTaskEvent]] = Backlog(
            subject_of, max_items=queue.frames, max_bytes=queue.bytes
        )
        self.blocked = False
        """True while the peer, and not our own pace, holds up the next frame."""

    def offer(self, frame: F, about: AnyTaskEvent | None = None) -> bool:
        """Send or queue the frame and return True, or return False if the queue is full; never waits.

        Args:
            frame: what goes out.
            about: the event in it, if it is one, which a later one may supersede.

        Raises what ended the connection, if it has ended.
        """
        self._raise_if_ended()
        size = size_of(frame)
        if not self._send_at_once(frame, size) and not self._put(frame, size, about):
            return False
        if size > LARGE_FRAME and self._pace.pause:
            log.warning("ipc.large_frame", bytes=size, why="node-ipc reads large frames in quadratic time")
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
        await self._transport.drained()

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
        failures: list[BaseException | None] = []
        try:
            failures = await asyncio.gather(*self._pumps, return_exceptions=True)
        finally:  # also if this is cancelled: nobody may wait for a connection that is no more
            causes = [failure for failure in failures if isinstance(failure, IpcError)]
            self.cut(causes[0] if causes else ConnectionLostError())
            await self._transport.aclose()
        return failures

    def _raise_if_ended(self) -> None:
        if self._ended is not None:
            raise self._ended.with_traceback(None)  # else it would grow by a traceback every time

    async def _read(self, take: Callable[[F], Awaitable[None]]) -> None:
        while chunk := await self._transport.receive():
            self._counters.bytes_received += size_of(chunk)
            await take(chunk)

    async def _write(self) -> None:
        """Send what could not be sent at once."""
        while True:
            while not self.waiting:
                self._offered.clear()
                await self._offered.wait()
            frames = self._next_frames()
            frame = _together(frames)
            size = size_of(frame)
            self._in_hand = True
            while not self._pacer.admits(size, self._now()):  # noqa: ASYNC110 - it is time that has to pass
                await asyncio.sleep(self._pace.pause)
            if not self._transport.send_now(frame):
                self.blocked = True
                self._moved.set()
                await self._transport.send(frame)
            self.blocked = self._in_hand = False
            self._note_sent(len(frames), size, self._now())
            self._moved.set()

    def _next_frames(self) -> list[F]:
        """Take what goes out next: one frame; of a stream whose reader minds nothing, as many as make a burst."""
        frames = [self.waiting.pop()]
        if isinstance(frames[0], bytes) and not self._pace.pause:
            size = len(frames[0])
            while self.waiting and size < self._pace.burst:
                frames.append(self.waiting.pop())
                size += size_of(frames[-1])
        return frames

    def _send_at_once(self, frame: F, size: int) -> bool:
        """Send the frame, if it is its turn and neither the peer nor our pace holds it up; return whether it is."""
        now = self._now()
        is_its_turn = self._pumps and not (self.waiting or self._in_hand or self._is_speaking)
        if not is_its_turn or not self._pacer.admits(size, now):
            return False
        try:
            is_sent = self._transport.send_now(frame)
        except ConnectionLostError as exc:
            self.cut(exc)
            raise
        if is_sent:
            self._note_sent(1, size, now)
            if not self._pace.pause:
                self._is_speaking = True
                asyncio.get_running_loop().call_soon(self._pause_for_breath)
        return is_sent

    def _pause_for_breath(self) -> None:
        """Let the next frame go out at once again; those that were offered meanwhile go out together."""
        self._is_speaking = False

    def _note_sent(self, frames: int, size: int, now: float) -> None:
        self._pacer.note(size, now)
        self._counters.frames_sent += frames
        self._counters.bytes_sent += size

    def _put(self, frame: F, size: int, about: AnyTaskEvent | None) -> bool:
        waiting, counters = self.waiting, self._counters
        coalesced = waiting.coalesced
        if not waiting.put(frame, size=size, about=about):
            return False
        counters.coalesced += waiting.coalesced - coalesced
        counters.high_water = max(counters.high_water, len(waiting))
        self._offered.set()
        return True


def _together(frames: list[F]) -> F:
    """Return frames of a stream in one piece; messages in parts come one at a time."""
    return cast("F", b"".join(cast("list[bytes]", frames))) if len(frames) > 1 else frames[0]
