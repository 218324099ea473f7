"""Where a client's events go: to questions first, then to every subscription. Source: IPC spec R-7, R-11, R-12."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

from rc_ipc._questions import Questions
from rc_ipc._session import AnyTaskEvent
from rc_ipc._subscription import Gap, Subscription

if TYPE_CHECKING:
    from rc_ipc._errors import IpcError

E = TypeVar("E", bound=AnyTaskEvent)


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
        self.questions: Final = Questions(asked=self._go_on.set)

    def subscribe(self, kinds: tuple[type[E], ...], *, task_id: str | None) -> Subscription[E]:
        """Open a subscription; nothing that is heard from now on is missed."""
        subscription = Subscription(
            kinds, task_id=task_id, limit=self._limit, room_made=self._go_on.set, closed=self._unsubscribe
        )
        if self._is_over:
            subscription.finish(self._end)
        else:
            self._subscriptions.append(subscription)
        return subscription

    async def hear(self, event: AnyTaskEvent) -> None:
        """Deliver the event; return when the next one may come.

        A full subscription holds up the client, so that the host feels it, unless an answer is awaited: that
        must not depend on who reads events, or how fast.
        """
        self.questions.settle(event)
        for subscription in tuple(self._subscriptions):
            subscription.offer(event)
        while not self.questions.outstanding and any(each.is_full for each in self._subscriptions):
            self._go_on.clear()
            await self._go_on.wait()

    def note_gap(self, gap: Gap) -> None:
        """Mark in every subscription that events may be missing."""
        for subscription in tuple(self._subscriptions):
            subscription.note_gap(gap)

    def lose(self, reason: IpcError) -> None:
        """Fail what depends on this very connection."""
        self.questions.fail(reason)

    def finish(self, reason: IpcError | None) -> None:
        """End everything: with the reason, or in good order if there is none."""
        self._is_over, self._end = True, reason
        for subscription in self._subscriptions:
            subscription.finish(reason)
        self._subscriptions.clear()

    def _unsubscribe(self, subscription: Subscription[AnyTaskEvent]) -> None:
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
        self._go_on.set()
