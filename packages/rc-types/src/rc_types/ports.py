"""Where the packages of this family meet without importing each other.

A provider registers a factory under the entry-point group of the port; a consumer finds it by name.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from importlib.metadata import entry_points
from typing import Final, Protocol, cast

from rc_types._errors import TaskLinkMissingError
from rc_types.events import AnyTaskEvent
from rc_types.ipc import TaskCommand

TASK_LINK_GROUP: Final = "rc_types.task_link"
"""Entry-point group of the factories of task links."""


class TaskLink(Protocol):
    """A connection to one assistant: commands go out, events come in."""

    async def send(self, command: TaskCommand, /) -> None:
        """Hand a command over; return once it is on its way, since hosts do not answer commands."""
        ...

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        """Return the events from now on; listening begins with the call, and the iterator ends with the link.

        Raises:
            Exception: Out of the iterator, what the provider documents, when the link broke instead of being closed.
        """
        ...

    async def aclose(self) -> None:
        """Close the link; calling it again does nothing."""
        ...


class TaskLinkFactory(Protocol):
    """Opens a link to the assistant at an address; what an address looks like is the provider's to say."""

    def __call__(self, address: str, /) -> AbstractAsyncContextManager[TaskLink]:
        """Return the link as a context that is entered once the assistant has greeted, and that closes the link."""
        ...


def load_task_link(name: str) -> TaskLinkFactory:
    """Return the factory of task links that is installed under a name, such as `unix`.

    Raises:
        TaskLinkMissingError: No installed package provides it.
    """
    for entry in entry_points(group=TASK_LINK_GROUP, name=name):
        return cast("TaskLinkFactory", entry.load())
    installed = ", ".join(sorted(entry_points(group=TASK_LINK_GROUP).names)) or "none"
    raise TaskLinkMissingError(
        f"no task link named {name!r} is installed (there is: {installed}); 'unix' comes with: pip install rc-ipc"
    )
