"""The driver's side: one host, kept in touch with. Source: IPC spec 8.1, R-10 to R-12, R-15."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar, overload

from rc_types.events import CommandsResponse, ModelsResponse, ModesResponse
from rc_types.ipc import (
    CancelTask,
    CloseTask,
    DeleteQueuedMessage,
    GetCommands,
    GetModels,
    GetModes,
    ResumeTask,
    StartNewTask,
)
from rc_types.task import TaskId

from rc_ipc._errors import RequestTimeoutError
from rc_ipc._requests import Request, asking, cancelling, closing, deleting
from rc_ipc._roster import Roster
from rc_ipc._session import AnyTaskEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_types.events import CommandInfo, ModeInfo
    from rc_types.global_settings import RooCodeSettings
    from rc_types.ipc import Ack, TaskCommand
    from rc_types.model import ModelInfo

    from rc_ipc._client_options import ClientOptions
    from rc_ipc._counters import Counters
    from rc_ipc._inbox import Inbox
    from rc_ipc._keeper import Keeper
    from rc_ipc._requests import Closing, Deletion, R
    from rc_ipc._subscription import Subscription
    from rc_ipc._tasks import TaskHandle
    from rc_ipc._transport import Multipart

E = TypeVar("E", bound=AnyTaskEvent)


class IpcClient:
    """A driver's end of the socket, connected again whenever the connection is lost; made by `connect`."""

    def __init__(
        self, keeper: Keeper[bytes] | Keeper[Multipart], inbox: Inbox, *, address: str, options: ClientOptions
    ) -> None:
        self.address: Final = address
        self._inbox = inbox
        self._keeper = keeper
        self._roster = Roster(inbox, keeper.say, options)
        self._running = asyncio.create_task(self._keeper.run(), name="rc-ipc-client")

    @property
    def ack(self) -> Ack | None:
        """The host's greeting: our name there, its process; None while there is no connection."""
        return self._keeper.ack

    @property
    def counters(self) -> Counters:
        """What has passed since the client was opened, all connections together."""
        return self._keeper.counters

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
        if ready_within:
            await self._keeper.ready(within=ready_within)
        await self._keeper.say(command)

    async def start(
        self,
        text: str,
        settings: RooCodeSettings | None = None,
        *,
        images: list[str] | None = None,
        within: float | None = None,
    ) -> TaskHandle:
        """Start a task and return it once it exists; the task in front until then is aborted by the host.

        Calls at the same time take turns: a client starts one task at a time, since only its prompt tells it apart.

        Args:
            text: the prompt.
            settings: what to change first. The host makes these its user's settings for good: send only what is needed.
            images: data URIs that belong to the prompt.
            within: seconds until there has to be a sign of the task; 30 by default.

        Raises TaskStartError if there is none, and as `send` does.
        """
        return await self._roster.start(StartNewTask.of(text, configuration=settings, images=images), within)

    async def resume(self, task_id: str, *, within: float | None = None) -> TaskHandle:
        """Open a task of the host's history and return it once it asks whether to go on; `send` answers that.

        Raises TaskResumeError if it does not within 12 s (or `within`): hosts say nothing about an unknown id. Raises
        as `send` does.
        """
        return await self._roster.resume(ResumeTask.of(TaskId(task_id)), within)

    async def attach(self, *, within: float | None = None) -> TaskHandle:
        """Return the task that the host speaks of next, such as the one that a command-line host has begun by itself.

        Called first thing in the block, it follows that task from the first event of the connection on. Raises
        RequestTimeoutError after `within` seconds (by default, never), ConnectionLostError if the connection is lost.
        """
        return await self._roster.attach(within)

    def task(self, task_id: str) -> TaskHandle:
        """Return the task of that id, which somebody else may have started.

        What happened to it before the first call is not known here. After a lost connection, call again: the handles
        of the old connection have ended with it.
        """
        return self._roster.task(TaskId(task_id))

    @property
    def current_task_id(self) -> TaskId | None:
        """The task in front, which hosts act on; None if nothing has been heard of it since we connected."""
        return self._roster.focus.task_id

    async def cancel(self, *, within: float | None = None) -> TaskId:
        """Stop the task in front, whichever it is, and return its id.

        Raises RequestTimeoutError if none was aborted within 8 s (or `within`), and as `send` does.
        """
        command = CancelTask.of(self.current_task_id)
        return await self._inbox.requests.ask(cancelling(command, within), lambda: self.send(command))

    async def delete_queued(self, message_id: str, *, within: float | None = None) -> Deletion:
        """Take a message out of the queue of the task in front.

        Returns `unknown` if no queue without it was reported within 3 s (or `within`). Raises as `send` does.
        """
        command = DeleteQueuedMessage.of(message_id)
        return await self._inbox.requests.ask(deleting(command, within), lambda: self.send(command))

    async def close_task(self, *, within: float | None = None) -> Closing:
        """Save all files and close the window of the editor, which usually ends the host.

        Returns `still_connected` if the connection lasts for another 5 s (or `within`), as it does with a host that has
        no window. Raises as `send` does.
        """
        command = CloseTask.of(self.current_task_id)
        return await self._inbox.requests.ask(closing(command, within), lambda: self.send(command))

    async def wait_for(
        self,
        predicate: Callable[[AnyTaskEvent], bool],
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - spec R-15
    ) -> AnyTaskEvent:
        """Return the next event for which `predicate` is true.

        Raises RequestTimeoutError after `timeout` seconds (by default, never), ConnectionLostError if the connection
        is lost meanwhile, and whatever `predicate` raises.
        """

        def confirmed_by(event: AnyTaskEvent) -> AnyTaskEvent | Exception | None:
            try:
                return event if predicate(event) else None
            except Exception as exc:  # noqa: BLE001 - the caller's code, and so the caller's to deal with
                return exc

        unconfirmed = RequestTimeoutError("an event that is waited for", timeout or 0.0)
        return await self._inbox.requests.ask(
            Request(confirmed_by=confirmed_by, within=timeout, unconfirmed=unconfirmed)
        )

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
        if task_id is None:
            return self._inbox.subscribe(kinds)
        return self._inbox.subscribe(kinds, about=lambda event: getattr(event, "task_id", None) == task_id)

    async def modes(self, *, within: float | None = None) -> list[ModeInfo]:
        """Ask for the modes. RequestTimeoutError after `within` seconds (10); hosts before 3.48 never answer."""
        return (await self._answer(GetModes.of(), ModesResponse, within)).modes

    async def commands(self, *, within: float | None = None) -> list[CommandInfo]:
        """Ask for the slash commands; as `modes`."""
        return (await self._answer(GetCommands.of(), CommandsResponse, within)).commands

    async def models(self, *, within: float | None = None) -> dict[str, ModelInfo]:
        """Ask for the models, which the host may have to fetch: 30 s by default; otherwise as `modes`."""
        return (await self._answer(GetModels.of(), ModelsResponse, within)).models

    async def _answer(self, command: TaskCommand, kind: type[R], within: float | None) -> R:
        return await self._inbox.requests.ask(asking(command, kind, within), lambda: self.send(command))

    async def aclose(self) -> None:
        """Let queued frames go out, then close and end every subscription; safe to call twice."""
        try:
            await self._keeper.flush()
        finally:
            self._running.cancel()
        await asyncio.wait({self._running})
        if not self._running.cancelled():
            self._running.result()
