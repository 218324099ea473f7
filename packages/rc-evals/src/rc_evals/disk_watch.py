"""Looks at the disk of a run while it goes on (see `disk`)."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from rc_evals._errors import DiskError
from rc_evals.disk import check

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

LOOK_SECONDS: Final = 1.0
"""Between two looks at the disk of a run that goes on."""


@asynccontextmanager
async def watched(folder: Path, fail: Callable[[DiskError], None]) -> AsyncGenerator[None]:
    """Look at the disk of a folder now and again; tell `fail`, once, should anything be wrong within the block.

    Raises:
        DiskError: something is wrong from the start.
    """
    check(folder)
    watcher = asyncio.create_task(_watch(folder, fail), name="rc-evals-disk")
    try:
        yield
    finally:
        watcher.cancel()
        await asyncio.wait({watcher})


async def _watch(folder: Path, fail: Callable[[DiskError], None]) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await asyncio.to_thread(check, folder)
        except DiskError as error:
            fail(error)
            return
