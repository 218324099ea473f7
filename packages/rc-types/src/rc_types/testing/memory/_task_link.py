"""A task link to an assistant that the test plays itself."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rc_types.events import AnyTaskEvent
    from rc_types.ipc import TaskCommand


class MemoryAssistant:
    """The far end of a MemoryTaskLink: `assistant.link` is for the program, the rest for the test."""

    def __init__(self) -> None:
        self._commands: asyncio.Queue[TaskCommand] = asyncio.Queue()
        self.link = MemoryTaskLink(self._commands)

    async def emit(self, event: AnyTaskEvent, /) -> None:
        """Send an event to every reader of the link; one that is closed or broken has none."""
        self.link.deliver(event)

    async def hear(self) -> TaskCommand:
        """Wait for the next command and return it."""
        return await self._commands.get()

    async def vanish(self) -> None:
        """Break the connection off: readers and senders get ConnectionResetError."""
        self.link.end(ConnectionResetError("the assistant has gone"))


class MemoryTaskLink:
    """A link whose readers hold any number of events; made by `MemoryAssistant`."""

    def __init__(self, commands: asyncio.Queue[TaskCommand]) -> None:
        self._commands = commands
        self._readers: list[_Reader] = []
        self._ended: Exception | None = None

    async def send(self, command: TaskCommand, /) -> None:
        """See `rc_types.ports.TaskLink`.

        Raises:
            ConnectionResetError: The assistant has gone.
            BrokenPipeError: The link is closed.
        """
        if isinstance(self._ended, StopAsyncIteration):
            raise BrokenPipeError("the link is closed")
        if self._ended is not None:
            raise self._ended.with_traceback(None)
        self._commands.put_nowait(command)

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        """See `rc_types.ports.TaskLink`.

        Raises:
            ConnectionResetError: Out of the iterator, when the assistant has gone.
        """
        reader = _Reader()
        self._readers.append(reader)
        if self._ended is not None:
            reader.end(self._ended)
        return reader

    async def aclose(self) -> None:
        """See `rc_types.ports.TaskLink`."""
        self.end(StopAsyncIteration())

    def deliver(self, event: AnyTaskEvent) -> None:
        """Give the event to every reader, unless the link has ended."""
        if self._ended is None:
            for reader in self._readers:
                reader.put(event)

    def end(self, reason: Exception) -> None:
        """End the link and its readers for this reason; the first one counts."""
        if self._ended is None:
            self._ended = reason
            for reader in self._readers:
                reader.end(reason)


class _Reader:
    """The events for one reader, and then the reason why there are no more."""

    def __init__(self) -> None:
        self._waiting: deque[AnyTaskEvent] = deque()
        self._stirred = asyncio.Event()
        self._ended: Exception | None = None

    def put(self, event: AnyTaskEvent) -> None:
        self._waiting.append(event)
        self._stirred.set()

    def end(self, reason: Exception) -> None:
        self._ended = reason
        self._stirred.set()

    def __aiter__(self) -> AsyncIterator[AnyTaskEvent]:
        return self

    async def __anext__(self) -> AnyTaskEvent:
        while not self._waiting:
            if self._ended is not None:
                raise self._ended.with_traceback(None)
            self._stirred.clear()
            await self._stirred.wait()
        return self._waiting.popleft()
