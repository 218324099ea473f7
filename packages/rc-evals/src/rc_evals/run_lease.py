"""A controller's claim on a run: kept alive while it works, and watched for a loss and for a wish to cancel."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from rc_evals._errors import StoreError
from rc_evals.store.runs import KeepRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_evals.store.journal import Journal

KEEP_SECONDS: Final = 1.0
"""How often the lease is renewed, and a wish to cancel noticed; far below the length of the lease."""


class RunLease:
    """What a controller knows of its claim. Each of the three facts only ever becomes true.

    Args:
        journal: the store.
        run_id: the run.
        token: proves the claim (`store.runs.TakeRun`).
        now: clock, in milliseconds since the epoch.
    """

    def __init__(self, journal: Journal, run_id: int, token: str, now: Callable[[], int]) -> None:
        self._journal, self._now = journal, now
        self.run_id, self.token = run_id, token
        self.lost = False
        """Another controller has the run, or it is gone."""
        self.cancelling = False
        """Somebody wants the run to end."""
        self.failure: StoreError | None = None
        """The store could not be asked; nothing is known any more."""
        self.on_change: Callable[[], None] = lambda: None
        """Called when one of the three becomes true."""

    async def keep(self) -> None:
        """Renew the lease for ever, or until it is lost; never raises."""
        while not (self.lost or self.failure):
            try:
                await self.look()
            except StoreError as error:
                self.failure = error
                self.on_change()
            await asyncio.sleep(KEEP_SECONDS)

    async def look(self) -> None:
        """Renew the lease once and see how things stand.

        Raises:
            StoreError: the store cannot be asked.
        """
        state = await self._journal.execute(KeepRun(run_id=self.run_id, token=self.token, now=self._now()))
        before = self.lost, self.cancelling
        self.lost = self.lost or state is None
        self.cancelling = self.cancelling or state == "cancelling"
        if (self.lost, self.cancelling) != before:
            self.on_change()
