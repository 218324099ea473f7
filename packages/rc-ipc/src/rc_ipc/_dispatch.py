"""Runs a host's handler for the commands of one connection. Source: IPC spec R-15 and section 10."""

from __future__ import annotations

import asyncio
import traceback
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from rc_types.events import CommandsResponse, ModelsResponse, ModesResponse, TaskEvent
from rc_types.ipc import ClientId, GetCommands, GetModels, GetModes, TaskCommand

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = structlog.get_logger("rc_ipc")

MAX_PENDING: Final = 16
"""Commands of one connection that may be under way; while there are as many, nothing more is read from it."""


class Handler(Protocol):
    """What a host does with a command."""

    async def __call__(self, command: TaskCommand, client_id: ClientId, /) -> TaskEvent | None:
        """Act on the command; return the answer for the client that asked, or None if there is none.

        Commands of one connection come in order, one at a time; queries (`GetModes` and its like) may overtake.
        So return soon: what takes long belongs into a task of the host's own. An exception is logged, and a
        query is then answered with an empty result.
        """
        ...


def empty_answer(command: TaskCommand) -> TaskEvent | None:
    """Return what a query is answered with when the host has no answer; None for what is not a query."""
    match command:
        case GetModes():
            return ModesResponse.of([])
        case GetCommands():
            return CommandsResponse.of([])
        case GetModels():
            return ModelsResponse.of({})
        case _:
            return None


class Dispatcher:
    """The commands of one connection that are under way.

    Args:
        handler: the host's part.
        client_id: whose commands these are.
        answer: sends an event to that client alone.
    """

    def __init__(self, handler: Handler, client_id: ClientId, answer: Callable[[TaskEvent], Awaitable[None]]) -> None:
        self._handler = handler
        self._client_id = client_id
        self._answer = answer
        self._slots = asyncio.Semaphore(MAX_PENDING)
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[None]] = set()

    async def submit(self, command: TaskCommand) -> None:
        """Start on the command; waits first while too many are under way."""
        await self._slots.acquire()
        task = asyncio.create_task(self._run(command), name=f"rc-ipc-{command.command_name}")
        self._running.add(task)
        task.add_done_callback(self._done)

    async def finished(self) -> None:
        """Wait until nothing is under way; on cancellation, nothing is left under way either."""
        try:
            while self._running:
                await asyncio.wait(self._running)
        except asyncio.CancelledError:
            for task in self._running:
                task.cancel()
            raise

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._slots.release()

    async def _run(self, command: TaskCommand) -> None:
        empty = empty_answer(command)
        if empty is not None:
            await self._serve(command, empty)
            return
        async with self._turn:
            await self._serve(command, None)

    async def _serve(self, command: TaskCommand, empty: TaskEvent | None) -> None:
        try:
            answer = await self._handler(command, self._client_id)
            if (answer := answer or empty) is not None:
                await self._answer(answer)
        except Exception as exc:  # noqa: BLE001 - the host's code is a guest here: its accidents end at this line
            # The stack without the exception's text or locals: either may hold the configuration, keys included.
            log.error(  # noqa: TRY400 - see above: no exc_info
                "ipc.handler_failed",
                client_id=self._client_id,
                command=command.command_name,
                error=type(exc).__name__,
                stack="".join(traceback.format_tb(exc.__traceback__)),
            )
            if empty is not None:
                await self._answer(empty)
