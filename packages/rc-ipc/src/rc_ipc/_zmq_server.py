"""A server's end over ZeroMQ: one ROUTER for all of its clients. Source: IPC spec 15.2 to 15.4, R-8, R-9."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import zmq
import zmq.asyncio

from rc_ipc._curve import fingerprint
from rc_ipc._log import log
from rc_ipc._pace import Pace
from rc_ipc._zap import answer_zap
from rc_ipc._zmq_bind import Bound, bind_router, endpoint_of
from rc_ipc._zmq_carrier import RouterCarrier
from rc_ipc._zmq_codec import Defect, ErrorCode, Kind, ZmqMessage, decode_parts, error_parts
from rc_ipc._zmq_session import ZmqServerSession, event_parts
from rc_ipc._zmq_socket import (
    HANDSHAKE_FAILURES,
    MISSED_PINGS,
    close,
    end,
    next_event,
    send,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from rc_types.events import TaskEvent
    from rc_types.ipc import Ack

    from rc_ipc._address import Address
    from rc_ipc._curve import CurveServer
    from rc_ipc._guest import ServerOptions
    from rc_ipc._transport import Multipart


class RouterDoor:
    """Where ZeroMQ clients come in; made by `open_door`.

    Attributes:
        endpoint: the address, with the port that the system chose.
        options: of the server, without pauses.
        ignored: what arrived in vain, also from whoever never said HELLO.
    """

    def __init__(self, where: Address, bound: Bound, curve: CurveServer | None, options: ServerOptions) -> None:
        self.endpoint: Final = endpoint_of(where, bound.router)
        self.options: Final = replace(options, pace=Pace(pause=0))
        self.ignored: Final[Counter[str]] = Counter()
        self._where = where
        self._bound = bound
        self._router = bound.router
        self._has_keys = curve is not None
        self._arrivals: asyncio.Queue[RouterCarrier] = asyncio.Queue()
        self._carriers: dict[bytes, RouterCarrier] = {}
        self._is_closing = False
        self._monitor = None if where.scheme == "zmq+inproc" else bound.router.get_monitor_socket()
        work = [self._sort(), self._expire()]
        if curve is not None and bound.zap is not None:
            work.append(answer_zap(bound.zap, curve.allows, self.endpoint))
        if self._monitor is not None:
            work.append(self._watch(self._monitor))
        self._workers = [asyncio.create_task(each) for each in work]

    async def accept(self) -> tuple[RouterCarrier, Callable[[Ack], ZmqServerSession]]:
        """Return the next client that said HELLO, and what opens a session with it."""
        carrier = await self._arrivals.get()
        return carrier, partial(self._open_session, carrier)

    def event(self, event: TaskEvent, /) -> Multipart:
        """Return the EVENT, the same for every client."""
        return event_parts(event, limits=self.options.frames)

    def is_reachable(self) -> bool:
        """Return whether the address still leads here."""
        return self._bound.listener is None or self._bound.listener.is_reachable()

    async def aclose(self) -> None:
        """Let nobody in any more; the socket closes with its last client. Safe to call twice."""
        if self._where.scheme == "zmq+inproc" and not self._is_closing:
            self._router.unbind(str(self._where).removeprefix("zmq+"))  # else the name is free only some time later
        self._is_closing = True
        if self._bound.listener is not None:
            await self._bound.listener.aclose()
        while not self._arrivals.empty():
            await self._arrivals.get_nowait().aclose()
        await self._end_if_empty()

    async def post(self, routing_id: bytes, parts: Multipart) -> None:
        """Hand a message to libzmq at once; raises `zmq.ZMQError` if that cannot be."""
        await send(self._router, (routing_id, *parts), zmq.NOBLOCK)

    async def forget(self, routing_id: bytes) -> None:
        """Note that a client is none any more."""
        self._carriers.pop(routing_id, None)
        if self._is_closing:
            await self._end_if_empty()

    async def _end_if_empty(self) -> None:
        if self._carriers or self._router.closed:
            return
        for worker in self._workers:
            worker.cancel()
        close(self._router, self._monitor, self._bound.zap)
        try:
            await asyncio.gather(*self._workers, return_exceptions=True)
        finally:
            await end(self._where, self._bound.context)

    def _open_session(self, carrier: RouterCarrier, ack: Ack) -> ZmqServerSession:
        if carrier.key is not None:
            log.info("ipc.key_accepted", client_id=ack.client_id, key=fingerprint(carrier.key))
        return ZmqServerSession(ack, hello=carrier.hello, limits=self.options.frames)

    async def _sort(self) -> None:
        """Give every message to the client that it is from."""
        while True:
            routing_id, *frames = await self._router.recv_multipart(copy=False)
            parts = tuple(frame.bytes for frame in frames)
            carrier = self._carriers.get(routing_id.bytes)
            if carrier is not None:
                carrier.take(parts)
            else:
                key = str(frames[0].get("User-Id")) if frames and self._has_keys else None
                await self._meet(routing_id.bytes, parts, key)
            await asyncio.sleep(0)  # clients that never pause must not keep everybody else from working

    async def _meet(self, routing_id: bytes, parts: Multipart, key: str | None) -> None:
        """Let in who says HELLO; tell everybody else why not."""
        message = decode_parts(parts)
        if isinstance(message, ZmqMessage) and message.kind is Kind.HELLO and not self._is_closing:
            carrier = RouterCarrier(self, routing_id, hello=message.correlation, key=key, room=self.options.queue)
            self._carriers[routing_id] = carrier
            self._arrivals.put_nowait(carrier)
            return
        if isinstance(message, Defect):
            self.ignored[message.reason] += 1
            if message.reason != ErrorCode.UNSUPPORTED_VERSION:
                return
            answer = error_parts(ErrorCode.UNSUPPORTED_VERSION, "this is RCIPC/1", correlation=correlation_in(parts))
        elif message.kind is Kind.BYE:
            return
        else:
            code = ErrorCode.SHUTTING_DOWN if self._is_closing else ErrorCode.HELLO_REQUIRED
            self.ignored[code] += 1
            answer = error_parts(code, "say HELLO first", correlation=message.correlation)
        with suppress(zmq.ZMQError):
            await self.post(routing_id, answer)

    async def _expire(self) -> None:
        """Give up clients that give no sign of life: a ROUTER learns nothing of their end."""
        patience = MISSED_PINGS * self.options.ping_interval
        while True:
            await asyncio.sleep(self.options.ping_interval)
            latest = asyncio.get_running_loop().time() - patience
            for carrier in self._carriers.values():
                if carrier.heard_at < latest:
                    carrier.lose()

    async def _watch(self, monitor: zmq.asyncio.Socket) -> None:
        """Log who failed to come in; a key that is turned away has its own line."""
        while True:
            event = await next_event(monitor)
            if event in HANDSHAKE_FAILURES:
                self.ignored["handshake_failed"] += 1
            if event in HANDSHAKE_FAILURES - {zmq.Event.HANDSHAKE_FAILED_AUTH}:
                log.warning("ipc.handshake_failed", endpoint=self.endpoint, reason=str(event.name).lower())


def open_door(
    where: Address,
    allowed_uids: Collection[int],
    curve: CurveServer | None,
    *,
    takeover: bool,
    options: ServerOptions,
) -> RouterDoor:
    """Bind the address and begin to listen; raises AddressError and its kind if it cannot be had."""
    bound = bind_router(where, allowed_uids, curve, takeover=takeover, options=options)
    return RouterDoor(where, bound, curve, options)


def correlation_in(parts: Multipart) -> bytes:
    """Return the correlation of a message whose version we do not know, if there is one where ours have it."""
    return parts[2] if len(parts) > 2 and len(parts[2]) == 16 else b""
