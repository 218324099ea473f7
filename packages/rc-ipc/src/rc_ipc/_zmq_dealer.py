"""A client's end over ZeroMQ: one DEALER for each connection, watched by its monitor. Source: IPC spec 15.2, 15.3."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import zmq
import zmq.asyncio

from rc_ipc._errors import ConnectionLostError
from rc_ipc._transport import Carrier, Multipart
from rc_ipc._zmq_codec import Kind, encode_parts
from rc_ipc._zmq_socket import MISSED_PINGS, close, end, next_event, send

if TYPE_CHECKING:
    from rc_ipc._address import Address

T = TypeVar("T")


class DealerCarrier(Carrier[Multipart]):
    """One connection; owns its socket and context. Made by `Dialer.dial`."""

    def __init__(
        self,
        where: Address,
        context: zmq.asyncio.Context,
        socket: zmq.asyncio.Socket,
        monitor: zmq.asyncio.Socket | None,
        *,
        ping_interval: float,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._where = where
        self._context = context
        self._socket = socket
        self._monitor = monitor
        self._ping_interval = ping_interval
        self._listening_since: float | None = None
        self._gone: asyncio.Future[None] = loop.create_future()
        self._watching = loop.create_task(self._watch(), name="rc-ipc-zmq-monitor")

    async def send(self, parts: Multipart, /) -> None:
        """Hand the message to libzmq, waiting while it takes no more; ConnectionLostError if the host has gone."""
        try:
            await send(self._socket, parts, zmq.NOBLOCK)
        except zmq.Again:
            sending = asyncio.ensure_future(send(self._socket, parts))
            if not await self._first(sending):
                raise ConnectionLostError from None

    async def receive(self) -> Multipart:
        """Return the next message; `()` once the host has gone and everything has been read."""
        await asyncio.sleep(0)  # a host that never pauses must not keep everybody else from working
        while True:
            try:
                return tuple(await self._socket.recv_multipart(zmq.NOBLOCK))
            except zmq.Again:
                if self._gone.done():
                    return ()
            self._listening_since = asyncio.get_running_loop().time()
            receiving = asyncio.ensure_future(self._socket.recv_multipart())
            try:
                if await self._first(receiving):
                    return tuple(receiving.result())
            finally:
                self._listening_since = None

    async def aclose(self) -> None:
        """Say BYE, if there is somebody to hear it, and close."""
        self._watching.cancel()
        if self._socket.closed:
            return
        if self._gone.done():
            self._socket.linger = 0
        else:
            bye = encode_parts(Kind.BYE, body={"reason": "closed"})
            with suppress(zmq.ZMQError):
                await send(self._socket, bye, zmq.NOBLOCK)
        close(self._socket, self._monitor)
        try:
            await asyncio.wait({self._watching})
        finally:
            await end(self._where, self._context)

    async def _first(self, work: asyncio.Future[T]) -> bool:
        """Wait for the work or the end; return whether the work was done."""
        waiting: list[asyncio.Future[Any]] = [work, self._gone]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()  # does nothing to what is done
        return not work.cancelled()

    async def _watch(self) -> None:
        """Give signs of life; notice the end, or that the host gives none while we listen."""
        now = asyncio.get_running_loop().time
        while not await self._ends_within(self._ping_interval):
            ping = encode_parts(Kind.PING, correlation=uuid4().bytes)
            with suppress(zmq.Again):  # full of what was said already, and that will do
                await send(self._socket, ping, zmq.NOBLOCK)
            since = self._listening_since
            if since is not None and now() - since > MISSED_PINGS * self._ping_interval:
                break
        self._gone.set_result(None)

    async def _ends_within(self, seconds: float) -> bool:
        """Return whether the monitor reports the end of the connection in that time."""
        if self._monitor is None:
            await asyncio.sleep(seconds)
            return False
        try:
            async with asyncio.timeout(seconds):
                while await next_event(self._monitor) not in {zmq.Event.DISCONNECTED, zmq.Event.CLOSED}:
                    pass
        except TimeoutError:
            return False
        return True
