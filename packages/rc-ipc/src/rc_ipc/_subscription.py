"""Events on their way to one reader: bounded, typed, and honest about gaps. Source: IPC spec R-7, R-11, R-15."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar, cast

from rc_ipc._backlog import Backlog
from rc_ipc._errors import EventOverflowError, IpcError
from rc_ipc._session import AnyTaskEvent, subject_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_types.ipc import ClientId

E_co = TypeVar("E_co", bound=AnyTaskEvent, covariant=True)

OVERDRAFT: Final = 2
"""How many times its limit a queue may hold while an answer is awaited and reading has to go on. Source: R-7."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The connection was lost and made again; events in between are missing, and nobody will repeat them."""

    old_client_id: ClientId
    new_client_id: ClientId
    seconds: float
    """How long there was no connection."""


class Subscription(Generic[E_co]):
    """The events of a client from the moment of `IpcClient.events()` on; iterate with `async for`.

    The iteration ends when the subscription or the client is closed, raises what ended the connection for good,
    and EventOverflowError if too much was waiting. Leave its `async with` block, or call `close`, when no more is
    wanted: an open subscription that nobody reads fills up, and then nothing more is read from the host (except
    while an answer is awaited).
    """

    def __init__(
        self,
        kinds: tuple[type[E_co], ...],
        *,
        about: Callable[[AnyTaskEvent], bool] | None,
        limit: int,
        room_made: Callable[[], None],
        closed: Callable[[Subscription[AnyTaskEvent]], None],
    ) -> None:
        self._kinds = kinds
        self._about = about
        self._limit = limit
        self._room_made = room_made
        self._closed = closed
        self._waiting: Backlog[E_co | Gap, AnyTaskEvent] = Backlog(subject_of, max_items=OVERDRAFT * limit)
        self._stirred = asyncio.Event()
        self._end: IpcError | StopAsyncIteration | None = None

    @property
    def is_full(self) -> bool:
        """Whether the client has to stop reading for this subscription, if it can."""
        return len(self._waiting) >= self._limit and self._end is None

    @property
    def coalesced(self) -> int:
        """How many events gave way to a later one about the same, because the reader was too slow."""
        return self._waiting.coalesced

    def offer(self, event: AnyTaskEvent) -> None:
        """Queue the event if it is wanted here; the subscription fails if that is one too many."""
        if self._kinds and not isinstance(event, self._kinds):
            return
        if self._about is not None and not self._about(event):
            return
        self._put(cast("E_co", event), event)

    def note_gap(self, gap: Gap) -> None:
        """Queue the mark behind the last event of the old connection."""
        self._put(gap)

    def finish(self, reason: IpcError | None = None) -> None:
        """Let the reader have what is waiting, then end with the reason. The first reason stays."""
        if self._end is None:
            self._end = reason or StopAsyncIteration()
            self._stirred.set()

    def close(self) -> None:
        """Deliver nothing more; safe to call twice."""
        self.finish()
        self._closed(self)

    def _put(self, item: E_co | Gap, about: AnyTaskEvent | None = None) -> None:
        if self._end is None and not self._waiting.put(item, about=about):
            self.finish(EventOverflowError(len(self._waiting)))
        self._stirred.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> E_co | Gap:
        while not self._waiting:
            if self._end is not None:
                raise self._end.with_traceback(None)
            self._stirred.clear()
            await self._stirred.wait()
        item = self._waiting.pop()
        if len(self._waiting) == self._limit - 1:
            self._room_made()
        return item

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self.close()
