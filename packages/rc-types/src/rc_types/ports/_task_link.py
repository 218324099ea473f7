"""The ports between whoever drives an assistant and whatever carries the words there. Source: IPC spec 8, 9.3, R-15."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from rc_types.events import AnyTaskEvent
    from rc_types.global_settings import RooCodeSettings
    from rc_types.ipc import TaskCommand
    from rc_types.task import TaskId

TaskGoal: TypeAlias = Literal["presented", "settled", "accepted"]
"""What is waited for: the result is there; it is there and its last usage too; somebody accepted it."""

TaskOutcomeKind: TypeAlias = Literal["completed", "presented", "needs_input", "failed", "aborted", "disconnected"]
"""`completed`: accepted; `presented`: the result is there; `needs_input`: somebody has to answer; `failed`: nobody
unattended can answer; `aborted`: cancelled or replaced, and not opened again; `disconnected`: nobody knows."""


class TaskOutcome(Protocol):
    """How a task stands when a wait for it ends."""

    @property
    def kind(self) -> TaskOutcomeKind:
        """What became of it."""
        ...

    @property
    def task_id(self) -> TaskId:
        """The task, or the sub-task that works for it."""
        ...

    @property
    def reason(self) -> str:
        """One line for people."""
        ...

    @property
    def ask(self) -> str | None:
        """Name of the ask that the task rests on, if it rests and the ask was heard."""
        ...

    @property
    def text(self) -> str | None:
        """What is asked, if somebody has to answer or the task has failed; otherwise the result, if there is one."""
        ...


class LinkedTask(Protocol):
    """One task of an assistant, followed through its sub-tasks, and through being aborted and opened again.

    Provided by rc-ipc, consumed by rc-evals. It ends with its link.
    """

    @property
    def task_id(self) -> TaskId:
        """The task that was started, whoever works for it now."""
        ...

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        """Return the events of the task and of the sub-tasks that work for it, as `TaskLink.events` does.

        The first call's reader begins with the event that showed the task, if it comes before too many others have
        followed; every other reader begins with its call.
        """
        ...

    async def wait(self, goal: TaskGoal, /) -> TaskOutcome:
        """Return how the task stands once it has come to the goal, or to whatever else it comes to.

        A link that is lost is an outcome as well: `disconnected`, or what had been reached by then.
        """
        ...

    async def cancel(self) -> None:
        """Stop the task, or the sub-task that works for it; return once the assistant has said so.

        Raises:
            Exception: What the provider documents, when nothing is said in time or the link is closed or broken.
        """
        ...


class TaskLink(Protocol):
    """A connection to one assistant: commands go out, events come in, tasks are followed.

    Provided by rc-ipc, consumed by rc-evals. One link is one connection; what was lost with it is not made up for.
    """

    async def send(self, command: TaskCommand, /) -> None:
        """Hand a command over; return once it is on its way, since hosts do not answer commands.

        May be called from several tasks at once: each command arrives once and whole, and those that one task sends
        arrive in its order.

        Raises:
            Exception: What the provider documents, when the link is closed or broken. Nothing is dropped silently.
        """
        ...

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        """Return the events from now on, in the order in which the assistant sent them.

        Listening begins with the call, not with the first `anext`. Each call gives a reader of its own, and every
        reader gets every event. A reader ends when the link is closed.

        Raises:
            Exception: Out of the iterator, what the provider documents, when the link broke instead of being closed;
                after the events that had arrived by then.
        """
        ...

    async def start(self, text: str, settings: RooCodeSettings | None = None, /) -> LinkedTask:
        """Start a task with this prompt and return it once it exists.

        Args:
            text: The prompt.
            settings: What to change first; the assistant keeps them.

        Raises:
            Exception: What the provider documents, when there is no sign of the task in time, or no link.
        """
        ...

    async def attach(self) -> LinkedTask:
        """Return the task that the assistant has begun by itself: the one of the first event from now on.

        Called first thing on a new link, it misses no event of the connection. Waits as long as the link lasts.

        Raises:
            Exception: What the provider documents, when the link is closed or broken.
        """
        ...

    async def aclose(self) -> None:
        """Close the link and end its readers; calling it again, or twice at once, or on a broken link, is fine."""
        ...


class TaskLinkFactory(Protocol):
    """Opens a link to the assistant at an address; what an address looks like is the provider's to say."""

    def __call__(self, address: str, /, *, uid: int | None = None) -> AbstractAsyncContextManager[TaskLink]:
        """Return the link as a context that is entered once the assistant has greeted, and that closes the link.

        Args:
            address: Where the assistant is.
            uid: The user that it runs as, if it is not our own. Nobody else is talked to, where the system can tell.
        """
        ...
