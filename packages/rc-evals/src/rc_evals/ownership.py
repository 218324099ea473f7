"""Who controls a run: one process at a time, and what it finds when its predecessor died."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rc_evals import artifacts
from rc_evals._errors import RunBusyError, UnknownRunError
from rc_evals.clock import now_ms
from rc_evals.outcomes import EndReason, Outcome
from rc_evals.run_lease import RunLease
from rc_evals.sandbox import processes
from rc_evals.sandbox.orphans import find, reap
from rc_evals.sandbox.port import ProcessIdentity
from rc_evals.sandbox.status import status_file
from rc_evals.store.attempts import Decide, Lease, Requeue
from rc_evals.store.closing import AttemptRecord
from rc_evals.store.queries import open_attempts
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import LeaveRun, TakeRun
from rc_evals.threads import in_thread, remove

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Mapping

    from rc_evals.agents.port import Agent
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
    owner = {"host": socket.gethostname(), "boot": _boot(), "pid": os.getpid(), "started": _started(os.getpid())}
    dead = owner_is_dead(run)
    take = TakeRun(
        run_id=run_id,
        owner=json.dumps(owner),
        token=token,
        now=now_ms(),
        evicted=run["lease_token"] if dead else None,
        inherits=dead and (_owner(run) or {}).get("boot") == _boot(),  # files may be torn after a power cut
    )
    if not await journal.execute(take):
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
    if owner is None or owner.get("host") != socket.gethostname():
        return False
    lives = owner.get("boot", _boot()) == _boot() and _started(int(owner["pid"])) == owner["started"]
    return not lives


def describe_owner(run: Mapping[str, Any]) -> str:
    """Name the controller of a run for people."""
    owner = _owner(run)
    return "nobody" if owner is None else f"process {owner.get('pid')} on {owner.get('host')}"


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
        await in_thread(_close_log, artifacts_of(home, row), redaction)
        lease = lease_of(row)
        record = AttemptRecord(end_reason=EndReason.LOST, error="its controller died")
        if verdict is None:
            await journal.execute(Requeue(lease=lease, record=record, not_before=now_ms(), now=now_ms()))
        else:
            await journal.execute(Decide(lease=lease, verdict=verdict, record=record, now=now_ms()))
    await in_thread(_remove_but, home.scratch(run_id), spared)
    return len(left)


def _close_log(folder: Path, redaction: Redaction | None) -> None:
    artifacts.close_log(folder, redaction)
    status_file(folder / artifacts.AGENT_LOG).unlink(missing_ok=True)


def _remove_but(scratch: Path, spared: Collection[str]) -> None:
    """Remove the folders of all attempts but the spared ones; without any, the folder that they lie in goes as well."""
    if not spared:
        remove(scratch)
        return
    for folder in scratch.iterdir():
        if folder.name not in spared:
            remove(folder)


def _boot() -> str:
    """Return what names the time since this machine was started; empty where nobody tells."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _started(pid: int) -> int | None:
    process = processes.read(pid)
    return None if process is None else process.started


def end_processes(row: Mapping[str, Any]) -> None:
    """Kill what runs of an attempt: the process that is on record, and any that was started just before the end."""
    recorded = [] if row["pid"] is None else [ProcessIdentity(row["pid"], row["pid_started"], row["token"])]
    for identity in (*recorded, *find(row["token"])):
        reap(identity)


def artifacts_of(home: Home, row: Mapping[str, Any]) -> Path:
    """Return the folder of artifacts of an open attempt."""
    return artifacts.attempt_folder(
        home, row["run_id"], row["language"], row["exercise"], row["iteration"], row["number"]
    )


def _owner(run: Mapping[str, Any]) -> dict[str, Any] | None:
    return None if run["lease_owner"] is None else dict(json.loads(run["lease_owner"]))


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
