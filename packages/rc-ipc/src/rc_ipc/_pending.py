"""Waits for what confirms a request: one mechanism for all of them. Source: IPC spec R-12."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rc_ipc._errors import IpcError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    from rc_types.ipc import TaskCommand

    from rc_ipc._errors import RemoteError
    from rc_ipc._requests import Request
    from rc_ipc._session import AnyTaskEvent

T = TypeVar("T")


@dataclass(slots=True)
class _Pending(Generic[T]):
    request: Request[T]
    askers: list[asyncio.Future[T | Exception]] = field(default_factory=list[asyncio.Future[T | Exception]])
    """What each who asked waits for: one who gives up must not take it from the others."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever sends the command; if that is given up, the next one who asked does it."""
    is_put: bool = False


class Requests:
    """The requests of one client that are outstanding.

    Args:
        asked: called when a request begins to be outstanding.
    """

    def __init__(self, *, asked: Callable[[], None]) -> None:
        self._open: dict[Hashable, _Pending[Any]] = {}
        self._asked = asked
        self._over: IpcError | None = None

    @property
    def outstanding(self) -> bool:
        """Whether somebody waits for a confirmation."""
        return bool(self._open)

    async def ask(self, request: Request[T], put: Callable[[], Awaitable[None]] | None = None) -> T:
        """Return the result of the request.

        Args:
            request: what to wait for; it listens before anything is put.
            put: sends the command, if there is one; not called if that of the same request has been sent already.

        Raises what the request says, and whatever kept the command from being sent.
        """
        if self._over is not None:
            return _result(request.lost(self._over))
        key = object() if request.shared_as is None else request.shared_as
        pending: _Pending[T] = self._open.setdefault(key, _Pending(request))
        asker: asyncio.Future[T | Exception] = asyncio.get_running_loop().create_future()
        pending.askers.append(asker)
        self._asked()
        try:
            async with asyncio.timeout(request.within):
                if put is not None:
                    await self._put(key, pending, put)
                outcome = await asker
        except TimeoutError:
            is_there = asker.done() and not asker.cancelled()  # it may have come while somebody else was sending
            outcome = asker.result() if is_there else request.unconfirmed
        finally:
            pending.askers.remove(asker)
            if not pending.askers and self._open.get(key) is pending:
                del self._open[key]
        return _result(outcome)

    def settle(self, event: AnyTaskEvent) -> bool:
        """Complete the requests that the event confirms; return whether there were any."""
        outcomes = [(key, pending.request.confirmed_by(event)) for key, pending in self._open.items()]
        confirmed = [(key, outcome) for key, outcome in outcomes if outcome is not None]
        for key, outcome in confirmed:
            self._complete(key, outcome)
        return bool(confirmed)

    def refuse(self, command: TaskCommand, error: RemoteError) -> None:
        """Fail the request that put this very command; nothing happens if nobody waits for it."""
        for key, pending in tuple(self._open.items()):
            if pending.request.command is command:
                self._complete(key, error)

    def fail(self, reason: IpcError) -> None:
        """Tell everybody who waits that the connection is lost."""
        for key, pending in tuple(self._open.items()):
            self._complete(key, pending.request.lost(reason))

    def finish(self, reason: IpcError) -> None:
        """Fail what is outstanding and whatever is asked from now on."""
        self._over = reason
        self.fail(reason)

    def _complete(self, key: Hashable, outcome: object) -> None:
        for asker in self._open.pop(key).askers:
            if not asker.done():
                asker.set_result(outcome)

    async def _put(self, key: Hashable, pending: _Pending[Any], put: Callable[[], Awaitable[None]]) -> None:
        async with pending.turn:
            if pending.is_put:
                return
            try:
                await put()
            except IpcError as exc:
                if self._open.get(key) is pending:
                    self._complete(key, exc)
            pending.is_put = True


def _result(outcome: T | Exception) -> T:
    if isinstance(outcome, Exception):
        raise outcome.with_traceback(None)  # else it would grow by a traceback every time
    return outcome
