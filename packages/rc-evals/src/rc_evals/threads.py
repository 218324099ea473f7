"""Blocking work beside the event loop, never left behind."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function in a thread, to its end.

    A caller that is cancelled gets its cancellation only then: what the function writes must not go on being written
    while the caller cleans up.
    """
    work = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({work})
        raise


def remove(folder: Path) -> None:
    """Remove a folder of ours, whatever a job has left in it; one that is gone is fine. Blocks."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except (OSError, RecursionError):  # folders that nobody may enter, or thousands of them in each other
        for command in (("chmod", "-R", "u+rwX"), ("rm", "-rf")):
            subprocess.run([*command, "--", folder], capture_output=True, check=False)  # noqa: S603 - no shell
