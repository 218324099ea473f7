"""Questions to the host, whose answers carry no id. Source: IPC spec R-12, first row."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

from rc_types.events import CommandsResponse, ModelsResponse, ModesResponse

from rc_ipc._errors import IpcError, RequestTimeoutError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rc_ipc._session import AnyTaskEvent

Answer = CommandsResponse | ModelsResponse | ModesResponse
A = TypeVar("A", CommandsResponse, ModelsResponse, ModesResponse)


@dataclass(slots=True)
class _Question:
    outcome: asyncio.Future[Answer | IpcError] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    askers: int = 0


class Questions:
    """One question of a kind at a time; who asks the same meanwhile shares the answer.

    An answer that comes after its question timed out completes the next question of the kind, if there is one
    (the data are equivalent), and means nothing otherwise.

    Args:
        asked: called when a question begins to be outstanding.
    """

    def __init__(self, *, asked: Callable[[], None]) -> None:
        self._open: dict[type[Answer], _Question] = {}
        self._asked = asked

    @property
    def outstanding(self) -> bool:
        """Whether somebody waits for an answer."""
        return bool(self._open)

    async def ask(self, kind: type[A], put: Callable[[], Awaitable[None]], *, within: float) -> A:
        """Return the next answer of the kind.

        Args:
            kind: type of the answer.
            put: sends the question; called unless the same is being asked already.
            within: seconds.

        Raises RequestTimeoutError, or whatever ended the connection or kept the question from being sent.
        """
        is_first = kind not in self._open
        question = self._open.setdefault(kind, _Question())
        question.askers += 1
        self._asked()
        try:
            async with asyncio.timeout(within):
                if is_first:
                    await self._put(kind, put)
                outcome = await asyncio.shield(question.outcome)
        except TimeoutError:
            raise RequestTimeoutError(kind.__name__, within) from None
        finally:
            question.askers -= 1
            if not question.askers and self._open.get(kind) is question:
                del self._open[kind]
        if isinstance(outcome, IpcError):
            raise outcome.with_traceback(None)
        return cast("A", outcome)

    def settle(self, event: AnyTaskEvent) -> None:
        """Give the event to whoever asked for it."""
        if isinstance(event, Answer) and (question := self._open.pop(type(event), None)):
            question.outcome.set_result(event)

    def fail(self, reason: IpcError) -> None:
        """Tell everybody who asked that there will be no answer."""
        while self._open:
            _, question = self._open.popitem()
            question.outcome.set_result(reason)

    async def _put(self, kind: type[Answer], put: Callable[[], Awaitable[None]]) -> None:
        try:
            await put()
        except IpcError as exc:
            if question := self._open.pop(kind, None):
                question.outcome.set_result(exc)
