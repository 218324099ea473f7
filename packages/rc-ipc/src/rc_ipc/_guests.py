"""Everybody who is connected to a server: how they come in, and what all of them are told. Source: IPC spec 8, R-5."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Generic

from rc_ipc._guest import Guest, ServerOptions
from rc_ipc._log import log
from rc_ipc._transport import F

if TYPE_CHECKING:
    from rc_types.events import TaskEvent
    from rc_types.ipc import ClientId

    from rc_ipc._counters import Counters
    from rc_ipc._dispatch import Handler
    from rc_ipc._wire import Door


ACCEPT_RETRY: Final = 0.1
"""Seconds before accepting again after the system refused, as it does when descriptors run out."""


class Guests(Generic[F]):
    """The clients of one server.

    Args:
        door: where they come in; owned from here on.
        handler: the host's part.
        endpoint: the address, for logs.
        options: of the server.
        counters: of the server.
    """

    def __init__(
        self, door: Door[F], handler: Handler, *, endpoint: str, options: ServerOptions, counters: Counters
    ) -> None:
        self.door: Final = door
        self._handler = handler
        self._endpoint = endpoint
        self._options = options
        self._counters = counters
        self._order = asyncio.Lock()
        self._present: dict[ClientId, Guest[F]] = {}
        self._staying: dict[asyncio.Task[None], Guest[F]] = {}

    @property
    def client_ids(self) -> tuple[ClientId, ...]:
        """The clients that are connected, in the order in which they came."""
        return tuple(self._present)

    async def welcome(self) -> None:
        """Let in whoever comes, until cancelled."""
        while True:
            try:
                carrier, open_session = await self.door.accept()
            except OSError as exc:
                log.warning("ipc.accept_failed", endpoint=self._endpoint, error=exc.strerror)
                await asyncio.sleep(ACCEPT_RETRY)
                continue
            if len(self._staying) >= self._options.max_clients:
                log.warning("ipc.too_many_clients", endpoint=self._endpoint, limit=self._options.max_clients)
                await carrier.aclose()
                continue
            guest = Guest(
                carrier, open_session, self._handler, options=self._options, order=self._order, counters=self._counters
            )
            task = asyncio.create_task(self._host(guest), name=f"rc-ipc-{guest.client_id}")
            self._present[guest.client_id] = guest
            self._staying[task] = guest
            task.add_done_callback(self._staying.pop)

    async def broadcast(self, event: TaskEvent) -> None:
        """Send the event to everybody; as `IpcServer.broadcast`."""
        frame = self.door.event(event)
        async with self._order:
            full = [guest for guest in self._present.values() if not guest.offer(frame, event)]
            if full:
                await asyncio.gather(*(guest.deliver(frame, event) for guest in full))

    async def send(self, client_id: ClientId, event: TaskEvent) -> bool:
        """Send the event to one client and return True, or return False if there is none of that name."""
        guest = self._present.get(client_id)
        if guest is not None:
            await guest.answer(self.door.event(event))
        return guest is not None

    async def dismiss(self) -> None:
        """Let commands finish and queues flow, then close every connection."""
        try:
            await asyncio.gather(*(guest.farewell() for guest in self._staying.values()))
            await asyncio.gather(*self._staying, return_exceptions=True)
        finally:
            for task in self._staying:  # none is left, unless this very call was cancelled
                task.cancel()

    async def _host(self, guest: Guest[F]) -> None:
        try:
            await guest.converse()
        finally:
            del self._present[guest.client_id]
        await guest.finish()
