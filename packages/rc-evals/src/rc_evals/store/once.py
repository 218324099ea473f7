"""Writing for those who have one thing to write and no event loop. Blocks; not for threads that have one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from rc_evals.store.journal import open_journal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from rc_evals.store.journal import Command, Journal

R = TypeVar("R")


def execute(path: Path, command: Command[R]) -> R:
    """Execute one command, and return its result once it is durable.

    Raises:
        StoreError: nothing was written.
    """
    return write(path, lambda journal: journal.execute(command))


def write(path: Path, work: Callable[[Journal], Awaitable[R]]) -> R:
    """Do some work with the journal, and return its result.

    Raises:
        StoreError: the database cannot be written.
    """

    async def do() -> R:
        async with open_journal(path) as journal:
            return await work(journal)

    return asyncio.run(do())
