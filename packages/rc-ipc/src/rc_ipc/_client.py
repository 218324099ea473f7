"""The driver's side: one host, kept in touch with. Source: IPC spec 8.1, R-10 to R-12, R-15."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar, overload

from rc_types.events import CommandsResponse, ModelsResponse, ModesResponse
from rc_types.ipc import GetCommands, GetModels, GetModes

from rc_ipc._inbox import Inbox
from rc_ipc._keeper import ClientOptions, Keeper
from rc_ipc._session import AnyTaskEvent
from rc_ipc._unix import UnixTransport, dial_unix, own_uid, socket_path

if TYPE_CHECKING:
    import os
    from collections import Counter
    from collections.abc import AsyncGenerator, Collection

    from rc_types.events import CommandInfo, ModeInfo
    from rc_types.ipc import Ack, TaskCommand
    from rc_types.model import ModelInfo

    from rc_ipc._subscription import Subscription
    from rc_ipc._transport import Dial

E = TypeVar("E", bound=AnyTaskEvent)

QUERY_TIMEOUT: Final = 10.0
"""Seconds for an answer. Source: R-12."""

MODELS_TIMEOUT: Final = 30.0
"""Seconds for the list of models, which the host may have to fetch. Source: R-12."""


class IpcClient:
    """A driver's end of the socket, connected again whenever the connection is lost; made by `connect`."""

    def __init__(self, dial: Dial, *, address: str, options: ClientOptions) -> None:
        self.address: Final = address
        self._inbox = Inbox(limit=options.waiting_events)
        self._keeper = Keeper(dial, self._inbox, address=address, options=options)
        self._running = asyncio.create_task(self._keeper.run(), name="rc-ipc-client")

    @property
    def ack(self) -> Ack | None:
        """The host's greeting: our name there, its process; None while there is no connection."""
        return self._keeper.ack

    @property
    def ignored(self) -> Counter[str]:
        """How often the host said something that has no meaning here, by reason."""
        return self._keeper.ignored

    @property
    def reconnects(self) -> int:
        """How often the connection was made again."""
        return self._keeper.reconnects

    async def ready(self, *, within: float | None = None) -> None:
        """Wait until the host has greeted us.

        Raises what the last attempt failed with once `within` seconds are over: NotConnectedError or
        HandshakeTimeoutError; and what ended the client if it has ended.
        """
        await self._keeper.ready(within=within)

    async def send(self, command: TaskCommand, *, ready_within: float = 0.0) -> None:
        """Send a command; return once it is with the operating system. The host confirms nothing.

        Args:
            command: what the host shall do.
            ready_within: seconds to wait for a connection if there is none.

        Raises NotConnectedError if nothing was sent, ConnectionLostError if that is unknown, FrameTooLargeError
        and ProtocolViolationError for what cannot be sent. No command is ever sent twice, and one whose sending
        was cancelled may still go out.
        """
        live = await self._keeper.ready(within=ready_within) if ready_within else self._keeper.live()
        frame = live.session.command(command)
        while not live.connection.offer(frame):
            await live.connection.moved()
        await live.connection.flushed()

    @overload
    def events(self, *, task_id: str | None = None) -> Subscription[AnyTaskEvent]: ...
    @overload
    def events(self, *kinds: type[E], task_id: str | None = None) -> Subscription[E]: ...
    def events(self, *kinds: type[E], task_id: str | None = None) -> Subscription[E]:
        """Subscribe to what the host says from this call on; several subscriptions do not disturb each other.

        Args:
            kinds: event types to deliver; all by default, those included that we do not understand.
            task_id: deliver only events that have this `task_id`.
        """
        return self._inbox.subscribe(kinds, task_id=task_id)

    async def modes(self, *, within: float = QUERY_TIMEOUT) -> list[ModeInfo]:
        """Ask for the modes. RequestTimeoutError after `within` seconds; hosts before 3.48 never answer."""
        answer = await self._inbox.questions.ask(ModesResponse, lambda: self.send(GetModes.of()), within=within)
        return answer.modes

    async def commands(self, *, within: float = QUERY_TIMEOUT) -> list[CommandInfo]:
        """Ask for the slash commands; as `modes`."""
        answer = await self._inbox.questions.ask(CommandsResponse, lambda: self.send(GetCommands.of()), within=within)
        return answer.commands

    async def models(self, *, within: float = MODELS_TIMEOUT) -> dict[str, ModelInfo]:
        """Ask for the models; as `modes`."""
        answer = await self._inbox.questions.ask(ModelsResponse, lambda: self.send(GetModels.of()), within=within)
        return answer.models

    async def aclose(self) -> None:
        """Let queued frames go out, then close and end every subscription; safe to call twice."""
        try:
            await self._keeper.flush()
        finally:
            self._running.cancel()
        await asyncio.wait({self._running})
        if not self._running.cancelled():
            self._running.result()


@asynccontextmanager
async def connecting(dial: Dial, *, address: str, options: ClientOptions) -> AsyncGenerator[IpcClient]:
    """Be connected through `dial` for as long as the block lasts."""
    client = IpcClient(dial, address=address, options=options)
    try:
        await client.ready(within=options.ready_within)
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def connect(
    address: str | os.PathLike[str],
    *,
    allowed_uids: Collection[int] | None = None,
    options: ClientOptions | None = None,
) -> AsyncGenerator[IpcClient]:
    """Be connected to the host at `address` for as long as the block lasts.

    Waits for a host that is not up yet, as long as `ClientOptions.ready_within` says. Who calls `events()` first
    thing in the block, before anything is awaited, hears everything from the greeting on.

    Args:
        address: path of the socket, or `unix:PATH`.
        allowed_uids: users whose hosts are trusted with our settings; by default only our own.
        options: timeouts and limits.

    Raises NotConnectedError or HandshakeTimeoutError if there was no greeting in time, AddressError or
    PermissionDeniedError if there can be none.
    """
    path = socket_path(address)
    uids = own_uid() if allowed_uids is None else allowed_uids

    async def dial() -> UnixTransport:
        return await dial_unix(path, allowed_uids=uids)

    async with connecting(dial, address=path, options=options or ClientOptions()) as client:
        yield client
