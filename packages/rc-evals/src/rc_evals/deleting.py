"""The end of a run that nobody needs: its rows, and then its files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from rc_evals._errors import RunBusyError
from rc_evals.clock import now_ms
from rc_evals.ownership import clear_up, hold
from rc_evals.store.reader import open_reader
from rc_evals.store.upkeep import CondemnRun, DeletePart
from rc_evals.threads import in_thread, remove

if TYPE_CHECKING:
    from pathlib import Path

    from rc_evals.home import Home
    from rc_evals.store.journal import Journal

_REST_SECONDS: Final = 0.02
"""Between parts: other processes that wait for the database look for it every tenth of a second."""


async def delete(journal: Journal, home: Home, run_id: int) -> list[Path]:
    """Delete a run, with what a dead controller left of it, and return the folders that could not be removed.

    The rows go first, a part at a time, so that runs which go on can write meanwhile. One whose deletion was broken off
    says so by its state, and deleting it again goes on. Files go last. Ids of runs never come back, so that a folder
    which is left belongs to no other run, and can be removed by hand.

    Raises:
        UnknownRunError: there is no such run.
        RunBusyError: a controller works on it; cancel the run first.
    """
    with open_reader(home.database) as reader:
        run = reader.run(run_id)
    if run["finished_at"] is not None or run["imported_at"] is not None:
        await _delete_rows(journal, run_id)
    else:
        async with hold(journal, home, run_id) as lease:
            await clear_up(journal, home, run_id, agent=None, verdict=None)
            await _delete_rows(journal, run_id, token=lease.token)
    folders = [home.artifacts(run_id), home.scratch(run_id)]
    for folder in folders:
        await in_thread(remove, folder)
    return [folder for folder in folders if folder.exists()]


async def _delete_rows(journal: Journal, run_id: int, *, token: str | None = None) -> None:
    if not await journal.execute(CondemnRun(run_id=run_id, token=token, now=now_ms())):
        raise RunBusyError(f"run {run_id} is being worked on, or was deleted meanwhile; look at the list of runs")
    while await journal.execute(DeletePart(run_id=run_id)):  # noqa: ASYNC110 - it waits for nothing, it lets others in
        await asyncio.sleep(_REST_SECONDS)
