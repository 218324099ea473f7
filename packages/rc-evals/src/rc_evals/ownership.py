"""Who controls a run: one process at a time, and what it finds when its predecessor died."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from rc_evals import artifacts
from rc_evals._errors import RunBusyError, UnknownRunError
from rc_evals.clock import now_ms
from rc_evals.outcomes import EndReason, Outcome
from rc_evals.run_lease import RunLease
from rc_evals.sandbox import processes
from rc_evals.sandbox.orphans import find, reap
from rc_evals.sandbox.port import ProcessIdentity
from rc_evals.store.attempts import Decide, Lease, Requeue
from rc_evals.store.closing import AttemptRecord
from rc_evals.store.queries import open_attempts
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import LeaveRun, TakeRun
from rc_evals.threads import in_thread, remove

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from pathlib import Path

    from rc_evals.home import Home
    from rc_evals.redaction import Redaction
    from rc_evals.store.journal import Journal


@asynccontextmanager
async def hold(journal: Journal, home: Home, run_id: int) -> AsyncGenerator[RunLease]:
    """Be the controller of a run within the block; the claim is renewed until its end.

    Raises:
        RunBusyError: another controller lives.
        UnknownRunError: no such run, or it is over.
    """
    with open_reader(home.database) as reader:
        run = reader.run(run_id)
    if run["finished_at"] is not None:
        raise UnknownRunError(f"run {run_id} is over ({run['state']}); start a new one with `rc-evals run`")
    token = secrets.token_hex(8)
    owner = json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "started": _started(os.getpid())})
    evicted = run["lease_token"] if owner_is_dead(run) else None
    if not await journal.execute(TakeRun(run_id=run_id, owner=owner, token=token, now=now_ms(), evicted=evicted)):
        raise RunBusyError(f"run {run_id} is being worked on by {describe_owner(run)}; wait for it, or cancel the run")
    lease = RunLease(journal, run_id, token, now_ms)
    keeper = asyncio.create_task(lease.keep(), name="rc-evals-keeper")
    try:
        yield lease
    finally:
        keeper.cancel()
        await asyncio.wait({keeper})
        if lease.failure is None:
            await journal.execute(LeaveRun(run_id=run_id, token=token, now=now_ms()))


def is_controlled(run: Mapping[str, Any], now: int) -> bool:
    """Return whether somebody works on a run: its lease holds, and its process lives as far as this host can tell."""
    return run["lease_token"] is not None and run["lease_expires_at"] > now and not owner_is_dead(run)


def owner_is_dead(run: Mapping[str, Any]) -> bool:
    """Return whether the controller that a run names was on this host and is gone.

    One on another host may live: only its lease can tell.
    """
    owner = _owner(run)
    return (
        owner is not None
        and owner.get("host") == socket.gethostname()
        and _started(int(owner["pid"])) != owner["started"]
    )


def describe_owner(run: Mapping[str, Any]) -> str:
    """Name the controller of a run for people."""
    owner = _owner(run)
    return "nobody" if owner is None else f"process {owner.get('pid')} on {owner.get('host')}"


async def clear_up(
    journal: Journal, home: Home, run_id: int, *, redaction: Redaction | None, verdict: Outcome | None
) -> int:
    """End whatever a dead controller left of a run and return how many attempts that were.

    Their processes are killed, their folders removed, their logs closed as `artifacts.close_log` says, and their tasks
    queued again, or decided when `verdict` is given. The caller must hold the run.
    """
    with open_reader(home.database) as reader:
        left = open_attempts(reader, run_id)
    for row in left:
        await asyncio.to_thread(_end_processes, row)
        await in_thread(artifacts.close_log, _artifacts(home, row), redaction)
        lease = _lease(row)
        record = AttemptRecord(end_reason=EndReason.LOST, error="its controller died")
        if verdict is None:
            await journal.execute(Requeue(lease=lease, record=record, not_before=now_ms(), now=now_ms()))
        else:
            await journal.execute(Decide(lease=lease, verdict=verdict, record=record, now=now_ms()))
    await in_thread(remove, home.scratch(run_id))
    return len(left)


def _started(pid: int) -> int | None:
    process = processes.read(pid)
    return None if process is None else process.started


def _end_processes(row: Mapping[str, Any]) -> None:
    """Kill what runs of an attempt: the process that is on record, and any that was started just before the end."""
    recorded = [] if row["pid"] is None else [ProcessIdentity(row["pid"], row["pid_started"], row["token"])]
    for identity in (*recorded, *find(row["token"])):
        reap(identity)


def _artifacts(home: Home, row: Mapping[str, Any]) -> Path:
    return artifacts.attempt_folder(
        home, row["run_id"], row["language"], row["exercise"], row["iteration"], row["number"]
    )


def _owner(run: Mapping[str, Any]) -> dict[str, Any] | None:
    return None if run["lease_owner"] is None else dict(json.loads(run["lease_owner"]))


def _lease(row: Mapping[str, Any]) -> Lease:
    return Lease(
        task_id=row["task_id"],
        run_id=row["run_id"],
        language=row["language"],
        exercise=row["exercise"],
        iteration=row["iteration"],
        attempt_id=row["attempt_id"],
        number=row["number"],
        failures=0,
        token=row["token"],
    )
