"""Hands on what a host says about its task, and notes what only the events tell: durations, trouble with the API."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from rc_types.events import (
    MalformedTaskEvent,
    Message,
    TaskCompleted,
    TaskStarted,
    TaskTokenUsageUpdated,
    UnknownTaskEvent,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rc_types.events import AnyTaskEvent, TaskEvent

    from rc_evals.agents.port import Stage

RETRY_SAYS: Final = frozenset({"api_req_retry_delayed", "api_req_retried"})
"""The host tries a request to its model again (spec 9.7); its own rate limit is another say."""


class Following:
    """Reads the events of one task on behalf of a stage. Whatever a host says, it goes on."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._news = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._retries = self._unkept = 0
        self._began = self._used = 0.0
        self._is_started = False
        self.broken_off = ""
        """How the events ended, if not in good order."""

    @property
    def trouble(self) -> str:
        """What went wrong beside the task itself, for people; empty for nothing."""
        troubles: list[str] = []
        if self._retries:
            troubles.append(f"the model's API was unstable ({self._retries} retries)")
        if self._unkept:
            troubles.append(f"{self._unkept} events could not be kept")
        return "; ".join(troubles)

    @property
    def worked_ms(self) -> int | None:
        """From the start of the task, or of our reading, to its latest usage (spec 9.6); None while none was told."""
        return round(1000 * (self._used - self._began)) if self._used else None

    def begin(self, events: AsyncIterator[AnyTaskEvent]) -> None:
        """Begin to read."""
        self._began = _now()
        self._reading = asyncio.create_task(self._read(events), name="rc-evals-events")

    async def end(self, *, within: float) -> None:
        """Return once everything is read; the events have ended. After `within` seconds, give up.

        Raises:
            OSError: what was said could not be kept.
        """
        if self._reading is None:
            return
        try:
            await asyncio.wait({self._reading}, timeout=within)
        finally:
            self._reading.cancel()
        if self._reading.done():
            self._reading.result()

    def expect_news(self) -> None:
        """Forget what was read: `has_news` is about what comes from now on."""
        self._news.clear()

    async def has_news(self, *, within: float) -> bool:
        """Return whether an event comes in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._news.wait()
        return self._news.is_set()

    async def _read(self, events: AsyncIterator[AnyTaskEvent]) -> None:
        while (event := await self._next(events)) is not None:
            self._take(event)
            self._news.set()
            await asyncio.sleep(0)  # a host that never pauses must not keep other attempts waiting

    async def _next(self, events: AsyncIterator[AnyTaskEvent]) -> AnyTaskEvent | None:
        try:
            return await anext(events, None)
        except Exception as error:  # noqa: BLE001 - the port leaves its errors to its provider
            self.broken_off = f"the events broke off: {error}"
            return None

    def _take(self, event: AnyTaskEvent) -> None:
        match event:
            case UnknownTaskEvent() | MalformedTaskEvent():
                self._unkept += 1
            case Message(message=message) if message.partial:
                pass  # the whole message follows
            case _:
                self._note(event)
                try:
                    self._stage.emit(event)
                except ValueError:  # it holds what JSON cannot say
                    self._unkept += 1

    def _note(self, event: TaskEvent) -> None:
        match event:
            case Message(action="created", message=message) if message.say in RETRY_SAYS:
                self._retries += 1
            case TaskStarted() if not self._is_started:
                self._began, self._is_started = _now(), True
            case TaskTokenUsageUpdated() | TaskCompleted():
                self._used = _now()
            case _:
                pass


def _now() -> float:
    return asyncio.get_running_loop().time()
