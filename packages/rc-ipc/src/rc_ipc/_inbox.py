"""Where a client's events go: to listeners and requests, then to subscriptions. Source: IPC spec R-7, R-11, R-12."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from rc_ipc._pending import Requests
from rc_ipc._session import AnyTaskEvent
from rc_ipc._subscription import Gap, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rc_ipc._errors import IpcError

E = TypeVar("E", bound=AnyTaskEvent)


class Listener(Protocol):
    """Follows everything that happens, at once and without waiting."""

    def hear(self, event: AnyTaskEvent, /) -> None:
        """Take the next event."""
        ...

    def lose(self, reason: IpcError, /) -> None:
        """Note that the connection has gone."""
        ...


class Inbox:
    """The readers of one client, and how far they hold it up.

    Args:
        limit: events that may wait in one subscription.
    """

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._subscriptions: list[Subscription[AnyTaskEvent]] = []
        self._go_on = asyncio.Event()
        self._end: IpcError | None = None
        self._is_over = False
        self.listeners: Final[list[Listener]] = []
        self.requests: Final = Requests(asked=self._go_on.set)

    def subscribe(
        self,
        kinds: tuple[type[E], ...],
        *,
        about: Callable[[AnyTaskEvent], bool] | None = None,
        beginning: Iterable[AnyTaskEvent] = (),
    ) -> Subscription[E]:
        """Open a subscription; nothing that is heard from now on is missed.

        Args:
            kinds: event types to deliver; all if there are none.
            about: tells which events to deliver.
            beginning: earlier events, to be delivered first.
        """
        subscription = Subscription(
            kinds, about=about, limit=self._limit, room_made=self._go_on.set, closed=self._unsubscribe
        )
        for event in beginning:
            subscription.offer(event)
        if self._is_over:
            subscription.finish(self._end)
        else:
            self._subscriptions.append(subscription)
        return subscription

    def hear(self, event: AnyTaskEvent) -> bool:
        """Deliver the event; return whether the next one may come before a `rest`."""
        for listener in self.listeners:
            listener.hear(event)
        goes_on = not (self.requests.outstanding and self.requests.settle(event))
        for subscription in self._subscriptions:
            subscription.offer(event)
            goes_on = goes_on and not subscription.is_full
        return goes_on

    async def rest(self) -> None:
        """Let whoever got an answer subscribe before the next event is read; return once there is room for that.

        A full subscription holds up the client, so that the host feels it, unless an answer is awaited: that
        must not depend on who reads events, or how fast.
        """
        await asyncio.sleep(0)
        while not self.requests.outstanding and any(each.is_full for each in self._subscriptions):
            self._go_on.clear()
            await self._go_on.wait()

    def note_gap(self, gap: Gap) -> None:
        """Mark in every subscription that events may be missing."""
        for subscription in tuple(self._subscriptions):
            subscription.note_gap(gap)

    def lose(self, reason: IpcError) -> None:
        """Fail what depends on this very connection."""
        for listener in self.listeners:
            listener.lose(reason)
        self.requests.fail(reason)

    def finish(self, reason: IpcError | None, *, over: IpcError) -> None:
        """End everything: subscriptions with the reason, or in good order if there is none; requests with `over`."""
        self._is_over, self._end = True, reason
        for subscription in self._subscriptions:
            subscription.finish(reason)
        self._subscriptions.clear()
        for listener in self.listeners:
            listener.lose(over)
        self.requests.finish(over)

    def _unsubscribe(self, subscription: Subscription[AnyTaskEvent]) -> None:
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
        self._go_on.set()
