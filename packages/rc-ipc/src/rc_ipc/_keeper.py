"""Keeps a client connected: dial, greet, talk, lose, wait, and again. Source: IPC spec 8.2, R-10, R-11."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic

from rc_types.ipc import Ack

from rc_ipc._backoff import Backoff
from rc_ipc._connection import Connection
from rc_ipc._counters import Counters
from rc_ipc._errors import (
    AddressError,
    ConnectionLostError,
    HandshakeTimeoutError,
    IpcError,
    NotConnectedError,
    RemoteError,
)
from rc_ipc._log import log
from rc_ipc._session import Ignored
from rc_ipc._subscription import Gap
from rc_ipc._transport import F
from rc_ipc._wire import Farewell, Reply, Resolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_types.ipc import TaskCommand

    from rc_ipc._client_options import ClientOptions
    from rc_ipc._inbox import Inbox
    from rc_ipc._wire import ClientWire, Line


FLUSH_WITHIN: Final = 2.0
"""Seconds that queued frames get when the client closes. Source: R-13."""


@dataclass(frozen=True, slots=True)
class Live(Generic[F]):
    """A connection that has been greeted, and what may be said on it."""

    ack: Ack
    session: ClientWire[F]
    connection: Connection[F]


class Keeper(Generic[F]):
    """The life of one client.

    Args:
        line: the way to the host.
        inbox: gets what the host says.
        address: for logs and errors.
        options: timeouts and limits.
    """

    def __init__(self, line: Line[F], inbox: Inbox, *, address: str, options: ClientOptions) -> None:
        self._line = line
        self._inbox = inbox
        self._address = address
        self._options = options
        self._backoff = Backoff()
        self._live: Live[F] | None = None
        self._last: Ack | None = None
        self._turned = asyncio.get_running_loop().time()
        self._failure: IpcError | None = None
        self._over: IpcError | None = None
        self._changed = asyncio.Event()
        self.counters: Final = Counters()

    @property
    def ack(self) -> Ack | None:
        """The greeting of the present connection; None while there is none."""
        return self._live.ack if self._live else None

    def live(self) -> Live[F]:
        """Return what can be talked on; NotConnectedError if nothing can."""
        if self._live is not None and not self._live.connection.has_ended:
            return self._live
        raise self._over or NotConnectedError(self._address)

    async def ready(self, *, within: float | None) -> Live[F]:
        """Wait for the Ack; raise what the last attempt failed with if it does not come in time."""
        try:
            async with asyncio.timeout(within):
                while self._over is None and (self._live is None or self._live.connection.has_ended):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            if isinstance(self._failure, HandshakeTimeoutError):
                raise self._failure from None
            why = self._failure.reason if isinstance(self._failure, NotConnectedError) else "not connected in time"
            raise NotConnectedError(self._address, why) from None
        return self.live()

    async def say(
        self,
        command: TaskCommand,
        *,
        request_id: str | None = None,
        about_to_send: Callable[[], None] | None = None,
    ) -> None:
        """Send a command; return once it is with the operating system.

        Args:
            command: what to say.
            request_id: goes with `StartNewTask`, for hosts that answer to it.
            about_to_send: called once nothing but the connection can still keep the command from being sent.

        Raises as `IpcClient.send` does.
        """
        live = self.live()
        frame = live.session.command(command, request_id=request_id)
        if about_to_send is not None:
            about_to_send()
        while not live.connection.offer(frame):
            await live.connection.moved()
        await live.connection.flushed()

    async def run(self) -> None:
        """Stay connected until cancelled, or until trying again makes no sense."""
        try:
            self._end(await self._stay_connected())
        finally:
            self._end(None)

    async def flush(self) -> None:
        """Give frames that are under way a moment to leave."""
        if self._live is not None:
            with suppress(TimeoutError, IpcError):
                async with asyncio.timeout(FLUSH_WITHIN):
                    await self._live.connection.flushed()

    async def _stay_connected(self) -> IpcError:
        now = asyncio.get_running_loop().time
        while True:
            self._failure = failure = await self._attempt()
            limit = self._options.give_up_after
            if isinstance(failure, AddressError | RemoteError):  # it will be the same next time
                return failure
            if self._last is not None and not self._options.reconnect:
                return failure
            if limit is not None and now() - self._turned >= limit:
                return failure
            delay = self._backoff.next_delay()
            log.info("ipc.retrying", endpoint=self._address, reason=str(failure), seconds=round(delay, 3))
            await asyncio.sleep(delay)

    async def _attempt(self) -> IpcError:
        """Make one connection and talk on it; return why it ended, or why there was none."""
        try:
            transport = await self._line.dial()
        except IpcError as exc:
            return exc
        except OSError as exc:
            return NotConnectedError(self._address, f"cannot connect: {exc.strerror or type(exc).__name__}")
        session = self._line.open_session()
        counters = self.counters
        connection = Connection(transport, queue=self._options.queue, pace=self._options.pace, counters=counters)
        patience = self._options.handshake_timeout
        late = HandshakeTimeoutError(self._address, patience)
        alarm = asyncio.get_running_loop().call_later(patience, connection.cut, late)

        if (opening := session.opening()) is not None:
            connection.offer(opening)

        async def take(chunk: F) -> None:
            for received in session.receive(chunk):
                counters.frames_received += 1
                match received:
                    case Ignored():
                        self._ignore(received)
                    case Reply(frame=frame):
                        connection.offer(frame)
                    case Resolved(command=command, error=error):
                        self._resolve(command, error)
                    case Farewell(reason=reason):
                        connection.cut(reason)
                    case Ack():
                        alarm.cancel()
                        self._greet(Live(received, session, connection))
                        await asyncio.sleep(0)  # whoever waits for this may subscribe before the next event is read
                    case _:
                        if not self._inbox.hear(received):
                            await self._inbox.rest()

        try:
            await connection.run(take)
        except IpcError as exc:
            self._lose(exc)
            return exc
        finally:
            alarm.cancel()
            self._live = None

    def _greet(self, live: Live[F]) -> None:
        now = asyncio.get_running_loop().time()
        if self._last is not None:
            self.counters.reconnects += 1
            self._inbox.note_gap(Gap(self._last.client_id, live.ack.client_id, now - self._turned))
        self._live, self._last, self._turned = live, live.ack, now
        self._changed.set()
        log.info("ipc.connected", endpoint=self._address, client_id=live.ack.client_id, host_pid=live.ack.pid)

    def _end(self, reason: IpcError | None) -> None:
        if self._over is None:
            self._over = reason or NotConnectedError(self._address, "the client is closed")
            self._changed.set()
            self._inbox.finish(reason, over=self._over)

    def _lose(self, reason: IpcError) -> None:
        if self._live is None:
            return
        now = asyncio.get_running_loop().time()
        self._backoff.note_ready_for(now - self._turned)
        log.info("ipc.connection_lost", endpoint=self._address, client_id=self._live.ack.client_id, reason=str(reason))
        self._turned = now
        self._inbox.lose(reason if isinstance(reason, ConnectionLostError) else ConnectionLostError(str(reason)))

    def _resolve(self, command: TaskCommand, error: RemoteError | None) -> None:
        if error is not None:
            name = command.command_name
            log.warning("ipc.command_refused", endpoint=self._address, command=name, code=error.code)
            self._inbox.requests.refuse(command, error)

    def _ignore(self, what: Ignored) -> None:
        self.counters.ignored[what.reason] += 1
        if self.counters.ignored[what.reason] == 1:  # a peer must not be able to fill the log; the rest is counted
            log.warning("ipc.ignored", endpoint=self._address, reason=what.reason, detail=what.detail)
