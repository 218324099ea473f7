"""A task link to an assistant that the test plays itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rc_types.events import TaskStarted
from rc_types.ipc import StartNewTask
from rc_types.testing.memory._linked_task import MemoryLinkedTask, Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from rc_types.events import AnyTaskEvent
    from rc_types.global_settings import RooCodeSettings
    from rc_types.ipc import TaskCommand
    from rc_types.ports import LinkedTask
    from rc_types.task import TaskId


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
        """Break the connection off: readers and senders get ConnectionResetError, tasks are disconnected."""
        self.link.end(ConnectionResetError("the assistant has gone"))


class MemoryTaskLink:
    """A link whose readers hold any number of events; made by `MemoryAssistant`."""

    def __init__(self, commands: asyncio.Queue[TaskCommand]) -> None:
        self._commands = commands
        self._readers: list[Reader] = []
        self._tasks: list[MemoryLinkedTask] = []
        self._seekers: list[tuple[Callable[[AnyTaskEvent], bool], asyncio.Future[MemoryLinkedTask]]] = []
        self._ended: Exception | None = None

    async def send(self, command: TaskCommand, /) -> None:
        """See `rc_types.ports.TaskLink`.

        Raises:
            ConnectionResetError: The assistant has gone.
            BrokenPipeError: The link is closed.
        """
        self._raise_if_ended()
        self._commands.put_nowait(command)

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        """See `rc_types.ports.TaskLink`.

        Raises:
            ConnectionResetError: Out of the iterator, when the assistant has gone.
        """
        reader = Reader()
        self._readers.append(reader)
        if self._ended is not None:
            reader.end(self._ended)
        return reader

    async def start(self, text: str, settings: RooCodeSettings | None = None, /) -> LinkedTask:
        """See `rc_types.ports.TaskLink`: returns the next task of which `taskStarted` is said.

        Raises:
            ConnectionResetError, BrokenPipeError: As `send`.
        """
        await self.send(StartNewTask.of(text, configuration=settings))
        return await self._next_task(lambda event: isinstance(event, TaskStarted))

    async def attach(self) -> LinkedTask:
        """See `rc_types.ports.TaskLink`.

        Raises:
            ConnectionResetError, BrokenPipeError: As `send`.
        """
        self._raise_if_ended()
        return await self._next_task(lambda event: _task_id(event) is not None)

    async def aclose(self) -> None:
        """See `rc_types.ports.TaskLink`."""
        self.end(StopAsyncIteration())

    def deliver(self, event: AnyTaskEvent) -> None:
        """Give the event to whoever listens, unless the link has ended."""
        if self._ended is not None:
            return
        task_id = _task_id(event)
        for seeker in [seeker for seeker in self._seekers if task_id is not None and seeker[0](event)]:
            self._seekers.remove(seeker)
            if task_id is not None and not seeker[1].done():
                self._tasks.append(MemoryLinkedTask(task_id, self.send))
                seeker[1].set_result(self._tasks[-1])
        for listener in self._listeners:
            listener.put(event)

    def end(self, reason: Exception) -> None:
        """End the link, its readers and its tasks for this reason; the first one counts."""
        if self._ended is None:
            self._ended = reason
            for listener in self._listeners:
                listener.end(reason)
            for _, found in self._seekers:
                if not found.done():
                    found.set_exception(self._broken())

    @property
    def _listeners(self) -> list[Reader | MemoryLinkedTask]:
        return [*self._readers, *self._tasks]

    async def _next_task(self, is_it: Callable[[AnyTaskEvent], bool]) -> MemoryLinkedTask:
        found: asyncio.Future[MemoryLinkedTask] = asyncio.get_running_loop().create_future()
        self._seekers.append((is_it, found))
        return await found

    def _raise_if_ended(self) -> None:
        if self._ended is not None:
            raise self._broken()

    def _broken(self) -> Exception:
        if self._ended is None or isinstance(self._ended, StopAsyncIteration):
            return BrokenPipeError("the link is closed")
        return self._ended.with_traceback(None)


def _task_id(event: AnyTaskEvent) -> TaskId | None:
    task_id: TaskId | None = getattr(event, "task_id", None)
    return task_id
