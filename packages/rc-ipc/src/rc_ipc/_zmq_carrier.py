"""One client of a ROUTER: what has arrived from it, and what goes to it. Source: IPC spec 15.2, 15.3, R-5."""

from __future__ import annotations

import asyncio
import errno
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

import zmq

from rc_ipc._errors import ConnectionLostError
from rc_ipc._transport import Carrier, Multipart, size_of
from rc_ipc._zmq_codec import ErrorCode, Kind, encode_parts, error_parts

if TYPE_CHECKING:
    from rc_ipc._connection import QueueLimits

FIRST_RETRY: Final = 0.001
"""Seconds until a full client is offered the message again; doubles. A ROUTER does not tell when there is room."""

LONGEST_RETRY: Final = 0.02
"""Seconds between two such offers, at most."""


class Switchboard(Protocol):
    """The ROUTER that a client is connected to."""

    async def post(self, routing_id: bytes, parts: Multipart) -> None:
        """Hand the message to libzmq at once; raises `zmq.ZMQError` if that cannot be."""
        ...

    async def forget(self, routing_id: bytes) -> None:
        """Note that the client is none any more."""
        ...


class RouterCarrier(Carrier[Multipart]):
    """One connection; made when its HELLO arrives.

    Args:
        switchboard: carries it.
        routing_id: names the client there.
        hello: correlation of its HELLO.
        key: its public key, if it has shown one.
        room: what may wait to be read.
    """

    def __init__(
        self, switchboard: Switchboard, routing_id: bytes, *, hello: bytes, key: str | None, room: QueueLimits
    ) -> None:
        self.hello: Final = hello
        self.key: Final = key
        self.heard_at = asyncio.get_running_loop().time()
        self._switchboard = switchboard
        self._routing_id = routing_id
        self._room = room
        self._arrived: deque[Multipart] = deque()
        self._arrived_bytes = 0
        self._stirred = asyncio.Event()
        self._reason: ErrorCode | None = None
        self._is_stuck = False
        self._is_gone = False
        self._is_closed = False

    def take(self, parts: Multipart) -> None:
        """Keep a message until it is read; a client that sends more than there is room for is cut off."""
        self.heard_at = asyncio.get_running_loop().time()
        size = size_of(parts)
        is_full = len(self._arrived) >= self._room.frames or self._arrived_bytes + size > self._room.bytes
        if self._arrived and is_full:
            self._reason = ErrorCode.TOO_LARGE
            self.lose()
        elif not self._is_gone:
            self._arrived.append(parts)
            self._arrived_bytes += size
        self._stirred.set()

    def lose(self) -> None:
        """Note that nothing more comes or goes; what has arrived can still be read."""
        self._is_gone = True
        self._stirred.set()

    async def send(self, parts: Multipart, /) -> None:
        """Hand the message to libzmq, waiting while it takes no more; ConnectionLostError if the client has gone."""
        delay = FIRST_RETRY
        while not self._is_gone:
            try:
                await self._switchboard.post(self._routing_id, parts)
            except zmq.ZMQError as exc:
                self._is_stuck = exc.errno == errno.EAGAIN
                if not self._is_stuck:
                    self.lose()
            else:
                self._is_stuck = False
                return
            await asyncio.sleep(delay)
            delay = min(2 * delay, LONGEST_RETRY)
        raise ConnectionLostError

    async def receive(self) -> Multipart:
        """Return the next message; `()` once the client has gone and everything has been read."""
        while not self._arrived:
            if self._is_gone:
                return ()
            self._stirred.clear()
            await self._stirred.wait()
        parts = self._arrived.popleft()
        self._arrived_bytes -= size_of(parts)
        return parts

    async def aclose(self) -> None:
        """Tell the client that we do not know it any more: a ROUTER cannot hang up."""
        if self._is_closed:
            return
        self._is_closed = True
        self._is_gone = True
        with suppress(zmq.ZMQError):
            reason = self._reason or (ErrorCode.SLOW_CONSUMER if self._is_stuck else None)
            if reason is not None:
                await self._switchboard.post(self._routing_id, error_parts(reason, "too much is waiting"))
            await self._switchboard.post(self._routing_id, encode_parts(Kind.BYE, body={"reason": "closed"}))
        await self._switchboard.forget(self._routing_id)
