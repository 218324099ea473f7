"""Who controls a run: one process at a time, and what it finds when its predecessor died."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from rc_evals import artifacts
from rc_evals._errors import RunBusyError, UnknownRunError
from rc_evals.clock import now_ms
from rc_evals.outcomes import EndReason, Outcome
from rc_evals.run_lease import KEEP_SECONDS, RunLease
from rc_evals.run_owner import Owner, refuse_imported
from rc_evals.sandbox.orphans import find, reap
from rc_evals.sandbox.port import ProcessIdentity
from rc_evals.store.attempts import Decide, Lease, Requeue
from rc_evals.store.closing import AttemptRecord
from rc_evals.store.queries import open_attempts
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import LEASE_MS, LeaveRun, TakeRun
from rc_evals.threads import in_thread, remove

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Mapping
    from pathlib import Path

    from rc_evals.agents.port import Agent
    from rc_evals.home import Home
    from rc_evals.store.journal import Journal

RENEWAL_SECONDS: Final = 3 * KEEP_SECONDS
"""Within which a living controller has renewed its lease."""


@asynccontextmanager
async def hold(journal: Journal, home: Home, run_id: int) -> AsyncGenerator[RunLease]:
    """Be the controller of a run within the block; the claim is renewed until its end.

    Raises:
        RunBusyError: another controller lives.
        UnknownRunError: no such run, or it is over.
        ImportedRunError: it was made elsewhere.
    """
    with open_reader(home.database) as reader:
        run = reader.run(run_id)
    if run["finished_at"] is not None:
        raise UnknownRunError(f"run {run_id} is over ({run['state']}); start a new one with `rc-evals run`")
    refuse_imported(run)
    token = secrets.token_hex(8)
    owner = Owner.of(run)
    take = TakeRun(
        run_id=run_id,
        owner=Owner.here().to_json(),
        token=token,
        now=now_ms(),
        evicted=run["lease_token"],
        # Of one that hangs, attempts may still be written to; files may be torn after a power cut.
        inherits=owner is not None and owner.lives is False and owner.is_of_this_boot,
    )
    if await is_kept(home, run) or not await journal.execute(take):
        raise RunBusyError(f"run {run_id} is being worked on by {owner or 'another'}; wait for it, or cancel the run")
    lease = RunLease(journal, run_id, token, now_ms)
    keeper = asyncio.create_task(lease.keep(), name="rc-evals-keeper")
    try:
        yield lease
    finally:
        keeper.cancel()
        await asyncio.wait({keeper})
        if lease.failure is None:
            await journal.execute(LeaveRun(run_id=run_id, token=token, now=now_ms()))


async def is_kept(home: Home, run: Mapping[str, Any]) -> bool:
    """Return whether a living controller keeps its claim on a run.

    One that died on this host does not. The lease of any other says so for itself, unless it has expired, or reaches
    farther than leases do: then the clock was set, or its controller hangs. Those that live renew it soon.
    """
    owner = Owner.of(run)
    if run["lease_token"] is None or (owner is not None and owner.lives is False):
        return False
    if 0 < run["lease_expires_at"] - now_ms() <= LEASE_MS:
        return True
    with suppress(TimeoutError):
        async with asyncio.timeout(RENEWAL_SECONDS):
            while True:
                await asyncio.sleep(KEEP_SECONDS / 10)
                with open_reader(home.database) as reader:
                    later = reader.run(run["id"])
                if later["lease_token"] is None:
                    return False
                if later["lease_expires_at"] != run["lease_expires_at"]:
                    return True
    return False


async def clear_up(
    journal: Journal,
    home: Home,
    run_id: int,
    *,
    agent: Agent | None,
    verdict: Outcome | None,
    spared: Collection[str] = (),
) -> int:
    """End whatever a dead controller left of a run and return how many attempts that were.

    Their processes are killed, their folders removed, their logs closed as `artifacts.close_log` says, and their tasks
    queued again, or decided when `verdict` is given. The caller must hold the run. `agent` knows what secrets may be in
    logs; attempts with a job token in `spared` are left alone.
    """
    with open_reader(home.database) as reader:
        left = [row for row in open_attempts(reader, run_id) if row["token"] not in spared]
    redaction = None if agent is None else agent.redaction
    for row in left:
        await in_thread(end_processes, row)
        await in_thread(artifacts.close_log, _artifacts(home, row), redaction)
        lease = lease_of(row)
        record = AttemptRecord(end_reason=EndReason.LOST, error="its controller died")
        if verdict is None:
            await journal.execute(Requeue(lease=lease, record=record, not_before=now_ms(), now=now_ms()))
        else:
            await journal.execute(Decide(lease=lease, verdict=verdict, record=record, now=now_ms()))
    await in_thread(_remove_but, home.scratch(run_id), spared)
    return len(left)


def _remove_but(scratch: Path, spared: Collection[str]) -> None:
    """Remove the folders of all attempts but the spared ones; without any, the folder that they lie in goes as well."""
    if not spared:
        remove(scratch)
        return
    for folder in scratch.iterdir():
        if folder.name not in spared:
            remove(folder)


def end_processes(row: Mapping[str, Any]) -> None:
    """Kill what runs of an attempt: the process that is on record, and any that was started just before the end."""
    recorded = [] if row["pid"] is None else [ProcessIdentity(row["pid"], row["pid_started"], row["token"])]
    for identity in (*recorded, *find(row["token"])):
        reap(identity)


def _artifacts(home: Home, row: Mapping[str, Any]) -> Path:
    return artifacts.attempt_folder(
        home, row["run_id"], row["language"], row["exercise"], row["iteration"], row["number"]
    )


def lease_of(row: Mapping[str, Any]) -> Lease:
    """Return the lease of an open attempt, with which it can be closed."""
    return Lease(
        task_id=row["task_id"],
        run_id=row["run_id"],
        language=row["language"],
        exercise=row["exercise"],
        iteration=row["iteration"],
        attempt_id=row["attempt_id"],
        number=row["number"],
        failures=row["failures"],
        token=row["lease_token"],
        job_token=row["token"],
    )
