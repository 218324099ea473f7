"""One client of a server, from its greeting to its farewell. Source: IPC spec 8.1, R-5, R-13."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, Literal

from rc_types.ipc import Ack, ClientId

from rc_ipc._connection import Connection, QueueLimits
from rc_ipc._dispatch import Dispatcher, Handler
from rc_ipc._errors import ConnectionLostError, FrameTooLargeError, IpcError, RemoteError
from rc_ipc._log import log
from rc_ipc._pace import Pace
from rc_ipc._session import SHUTTING_DOWN, FrameLimits, Ignored
from rc_ipc._transport import F
from rc_ipc._wire import Farewell, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_ipc._counters import Counters
    from rc_ipc._session import AnyTaskEvent
    from rc_ipc._transport import Carrier
    from rc_ipc._wire import ServerWire


CLOSING: Final = RemoteError(SHUTTING_DOWN, "the host is closing")
"""What a command comes to that is too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """How a server treats its clients."""

    frames: FrameLimits = field(default_factory=FrameLimits)
    queue: QueueLimits = field(default_factory=QueueLimits)
    pace: Pace = field(default_factory=Pace)
    max_clients: int = 100
    """Further ones are closed before their Ack, as node-ipc does."""
    slow_consumer: Literal["disconnect", "block"] = "disconnect"
    """What happens when a client that does not read has a full queue: it is cut off, or all wait for it."""
    send_timeout: float = 5.0
    """Seconds that a full queue is waited for, at most."""
    finish_within: float = 5.0
    """Seconds that running commands get at shutdown."""
    flush_within: float = 2.0
    """Seconds that queued frames get at shutdown."""
    ping_interval: float = 5.0
    """Seconds between two signs of life that ZeroMQ clients are expected to give; who misses three is gone."""
    log_messages: bool = False
    """Whether to log each message, at debug level: who said what, shortened, without the secrets of settings."""


class Guest(Generic[F]):
    """A connected client.

    Args:
        carrier: the accepted connection; owned from here on.
        open_session: opens the conversation on it.
        handler: the host's part.
        options: of the server.
        order: held by whoever sends, so that all clients see events and answers in one order.
        counters: of the server.
    """

    def __init__(
        self,
        carrier: Carrier[F],
        open_session: Callable[[Ack], ServerWire[F]],
        handler: Handler,
        *,
        options: ServerOptions,
        order: asyncio.Lock,
        counters: Counters,
    ) -> None:
        self.client_id: Final = ClientId(secrets.token_hex(6))
        self._counters = counters
        self._ignored: Counter[str] = Counter()
        self._options = options
        self._order = order
        self._leaving = False
        self._session = open_session(Ack(client_id=self.client_id, pid=os.getpid(), ppid=os.getppid()))
        self._dispatcher: Dispatcher[F] = Dispatcher(handler, self.client_id, self._session, self.answer)
        self._connection = Connection(carrier, queue=options.queue, pace=options.pace, counters=counters)
        self._connection.offer(self._session.greeting())

    async def converse(self) -> None:
        """Talk until the connection ends."""
        log.info("ipc.client_joined", client_id=self.client_id)
        try:
            await self._connection.run(self._take)
        except IpcError as exc:
            self._log_departure(exc)

    async def finish(self) -> None:
        """Wait for the commands that are under way: a task goes on when the client that began it leaves."""
        await self._dispatcher.finished()

    def offer(self, frame: F, about: AnyTaskEvent | None) -> bool:
        """Send or queue a frame and return True, or False if the queue is full. A client that has gone takes all."""
        try:
            return self._connection.offer(frame, about)
        except IpcError:
            return True

    async def deliver(self, frame: F, about: AnyTaskEvent | None = None) -> None:
        """Send or queue a frame, waiting for room as the policy says; a client that is too slow is cut off."""
        try:
            async with asyncio.timeout(self._options.send_timeout):
                while not self.offer(frame, about):
                    await self._relieved()
        except TimeoutError:
            if not self.offer(frame, about):
                self._cut_off()
        except IpcError:
            return

    async def _relieved(self) -> None:
        """Wait until the queue is half empty: room for one frame would be gone with the next."""
        connection = self._connection
        while True:
            # Our own pauses are not the client's fault, so they are waited for under either policy.
            if connection.blocked and self._options.slow_consumer == "disconnect":
                self._cut_off()
            await connection.moved()
            if not connection.waiting.is_crowded:
                return

    def _cut_off(self) -> None:
        self._counters.cut_off += 1
        self._connection.cut(ConnectionLostError("slow_consumer"))

    async def answer(self, frame: F) -> None:
        """Send a frame to this client alone; nothing happens if it has gone."""
        async with self._order:
            if not self.offer(frame, None):
                await self.deliver(frame)

    async def farewell(self) -> None:
        """Let commands finish and frames flow, within the limits, then close."""
        self._leaving = True
        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.finish_within):
                await self.finish()
        for refusal in self._dispatcher.abandon(CLOSING):
            self.offer(refusal, None)
        with suppress(TimeoutError, IpcError):
            async with asyncio.timeout(self._options.flush_within):
                await self._connection.flushed()
        self._connection.cut(ConnectionLostError("the server is closing"))

    async def _take(self, chunk: F) -> None:
        for received in self._session.receive(chunk):
            self._counters.frames_received += 1
            match received:
                case Ignored():
                    self._ignore(received)
                case Reply(frame=frame):
                    await self.deliver(frame)
                case Farewell(reason=reason):
                    self._connection.cut(reason)
                case _ if self._leaving:
                    self._ignore(Ignored("closing"))
                    await self._deliver_all(self._session.refusal(received, CLOSING))
                case _:
                    if received.claimed_client_id != self.client_id:
                        log.warning("ipc.foreign_client_id", client_id=self.client_id)
                    await self._deliver_all(self._session.acceptance(received))
                    await self._dispatcher.submit(received)

    async def _deliver_all(self, frames: list[F]) -> None:
        for frame in frames:
            if not self.offer(frame, None):
                await self.deliver(frame)

    def _ignore(self, what: Ignored) -> None:
        self._counters.ignored[what.reason] += 1
        self._ignored[what.reason] += 1
        if self._ignored[what.reason] == 1:  # a peer must not be able to fill the log; the rest is counted
            log.warning("ipc.ignored", client_id=self.client_id, reason=what.reason, detail=what.detail)

    def _log_departure(self, reason: IpcError) -> None:
        write = log.warning if isinstance(reason, FrameTooLargeError) else log.info
        write(
            "ipc.client_left",
            client_id=self.client_id,
            reason=str(reason),
            unsent=len(self._connection.waiting),
            coalesced=self._connection.waiting.coalesced,
            high_water=self._connection.waiting.high_water,
            ignored=dict(self._ignored),
        )
