"""A task of the assistant that the test plays: it believes every word at once, and knows of no sub-tasks."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rc_types.events import Message, TaskAborted, TaskCompleted, TaskIdle
from rc_types.ipc import CancelTask
from rc_types.message import IDLE_ASKS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from rc_types.events import AnyTaskEvent
    from rc_types.ipc import TaskCommand
    from rc_types.ports import TaskGoal, TaskOutcome, TaskOutcomeKind
    from rc_types.task import TaskId


@dataclass(frozen=True, slots=True)
class _Outcome:
    kind: TaskOutcomeKind
    task_id: TaskId
    reason: str
    ask: str | None = None
    text: str | None = field(default=None, repr=False)


class Reader:
    """The events for one reader, and then the reason why there are no more."""

    def __init__(self) -> None:
        self._waiting: deque[AnyTaskEvent] = deque()
        self._stirred = asyncio.Event()
        self._ended: Exception | None = None

    def put(self, event: AnyTaskEvent) -> None:
        """Give it the next event."""
        self._waiting.append(event)
        self._stirred.set()

    def end(self, reason: Exception) -> None:
        """End it with the reason, after what has come."""
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


class MemoryLinkedTask:
    """See `rc_types.ports.LinkedTask`; made by `MemoryTaskLink`.

    Args:
        task_id: whose events count.
        send: says something to the assistant.
    """

    def __init__(self, task_id: TaskId, send: Callable[[TaskCommand], Awaitable[None]]) -> None:
        self.task_id = task_id
        self._send = send
        self._readers = [Reader()]
        self._is_first_given = False
        self._stirred = asyncio.Event()
        self._outcome: _Outcome | None = None
        self._is_settled = self._is_aborted = False
        self._ended: Exception | None = None

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        """See `rc_types.ports.LinkedTask`.

        Raises:
            ConnectionResetError: Out of the iterator, when the assistant has gone.
        """
        if not self._is_first_given:
            self._is_first_given = True
            return self._readers[0]
        reader = Reader()
        self._readers.append(reader)
        if self._ended is not None:
            reader.end(self._ended)
        return reader

    async def wait(self, goal: TaskGoal, /) -> TaskOutcome:
        """See `rc_types.ports.LinkedTask`; a result is settled once `taskIdle` is said."""
        while (outcome := self._reached(goal)) is None:
            self._stirred.clear()
            await self._stirred.wait()
        return outcome

    async def cancel(self) -> None:
        """See `rc_types.ports.LinkedTask`.

        Raises:
            ConnectionResetError, BrokenPipeError: The assistant has gone, or the link is closed.
        """
        self._is_aborted = False
        await self._send(CancelTask.of(self.task_id))
        while not self._is_aborted:
            if self._ended is not None:
                raise ConnectionResetError("the assistant has gone")
            self._stirred.clear()
            await self._stirred.wait()

    def put(self, event: AnyTaskEvent) -> None:
        """Take the next event of the link."""
        if getattr(event, "task_id", None) != self.task_id:
            return
        self._is_settled = self._is_settled or isinstance(event, TaskIdle)
        self._is_aborted = self._is_aborted or isinstance(event, TaskAborted)
        self._outcome = self._told(event) or self._outcome
        for reader in self._readers:
            reader.put(event)
        self._stirred.set()

    def end(self, reason: Exception) -> None:
        """Note that the link has ended."""
        self._ended = reason
        self._outcome = self._outcome or _Outcome("disconnected", self.task_id, "the link has ended")
        for reader in self._readers:
            reader.end(reason)
        self._stirred.set()

    def _reached(self, goal: TaskGoal) -> _Outcome | None:
        outcome = self._outcome
        if outcome is None or outcome.kind != "presented" or goal == "presented" or self._ended is not None:
            return outcome
        return outcome if goal == "settled" and self._is_settled else None

    def _told(self, event: AnyTaskEvent) -> _Outcome | None:
        match event:
            case TaskCompleted():
                return _Outcome("completed", self.task_id, "the result is accepted")
            case TaskAborted():
                return _Outcome("aborted", self.task_id, "the task was aborted")
            case Message(message=message) if message.ask in IDLE_ASKS and not message.partial:
                return self._asked(message.ask, message.text)
            case _:
                return None

    def _asked(self, ask: str, text: str | None) -> _Outcome:
        if ask == "completion_result":
            return _Outcome("presented", self.task_id, "the result is presented", ask)
        if ask == "api_req_failed":
            return _Outcome("failed", self.task_id, "the request to the model failed", ask, text)
        return _Outcome("needs_input", self.task_id, "somebody has to answer", ask, text)
