"""One client of a server, from its greeting to its farewell. Source: IPC spec 8.1, R-5, R-13."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import structlog
from rc_types.ipc import Ack, ClientId

from rc_ipc._connection import Connection, Pace, QueueLimits
from rc_ipc._dispatch import Dispatcher, Handler
from rc_ipc._errors import ConnectionLostError, FrameTooLargeError, IpcError
from rc_ipc._session import FrameLimits, Ignored, ServerSession, event_frame

if TYPE_CHECKING:
    from rc_types.events import TaskEvent

    from rc_ipc._backlog import Subject
    from rc_ipc._transport import Transport

log = structlog.get_logger("rc_ipc")


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


class Guest:
    """A connected client.

    Args:
        transport: the accepted connection; owned from here on.
        handler: the host's part.
        options: of the server.
        order: held by whoever sends, so that all clients see events and answers in one order.
        tally: counts what was ignored, for all clients together.
    """

    def __init__(
        self,
        transport: Transport,
        handler: Handler,
        *,
        options: ServerOptions,
        order: asyncio.Lock,
        tally: Counter[str],
    ) -> None:
        self.client_id: Final = ClientId(secrets.token_hex(6))
        self._tally = tally
        self._ignored: Counter[str] = Counter()
        self._options = options
        self._order = order
        self._leaving = False
        ack = Ack(client_id=self.client_id, pid=os.getpid(), ppid=os.getppid())
        self._session = ServerSession(ack, limits=options.frames)
        self._dispatcher = Dispatcher(handler, self.client_id, self.answer)
        self._connection = Connection(transport, queue=options.queue, pace=options.pace)
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

    def offer(self, frame: bytes, subject: Subject | None) -> bool:
        """Queue a frame and return True, or False if the queue is full. A client that has gone takes everything."""
        return self._connection.has_ended or self._connection.offer(frame, subject)

    async def deliver(self, frame: bytes, subject: Subject | None = None) -> None:
        """Queue a frame, waiting for room as the policy says; a client that is too slow is cut off."""
        try:
            async with asyncio.timeout(self._options.send_timeout):
                while not self.offer(frame, subject):
                    # Our own pauses are not the client's fault, so they are waited for under either policy.
                    if self._connection.blocked and self._options.slow_consumer == "disconnect":
                        self._connection.cut(ConnectionLostError("slow_consumer"))
                    await self._connection.moved()
        except TimeoutError:
            self._connection.cut(ConnectionLostError("slow_consumer"))
        except IpcError:
            return

    async def answer(self, event: TaskEvent) -> None:
        """Send an event to this client alone; nothing happens if it has gone."""
        frame = event_frame(event, limits=self._options.frames)
        async with self._order:
            await self.deliver(frame)

    async def farewell(self) -> None:
        """Let commands finish and frames flow, within the limits, then close."""
        self._leaving = True
        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.finish_within):
                await self.finish()
        with suppress(TimeoutError, IpcError):
            async with asyncio.timeout(self._options.flush_within):
                await self._connection.flushed()
        self._connection.cut(ConnectionLostError("the server is closing"))

    async def _take(self, chunk: bytes) -> None:
        for received in self._session.receive(chunk):
            if isinstance(received, Ignored):
                self._ignore(received)
            elif self._leaving:
                self._ignore(Ignored("closing"))
            else:
                if received.claimed_client_id != self.client_id:
                    log.warning("ipc.foreign_client_id", client_id=self.client_id)
                await self._dispatcher.submit(received.command)

    def _ignore(self, what: Ignored) -> None:
        self._tally[what.reason] += 1
        self._ignored[what.reason] += 1
        if self._ignored[what.reason] == 1:  # a peer must not be able to fill the log; the rest is counted
            log.warning("ipc.ignored", client_id=self.client_id, reason=what.reason, detail=what.detail)

    def _log_departure(self, reason: IpcError) -> None:
        log.log(
            logging.WARNING if isinstance(reason, FrameTooLargeError) else logging.INFO,
            "ipc.client_left",
            client_id=self.client_id,
            reason=str(reason),
            unsent=len(self._connection.waiting),
            coalesced=self._connection.waiting.coalesced,
            high_water=self._connection.waiting.high_water,
            ignored=dict(self._ignored),
        )
