"""The host's side: one socket, many clients. Source: IPC spec sections 8 to 10, R-5, R-8, R-13."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, cast

from rc_ipc._address import ZMQ_SCHEMES, parse_address
from rc_ipc._counters import Counters
from rc_ipc._errors import NotConnectedError
from rc_ipc._guest import ServerOptions
from rc_ipc._guests import Guests
from rc_ipc._local import listen_local, trusted_uids
from rc_ipc._log import log
from rc_ipc._message_log import LoggedDoor
from rc_ipc._stream import StreamDoor
from rc_ipc._zmq import open_zmq_door

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncGenerator, Collection

    from rc_types.events import TaskEvent
    from rc_types.ipc import ClientId

    from rc_ipc._curve import CurveServer
    from rc_ipc._dispatch import Handler
    from rc_ipc._transport import F, Listener, Multipart
    from rc_ipc._wire import Door


WATCH_INTERVAL: Final = 2.0
"""Seconds between two looks at whether the path is still ours; a loss is to be noticed within 5 s (R-8)."""


BREATH: Final = 0.001
"""Seconds that a host can broadcast before everybody else gets a turn."""


class IpcServer:
    """A host's end of the socket; made by `serve`.

    Attributes:
        endpoint: the address, as logs and errors call it.
        endpoint_lost: set once somebody else has taken the path; connected clients stay, new ones go there.
        counters: what has passed since the server was opened, all clients together.
    """

    def __init__(self, guests: Guests[bytes] | Guests[Multipart], *, endpoint: str, counters: Counters) -> None:
        self.endpoint: Final = endpoint
        self.endpoint_lost: Final = asyncio.Event()
        self.counters: Final = counters
        self._guests = guests
        self._now = asyncio.get_running_loop().time
        self._rested_at = self._now()
        self._watchers = (asyncio.create_task(guests.welcome()), asyncio.create_task(self._watch()))

    @property
    def client_ids(self) -> tuple[ClientId, ...]:
        """The clients that are connected, in the order in which they came."""
        return self._guests.client_ids

    async def broadcast(self, event: TaskEvent) -> None:
        """Send the event to every client that is connected; all of them see broadcasts in one order.

        Waits only for clients whose queue is full, as `ServerOptions.slow_consumer` says. Raises
        ProtocolViolationError or FrameTooLargeError, and sends nothing, if the event does not fit the wire.
        """
        await self._guests.broadcast(event)
        now = self._now()
        if now - self._rested_at > BREATH:
            await asyncio.sleep(0)  # a host that broadcasts without pause must not keep its clients from talking
            self._rested_at = now

    async def send(self, client_id: ClientId, event: TaskEvent) -> None:
        """Send the event to one client; NotConnectedError if there is none of that name."""
        if not await self._guests.send(client_id, event):
            raise NotConnectedError(self.endpoint, f"no client {client_id!r}")

    async def aclose(self) -> None:
        """Stop accepting, let commands finish and queues flow, then close everything; safe to call twice."""
        for watcher in self._watchers:
            watcher.cancel()
        door = self._guests.door
        try:
            await asyncio.gather(*self._watchers, return_exceptions=True)
            await door.aclose()
            await self._guests.dismiss()
        finally:
            await door.aclose()

    async def _watch(self) -> None:
        while self._guests.door.is_reachable():  # noqa: ASYNC110 - a file system has no event for it everywhere
            await asyncio.sleep(WATCH_INTERVAL)
        log.error("ipc.endpoint_lost", endpoint=self.endpoint)
        self.endpoint_lost.set()


@asynccontextmanager
async def serving(
    listener: Listener, handler: Handler, *, endpoint: str, options: ServerOptions
) -> AsyncGenerator[IpcServer]:
    """Serve whoever arrives at the listener until the block ends; owns the listener."""
    door = StreamDoor(listener, limits=options.frames)
    async with serving_at(door, handler, endpoint=endpoint, options=options, counters=Counters()) as server:
        yield server


@asynccontextmanager
async def serving_at(
    door: Door[F], handler: Handler, *, endpoint: str, options: ServerOptions, counters: Counters
) -> AsyncGenerator[IpcServer]:
    """Serve whoever comes in by the door until the block ends; owns the door."""
    if options.log_messages:
        door = LoggedDoor(door, endpoint)
    guests = Guests(door, handler, endpoint=endpoint, options=options, counters=counters)
    server = IpcServer(cast("Guests[bytes] | Guests[Multipart]", guests), endpoint=endpoint, counters=counters)
    try:
        yield server
    finally:
        await server.aclose()


@asynccontextmanager
async def serve(
    address: str | os.PathLike[str],
    handler: Handler,
    *,
    takeover: bool = False,
    allowed_uids: Collection[int] | None = None,
    curve: CurveServer | None = None,
    insecure: bool = False,
    options: ServerOptions | None = None,
) -> AsyncGenerator[IpcServer]:
    """Be the host at `address` until the block ends.

    Args:
        address: path of the socket, `unix:PATH`, `zmq+ipc://PATH`, `zmq+tcp://HOST:PORT` or `zmq+inproc://NAME`; on
            Windows `pipe:NAME`, or a path, which names a pipe there. The folder of a socket must exist; with port 0
            the system chooses, and `IpcServer.endpoint` tells.
        handler: called with each valid command and the id of its client; returns the answer, if there is one.
        takeover: take the path from a server that is alive, instead of refusing.
        allowed_uids: users who may connect by a path; by default we and root.
        curve: our keys and the clients' that may connect over ZeroMQ; needed for `zmq+tcp`.
        insecure: serve `zmq+tcp` on the loopback interface without keys, open to every user of this machine.
        options: limits and policies.

    Raises AddressInUseError, PermissionDeniedError or AddressError if the address cannot be had.
    """
    where = parse_address(address)
    chosen = options or ServerOptions()
    uids = trusted_uids(allowed_uids)
    if where.scheme in ZMQ_SCHEMES:
        door = open_zmq_door(where, uids, curve, insecure=insecure, takeover=takeover, options=chosen)
        async with serving_at(
            door, handler, endpoint=door.endpoint, options=door.options, counters=Counters(ignored=door.ignored)
        ) as server:
            yield server
    else:
        listener = listen_local(where, uids, takeover=takeover)
        async with serving(listener, handler, endpoint=str(where), options=chosen) as server:
            yield server
