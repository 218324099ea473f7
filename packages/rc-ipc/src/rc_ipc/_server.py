"""The host's side: one socket, many clients. Source: IPC spec sections 8 to 10, R-5, R-8, R-13."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import structlog

from rc_ipc._bind import listen_unix
from rc_ipc._errors import NotConnectedError
from rc_ipc._guest import Guest, ServerOptions
from rc_ipc._session import event_frame, subject_of
from rc_ipc._unix import own_uid, socket_path

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncGenerator, Collection

    from rc_types.events import TaskEvent
    from rc_types.ipc import ClientId

    from rc_ipc._dispatch import Handler
    from rc_ipc._transport import Listener

log = structlog.get_logger("rc_ipc")

WATCH_INTERVAL: Final = 2.0
"""Seconds between two looks at whether the path is still ours; a loss is to be noticed within 5 s (R-8)."""

ACCEPT_RETRY: Final = 0.1
"""Seconds before accepting again after the system refused, as it does when descriptors run out."""


class IpcServer:
    """A host's end of the socket; made by `serve`.

    Attributes:
        endpoint: the address, as logs and errors call it.
        endpoint_lost: set once somebody else has taken the path; connected clients stay, new ones go there.
        ignored: how often clients said something in vain, by reason.
    """

    def __init__(self, listener: Listener, handler: Handler, *, endpoint: str, options: ServerOptions) -> None:
        self.endpoint: Final = endpoint
        self.endpoint_lost: Final = asyncio.Event()
        self.ignored: Final[Counter[str]] = Counter()
        self._listener = listener
        self._handler = handler
        self._options = options
        self._order = asyncio.Lock()
        self._guests: dict[ClientId, Guest] = {}
        self._staying: dict[asyncio.Task[None], Guest] = {}
        self._watchers = (asyncio.create_task(self._accept()), asyncio.create_task(self._watch()))

    @property
    def client_ids(self) -> tuple[ClientId, ...]:
        """The clients that are connected, in the order in which they came."""
        return tuple(self._guests)

    async def broadcast(self, event: TaskEvent) -> None:
        """Send the event to every client that is connected; all of them see broadcasts in one order.

        Waits only for clients whose queue is full, as `ServerOptions.slow_consumer` says. Raises
        ProtocolViolationError or FrameTooLargeError, and sends nothing, if the event does not fit the wire.
        """
        frame = event_frame(event, limits=self._options.frames)
        subject = subject_of(event)
        async with self._order:
            full = [guest for guest in self._guests.values() if not guest.offer(frame, subject)]
            if full:
                await asyncio.gather(*(guest.deliver(frame, subject) for guest in full))
        await asyncio.sleep(0)  # a host that broadcasts without pause must not keep its clients from reading

    async def send(self, client_id: ClientId, event: TaskEvent) -> None:
        """Send the event to one client; NotConnectedError if there is none of that name."""
        guest = self._guests.get(client_id)
        if guest is None:
            raise NotConnectedError(self.endpoint, f"no client {client_id!r}")
        await guest.answer(event)

    async def aclose(self) -> None:
        """Stop accepting, let commands finish and queues flow, then close everything; safe to call twice."""
        for watcher in self._watchers:
            watcher.cancel()
        try:
            await asyncio.gather(*self._watchers, return_exceptions=True)
            await self._listener.aclose()
            await asyncio.gather(*(guest.farewell() for guest in self._staying.values()))
            await asyncio.gather(*self._staying, return_exceptions=True)
        finally:
            for task in self._staying:  # none is left, unless this very call was cancelled
                task.cancel()
            await self._listener.aclose()

    async def _accept(self) -> None:
        while True:
            try:
                transport = await self._listener.accept()
            except OSError as exc:
                log.warning("ipc.accept_failed", endpoint=self.endpoint, error=exc.strerror)
                await asyncio.sleep(ACCEPT_RETRY)
                continue
            if len(self._staying) >= self._options.max_clients:
                log.warning("ipc.too_many_clients", endpoint=self.endpoint, limit=self._options.max_clients)
                await transport.aclose()
                continue
            guest = Guest(transport, self._handler, options=self._options, order=self._order, tally=self.ignored)
            task = asyncio.create_task(self._host(guest), name=f"rc-ipc-{guest.client_id}")
            self._guests[guest.client_id] = guest
            self._staying[task] = guest
            task.add_done_callback(self._staying.pop)

    async def _host(self, guest: Guest) -> None:
        try:
            await guest.converse()
        finally:
            del self._guests[guest.client_id]
        await guest.finish()

    async def _watch(self) -> None:
        while self._listener.is_reachable():  # noqa: ASYNC110 - a file system has no event for it everywhere
            await asyncio.sleep(WATCH_INTERVAL)
        log.error("ipc.endpoint_lost", endpoint=self.endpoint)
        self.endpoint_lost.set()


@asynccontextmanager
async def serving(
    listener: Listener, handler: Handler, *, endpoint: str, options: ServerOptions
) -> AsyncGenerator[IpcServer]:
    """Serve whoever arrives at the listener until the block ends; owns the listener."""
    server = IpcServer(listener, handler, endpoint=endpoint, options=options)
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
    options: ServerOptions | None = None,
) -> AsyncGenerator[IpcServer]:
    """Be the host at `address` until the block ends.

    Args:
        address: path of the socket, or `unix:PATH`. Its folder must exist.
        handler: called with each valid command and the id of its client; returns the answer, if there is one.
        takeover: take the path from a server that is alive, instead of refusing.
        allowed_uids: users who may connect; by default only our own.
        options: limits and policies.

    Raises AddressInUseError, PermissionDeniedError or AddressError if the address cannot be had.
    """
    path = socket_path(address)
    listener = listen_unix(path, allowed_uids=own_uid() if allowed_uids is None else allowed_uids, takeover=takeover)
    async with serving(listener, handler, endpoint=path, options=options or ServerOptions()) as server:
        yield server
