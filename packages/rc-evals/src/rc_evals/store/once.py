"""Writing for those who have one thing to write and no event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from rc_evals.store.journal import open_journal

if TYPE_CHECKING:
    from pathlib import Path

    from rc_evals.store.journal import Command

R = TypeVar("R")


def execute(path: Path, command: Command[R]) -> R:
    """Execute one command, and return its result once it is durable. Blocks; not for threads with an event loop.

    Raises:
        StoreError: nothing was written.
    """

    async def write() -> R:
        async with open_journal(path) as journal:
            return await journal.execute(command)

    return asyncio.run(write())
