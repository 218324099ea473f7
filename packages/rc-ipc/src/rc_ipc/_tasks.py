"""Tasks as handles: events, words, and how it ends. Source: IPC spec R-15, R-12, Q15, Q17; Kilo differences KD-011."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeVar, overload
from weakref import WeakSet

from rc_types.events import TaskFocused, TaskUnfocused
from rc_types.ipc import CancelTask, SendMessage

from rc_ipc._backlog import Backlog
from rc_ipc._errors import ProtocolViolationError, RequestTimeoutError, TaskNotCurrentError
from rc_ipc._log import log
from rc_ipc._requests import TIMEOUTS, Request, cancelling, telling
from rc_ipc._session import AnyTaskEvent, subject_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_types.ipc import TaskCommand
    from rc_types.task import TaskId

    from rc_ipc._errors import IpcError
    from rc_ipc._inbox import Inbox
    from rc_ipc._outcome import Outcome, Until
    from rc_ipc._requests import Delivery
    from rc_ipc._settling import Settling
    from rc_ipc._subscription import Subscription


E = TypeVar("E", bound=AnyTaskEvent)

KEPT_EVENTS: Final = 1000
"""Events that a task keeps for its first reader; then it keeps none, and the reader begins with its call."""


class Say(Protocol):
    """Sends commands; `Keeper.say`."""

    async def __call__(
        self, command: TaskCommand, *, request_id: str | None = None, about_to_send: Callable[[], None] | None = None
    ) -> None:
        """Send one."""
        ...


class Focus:
    """Which task the host acts on."""

    def __init__(self) -> None:
        self.task_id: TaskId | None = None
        """The task in front; None if nobody has said which."""

    def hear(self, event: AnyTaskEvent) -> None:
        """Take the next event."""
        if type(event) is TaskFocused:  # no isinstance: models take twenty times as long to say no
            self.task_id = event.task_id
        elif type(event) is TaskUnfocused and event.task_id == self.task_id:
            self.task_id = None

    def lose(self, _reason: IpcError) -> None:
        """Forget it: nobody tells who comes to the front meanwhile."""
        self.task_id = None


class TaskHandle:
    """One task of a host; made by `IpcClient.start`, `resume` and `task`.

    It follows its task for as long as somebody holds it, through delegation to sub-tasks and back.

    Args:
        settling: where the task stands; replaced when it is resumed.
        inbox: of the client.
        say: sends commands.
        focus: which task is in front.
    """

    def __init__(self, settling: Settling, inbox: Inbox, say: Say, focus: Focus) -> None:
        self.task_id: Final[TaskId] = settling.lineage[0]
        self._settling = settling
        self._inbox = inbox
        self._say = say
        self._focus = focus
        self._kept: Backlog[AnyTaskEvent, AnyTaskEvent] | None = None
        self._readers: WeakSet[Subscription[AnyTaskEvent]] = WeakSet()

    def __repr__(self) -> str:
        return f"TaskHandle({self.task_id!r}, outcome={self.outcome})"

    @property
    def outcome(self) -> Outcome | None:
        """What `wait()` would return now; None while the task runs."""
        self._settling.pass_time(_now())
        return self._settling.outcome("presented")

    @property
    def running_id(self) -> TaskId:
        """The task that is at work: this one, or the sub-task that it has delegated to."""
        return self._settling.lineage[-1]

    @overload
    def events(self) -> Subscription[AnyTaskEvent]: ...
    @overload
    def events(self, *kinds: type[E]) -> Subscription[E]: ...
    def events(self, *kinds: type[E]) -> Subscription[E]:
        """Subscribe to the events of the task and of the sub-tasks that work for it.

        The first subscription of a task that was just started or resumed begins with the event that confirmed it, as
        long as that is not more than 1,000 events ago; every other one begins with the call. All of them end with the
        connection (ConnectionLostError), as the handle itself does.

        Args:
            kinds: event types to deliver; all by default.
        """
        kept = self._kept or Backlog(subject_of, max_items=1)
        self._kept = None
        beginning = [kept.pop() for _ in range(len(kept))]
        reader = self._inbox.subscribe(kinds, about=self._concerns, beginning=beginning)
        self._readers.add(reader)
        return reader

    async def wait(self, until: Until = "presented", *, within: float | None = None) -> Outcome:
        """Wait for the result, or for whatever else the task comes to.

        Args:
            until: `presented`: the result is there; `settled`: its last usage is too, or 3 s have passed; `accepted`:
                somebody accepted it, which on hosts since 3.51 only a person in front of the editor can do.
            within: seconds; None for as long as the connection lasts.

        Returns the outcome, also an outcome that was not waited for: aborted (once nobody opened the task again for
        10 s), somebody has to answer, failed, disconnected. Raises RequestTimeoutError.
        """
        latest = None if within is None else _now() + within
        while True:
            now = _now()
            self._settling.pass_time(now)
            if (outcome := self._settling.outcome(until)) is not None:
                return outcome
            if latest is not None and now >= latest:
                raise RequestTimeoutError(f"task {self.task_id} until {until}", within or 0.0)
            if change := await self._inbox.requests.ask(self._change(until, now, latest)):
                return change

    async def send(
        self, text: str | None = None, *, images: list[str] | None = None, confirm_within: float | None = None
    ) -> Delivery:
        """Say something to the task: an answer to what it asks, feedback on its result, or a word in between.

        A task that is just being opened again is waited for, as long as a message may take (5 s): its host would drop
        what is said before the task asks whether to go on.

        Args:
            text: the message.
            images: data URIs.
            confirm_within: seconds to wait for a sign that it arrived; by default, nobody waits.

        Returns `sent` if nobody waited, else `confirmed` or `unknown`: hosts without an editor drop messages silently.
        Raises as `IpcClient.send` does, RequestTimeoutError if the task did not open again, and TaskNotCurrentError if
        the message would go to another task.
        """
        if not (text or "").strip() and not images:
            raise ProtocolViolationError("a host ignores a message with neither text nor images")
        await self._reopened()
        self._refuse_unless_current()
        command = SendMessage.of(text, images=images)
        if confirm_within is None:
            await self._send(command)
            return "sent"
        request = telling(command, self.running_id, confirm_within)
        return await self._inbox.requests.ask(request, lambda: self._send(command))

    async def cancel(self, *, within: float | None = None) -> None:
        """Stop the task, or the sub-task that works for it; the host usually opens it again, and it waits.

        Returns once the host says so; raises RequestTimeoutError if it does not within 8 s (or `within`),
        TaskNotCurrentError if another task would be stopped.
        """
        self._refuse_unless_current()
        command = CancelTask.of(self.running_id)
        await self._inbox.requests.ask(cancelling(command, within), lambda: self._say(command))

    def follow(self, event: AnyTaskEvent) -> None:
        """Take the next event of the host; called by the client."""
        self._settling.hear(event, _now())
        kept = self._kept
        if kept is not None and self._concerns(event) and not kept.put(event, about=event):
            log.info("ipc.early_events_dropped", task_id=self.task_id, events=len(kept))
            self._kept = None

    def lose(self, reason: IpcError) -> None:
        """Note that the connection has gone; called by the client."""
        self._settling.lose(str(reason))
        for reader in tuple(self._readers):
            reader.finish(reason)
            reader.close()

    def begin(self, settling: Settling) -> None:
        """Begin to follow the task anew, from its being started or resumed on; called by the client."""
        self._settling = settling
        self._kept = Backlog(subject_of, max_items=KEPT_EVENTS)

    def _concerns(self, event: AnyTaskEvent) -> bool:
        return self._settling.concerns(event)

    def _refuse_unless_current(self) -> None:
        """Hosts act on the task in front, whichever id the command names (IPC spec Q17)."""
        current = self._focus.task_id
        if current is not None and current not in self._settling.lineage:
            raise TaskNotCurrentError(self.task_id, current)

    async def _send(self, command: SendMessage) -> None:
        await self._say(command, about_to_send=lambda: self._settling.go_on())

    async def _reopened(self) -> None:
        patience = TIMEOUTS[SendMessage]
        request: Request[bool] = Request(
            confirmed_by=lambda _event: self._settling.takes_words or None,
            within=patience,
            unconfirmed=RequestTimeoutError(f"task {self.task_id} until opened again", patience),
        )
        if not self._settling.takes_words:
            await self._inbox.requests.ask(request)

    def _change(self, until: Until, now: float, latest: float | None) -> Request[Outcome | Literal[False]]:
        """Wait for the outcome; for a silence that decides something; for one that may do so from now on."""
        settling, deadline = self._settling, self._settling.deadline
        limits = [limit - now for limit in (latest, deadline) if limit is not None]

        def confirmed_by(_event: AnyTaskEvent) -> Outcome | Literal[False] | None:
            is_same = settling is self._settling and settling.deadline == deadline
            return self._settling.outcome(until) or (None if is_same else False)

        def lost(reason: IpcError) -> Outcome | IpcError:
            return self._settling.outcome(until) or reason

        return Request(confirmed_by=confirmed_by, within=min(limits, default=None), unconfirmed=False, lost=lost)


def _now() -> float:
    return asyncio.get_running_loop().time()
