"""Work that is never left behind: what must come to its end, and what blocks and so runs beside the event loop."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

P = ParamSpec("P")
T = TypeVar("T")


async def to_its_end(work: Awaitable[T]) -> T:
    """Wait for work that must not be broken off, however often the caller is cancelled.

    The cancellation comes only then: what the work does must not go on while the caller cleans up.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        raise


def start_in_thread(function: Callable[[], T]) -> asyncio.Future[T]:
    """Run a function in a thread, without the task and the copy of the context that `asyncio.to_thread` makes."""
    return asyncio.get_running_loop().run_in_executor(None, function)


async def in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function in a thread, to its end."""
    return await to_its_end(start_in_thread(partial(function, *args, **kwargs)))


def remove(folder: Path) -> None:
    """Remove a folder of ours, whatever a job has left in it; one that is gone is fine. Blocks."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except (OSError, RecursionError):  # folders that nobody may enter, or thousands of them in each other
        for command in (("chmod", "-R", "u+rwX"), ("rm", "-rf")):
            subprocess.run([*command, "--", folder], capture_output=True, check=False)  # noqa: S603 - no shell
