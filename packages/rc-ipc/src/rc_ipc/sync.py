"""The same for scripts without asyncio: every call waits until it is done.

with connect("/tmp/roo-code-1.sock") as host:
    task = host.start("Fix the failing test")
    print(task.wait("settled", within=600).kind)

Everything happens on one thread of its own, with a loop of its own; calls may come from any other thread, several at a
time. Ctrl-C interrupts a call, which is then given up, and leaves the connection as it was. What a call takes, returns
and raises is what the method of the same name does in `rc_ipc.IpcClient`, `TaskHandle` and `Subscription`.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Generic, Self, TypeVar, overload

from rc_ipc._connect import connect as _connect
from rc_ipc._errors import NotConnectedError
from rc_ipc._portal import Portal, open_portal
from rc_ipc._session import AnyTaskEvent

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Coroutine, Generator
    from typing import Any

    from rc_types.events import CommandInfo, ModeInfo
    from rc_types.global_settings import RooCodeSettings
    from rc_types.ipc import Ack, TaskCommand
    from rc_types.model import ModelInfo
    from rc_types.task import TaskId
    from rc_types.wire import Flavor

    from rc_ipc._client import IpcClient
    from rc_ipc._client_options import ClientOptions
    from rc_ipc._curve import CurveClient
    from rc_ipc._outcome import Outcome, Until
    from rc_ipc._requests import Closing, Deletion, Delivery
    from rc_ipc._subscription import Gap, Subscription
    from rc_ipc._tasks import TaskHandle

E = TypeVar("E", bound=AnyTaskEvent)


class Events(Generic[E]):
    """Events as they come; iterate with `for`. Close it, or leave its `with` block, when no more is wanted."""

    def __init__(self, subscription: Subscription[E], portal: Portal) -> None:
        self._subscription, self._portal = subscription, portal

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> E | Gap:
        async def step() -> E | Gap | None:
            return await anext(self._subscription, None)

        if (event := self._portal.call(step)) is None:
            raise StopIteration
        return event

    def close(self) -> None:
        """Deliver nothing more; safe to call twice."""
        with suppress(NotConnectedError):  # then it is closed already
            self._portal.look(self._subscription.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


class Task:
    """One task of a host, as `rc_ipc.TaskHandle`; made by `Host.start`, `resume` and `task`."""

    def __init__(self, handle: TaskHandle, portal: Portal) -> None:
        self._handle, self._portal = handle, portal

    @property
    def task_id(self) -> TaskId:
        """The id that the host gave it."""
        return self._handle.task_id

    @property
    def outcome(self) -> Outcome | None:
        """What `wait()` would return now; None while the task runs."""
        return self._portal.look(lambda: self._handle.outcome)

    @overload
    def events(self) -> Events[AnyTaskEvent]: ...
    @overload
    def events(self, *kinds: type[E]) -> Events[E]: ...
    def events(self, *kinds: type[E]) -> Events[E]:
        """Return the events of the task and of the sub-tasks that work for it, from its start on the first time."""
        return Events(self._portal.look(lambda: self._handle.events(*kinds)), self._portal)

    def wait(self, until: Until = "presented", *, within: float | None = None) -> Outcome:
        """Wait for the result, or for whatever else the task comes to."""
        return self._portal.call(lambda: self._handle.wait(until, within=within))

    def send(
        self, text: str | None = None, *, images: list[str] | None = None, confirm_within: float | None = None
    ) -> Delivery:
        """Say something to the task."""
        return self._portal.call(lambda: self._handle.send(text, images=images, confirm_within=confirm_within))

    def cancel(self, *, within: float | None = None) -> None:
        """Stop the task, or the sub-task that works for it."""
        self._portal.call(lambda: self._handle.cancel(within=within))


class Host:
    """A host that we drive, as `rc_ipc.IpcClient`; made by `connect`."""

    def __init__(self, client: IpcClient, portal: Portal) -> None:
        self._client, self._portal = client, portal

    @property
    def ack(self) -> Ack | None:
        """The host's greeting; None while there is no connection."""
        return self._client.ack

    def start(
        self,
        text: str,
        settings: RooCodeSettings | None = None,
        *,
        images: list[str] | None = None,
        within: float | None = None,
    ) -> Task:
        """Start a task and return it once it exists."""
        return self._task(lambda: self._client.start(text, settings, images=images, within=within))

    def resume(self, task_id: str, *, within: float | None = None) -> Task:
        """Open a task of the host's history and return it once it asks whether to go on."""
        return self._task(lambda: self._client.resume(task_id, within=within))

    def attach(self, *, within: float | None = None) -> Task:
        """Return the task that the host speaks of next, as `IpcClient.attach`."""
        return self._task(lambda: self._client.attach(within=within))

    def task(self, task_id: str) -> Task:
        """Return the task of that id, which somebody else may have started."""
        return Task(self._portal.look(lambda: self._client.task(task_id)), self._portal)

    @overload
    def events(self, *, task_id: str | None = None) -> Events[AnyTaskEvent]: ...
    @overload
    def events(self, *kinds: type[E], task_id: str | None = None) -> Events[E]: ...
    def events(self, *kinds: type[E], task_id: str | None = None) -> Events[E]:
        """Return what the host says from this call on."""
        return Events(self._portal.look(lambda: self._client.events(*kinds, task_id=task_id)), self._portal)

    def wait_for(self, predicate: Callable[[AnyTaskEvent], bool], *, timeout: float | None = None) -> AnyTaskEvent:
        """Return the next event for which `predicate` is true; it runs on the thread of the connection."""
        return self._portal.call(lambda: self._client.wait_for(predicate, timeout=timeout))

    def send(self, command: TaskCommand, *, ready_within: float = 0.0) -> None:
        """Send a command; the host confirms nothing."""
        self._portal.call(lambda: self._client.send(command, ready_within=ready_within))

    def cancel(self, *, within: float | None = None) -> TaskId:
        """Stop the task in front, whichever it is, and return its id."""
        return self._portal.call(lambda: self._client.cancel(within=within))

    def delete_queued(self, message_id: str, *, within: float | None = None) -> Deletion:
        """Take a message out of the queue of the task in front."""
        return self._portal.call(lambda: self._client.delete_queued(message_id, within=within))

    def close_task(self, *, within: float | None = None) -> Closing:
        """Save all files and close the window of the editor."""
        return self._portal.call(lambda: self._client.close_task(within=within))

    def modes(self, *, within: float | None = None) -> list[ModeInfo]:
        """Ask for the modes."""
        return self._portal.call(lambda: self._client.modes(within=within))

    def commands(self, *, within: float | None = None) -> list[CommandInfo]:
        """Ask for the slash commands."""
        return self._portal.call(lambda: self._client.commands(within=within))

    def models(self, *, within: float | None = None) -> dict[str, ModelInfo]:
        """Ask for the models."""
        return self._portal.call(lambda: self._client.models(within=within))

    def _task(self, action: Callable[[], Coroutine[Any, Any, TaskHandle]]) -> Task:
        return Task(self._portal.call(action), self._portal)


@contextmanager
def connect(
    address: str | os.PathLike[str],
    *,
    flavor: Flavor | None = None,
    strict: bool | None = None,
    allowed_uids: Collection[int] | None = None,
    curve: CurveClient | None = None,
    insecure: bool = False,
    options: ClientOptions | None = None,
) -> Generator[Host]:
    """Be connected to the host at `address` for as long as the block lasts; as `rc_ipc.connect`."""
    connecting = _connect(
        address,
        flavor=flavor,
        strict=strict,
        allowed_uids=allowed_uids,
        curve=curve,
        insecure=insecure,
        options=options,
    )

    async def enter() -> IpcClient:
        return await connecting.__aenter__()

    async def leave() -> None:
        await connecting.__aexit__(None, None, None)

    with open_portal() as portal:
        client = portal.call(enter)
        try:
            yield Host(client, portal)
        finally:
            portal.call(leave)
