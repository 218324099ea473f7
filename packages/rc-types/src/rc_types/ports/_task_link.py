"""The port between whoever drives an assistant and whatever carries the words there. Source: IPC spec 8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from rc_types.events import AnyTaskEvent
    from rc_types.ipc import TaskCommand


class TaskLink(Protocol):
    """A connection to one assistant: commands go out, events come in.

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

    async def aclose(self) -> None:
        """Close the link and end its readers; calling it again, or twice at once, or on a broken link, is fine."""
        ...


class TaskLinkFactory(Protocol):
    """Opens a link to the assistant at an address; what an address looks like is the provider's to say."""

    def __call__(self, address: str, /) -> AbstractAsyncContextManager[TaskLink]:
        """Return the link as a context that is entered once the assistant has greeted, and that closes the link."""
        ...
