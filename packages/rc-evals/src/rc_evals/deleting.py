"""The end of a run that nobody needs: its rows, and then its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rc_evals._errors import RunBusyError
from rc_evals.ownership import clear_up, hold
from rc_evals.store.reader import open_reader
from rc_evals.store.upkeep import DeleteRun
from rc_evals.threads import in_thread, remove

if TYPE_CHECKING:
    from pathlib import Path

    from rc_evals.home import Home
    from rc_evals.store.journal import Journal


async def delete(journal: Journal, home: Home, run_id: int) -> list[Path]:
    """Delete a run, with what a dead controller left of it, and return the folders that could not be removed.

    The rows go first: then nobody comes upon a run whose files are half gone. Ids of runs never come back, so that a
    folder which is left belongs to no other run, and can be removed by hand.

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
    if not await journal.execute(DeleteRun(run_id=run_id, token=token)):
        raise RunBusyError(f"run {run_id} is being worked on, or was deleted meanwhile; look at the list of runs")
