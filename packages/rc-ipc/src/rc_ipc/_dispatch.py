"""Runs a host's handler for the commands of one connection. Source: IPC spec R-15 and section 10."""

from __future__ import annotations

import asyncio
import traceback
from typing import TYPE_CHECKING, Final, Generic, Protocol

from rc_ipc._errors import FrameTooLargeError, RemoteError
from rc_ipc._log import log
from rc_ipc._session import empty_answer
from rc_ipc._transport import F

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rc_types.ipc import ClientId, TaskCommand

    from rc_ipc._session import Received
    from rc_ipc._wire import Answer, ServerWire


MAX_PENDING: Final = 16
"""Commands of one connection that may be under way; while there are as many, nothing more is read from it."""


class Handler(Protocol):
    """What a host does with a command."""

    async def __call__(self, command: TaskCommand, client_id: ClientId, /) -> Answer:
        """Act on the command; return the answer for the client that asked, or None if there is none.

        The answer to a query is its event. The id of the task that a command opened is welcome, too: ZeroMQ carries it.

        Commands of one connection come in order, one at a time; queries (`GetModes` and its like) may overtake.
        So return soon: what takes long belongs into a task of the host's own. An exception is logged, and the
        client is told that the command failed; on a wire without a word for it, a query is answered with an empty
        result. RemoteError is an answer rather than an accident.
        """
        ...


class Dispatcher(Generic[F]):
    """The commands of one connection that are under way.

    Args:
        handler: the host's part.
        client_id: whose commands these are.
        session: says what became of them.
        send: sends a frame to that client alone.
    """

    def __init__(
        self,
        handler: Handler,
        client_id: ClientId,
        session: ServerWire[F],
        send: Callable[[F], Awaitable[None]],
    ) -> None:
        self._handler = handler
        self._client_id = client_id
        self._session = session
        self._send = send
        self._slots = asyncio.Semaphore(MAX_PENDING)
        self._turn = asyncio.Lock()
        self._running: dict[asyncio.Task[None], Received] = {}

    async def submit(self, received: Received) -> None:
        """Start on the command; waits first while too many are under way."""
        await self._slots.acquire()
        command = received.command
        task = asyncio.create_task(self._run(received), name=f"rc-ipc-{command.command_name}")
        self._running[task] = received
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

    def abandon(self, error: RemoteError) -> list[F]:
        """Cancel what is under way; return what tells the client so."""
        refusals: list[F] = []
        for task, received in self._running.items():
            if not task.done():
                task.cancel()
                refusals += self._session.refusal(received, error)
        return refusals

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._slots.release()

    async def _run(self, received: Received) -> None:
        if empty_answer(received.command) is not None:
            await self._serve(received)
            return
        async with self._turn:
            await self._serve(received)

    async def _serve(self, received: Received) -> None:
        command = received.command
        try:
            frames = self._session.answer(received, await self._handler(command, self._client_id))
        except RemoteError as exc:
            log.info("ipc.command_refused", client_id=self._client_id, command=command.command_name, code=exc.code)
            frames = self._session.refusal(received, exc)
        except Exception as exc:  # noqa: BLE001 - the host's code is a guest here: its accidents end at this line
            # The stack without the exception's text or locals: either may hold the configuration, keys included.
            log.error(
                "ipc.handler_failed",
                client_id=self._client_id,
                command=command.command_name,
                error=type(exc).__name__,
                stack="".join(traceback.format_tb(exc.__traceback__)),
            )
            code = "too_large" if isinstance(exc, FrameTooLargeError) else "handler_failed"
            frames = self._session.refusal(received, RemoteError(code, f"{command.command_name} failed in the host"))
        for frame in frames:
            await self._send(frame)
