"""The tasks of a host that somebody holds a handle of, and how new ones get there. Source: IPC spec R-12, R-15."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from rc_ipc._requests import attaching, resuming, starting
from rc_ipc._settling import Settling
from rc_ipc._tasks import Focus, Say, TaskHandle

if TYPE_CHECKING:
    from rc_types.ipc import ResumeTask, StartNewTask
    from rc_types.task import TaskId

    from rc_ipc._client_options import ClientOptions
    from rc_ipc._errors import IpcError
    from rc_ipc._inbox import Inbox
    from rc_ipc._session import AnyTaskEvent


class Roster:
    """The handles of one client: one for each task, for as long as somebody holds it.

    Args:
        inbox: of the client; the roster listens there.
        say: sends commands.
        options: of the client.
    """

    def __init__(self, inbox: Inbox, say: Say, options: ClientOptions) -> None:
        self.focus = Focus()
        self._inbox = inbox
        self._say = say
        self._options = options
        self._handles: WeakValueDictionary[TaskId, TaskHandle] = WeakValueDictionary()
        self._turn = asyncio.Lock()
        inbox.listeners.append(self)

    def hear(self, event: AnyTaskEvent) -> None:
        """Let every handle follow."""
        self.focus.hear(event)
        if self._handles:
            for handle in tuple(self._handles.values()):
                handle.follow(event)

    def lose(self, reason: IpcError) -> None:
        """End every handle; who asks for a task after that gets a fresh one."""
        self.focus.lose(reason)
        for handle in tuple(self._handles.values()):
            handle.lose(reason)
        self._handles.clear()

    def task(self, task_id: TaskId) -> TaskHandle:
        """Return the handle of the task, a new one if nobody holds one."""
        handle = self._handles.get(task_id)
        if handle is None:
            handle = TaskHandle(self._settling(task_id), self._inbox, self._say, self.focus)
            self._handles[task_id] = handle
        return handle

    async def start(self, command: StartNewTask, within: float | None) -> TaskHandle:
        """Send the command and return the task that it made."""
        async with self._turn:  # one at a time: there is no telling twins apart
            request_id = uuid.uuid4().hex
            request = starting(command, request_id, self._adopt, within)
            return await self._inbox.requests.ask(request, lambda: self._say(command, request_id=request_id))

    async def resume(self, command: ResumeTask, within: float | None) -> TaskHandle:
        """Send the command and return the task that it opened."""
        return await self._inbox.requests.ask(resuming(command, self._adopt, within), lambda: self._say(command))

    async def attach(self, within: float | None) -> TaskHandle:
        """Return the task that the host speaks of next."""
        return await self._inbox.requests.ask(attaching(self._adopt, within))

    def _adopt(self, task_id: TaskId, event: AnyTaskEvent) -> TaskHandle:
        """Return a handle that follows the task from this very event on."""
        handle = self.task(task_id)
        handle.begin(self._settling(task_id))
        handle.follow(event)
        return handle

    def _settling(self, task_id: TaskId) -> Settling:
        options = self._options
        return Settling(task_id, abort_grace=options.abort_grace, settle_after=options.settle_after)
