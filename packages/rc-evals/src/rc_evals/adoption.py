"""Attempts whose controller died, and how a later one goes on with them instead of paying for them again.

Three places tell what there is: the store (phase, lease, process, how the agent ended), the folder of the attempt, and
in that the status file by which the sandbox tells how a command ended.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rc_evals import artifacts
from rc_evals.attempt import PLACE, perform
from rc_evals.handover import end_in, usage_in
from rc_evals.ownership import clear_up, end_processes, lease_of
from rc_evals.sandbox import orphans, status
from rc_evals.sandbox.adopting import Adopting
from rc_evals.sandbox.port import ProcessIdentity
from rc_evals.store.queries import open_attempts, open_phases
from rc_evals.store.reader import open_reader
from rc_evals.threads import in_thread, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rc_evals.agents.port import Agent
    from rc_evals.attempt import Assignment, Hooks, Ledger
    from rc_evals.home import Home
    from rc_evals.outcomes import Outcome
    from rc_evals.run_lease import RunLease
    from rc_evals.store.attempts import Lease
    from rc_evals.store.journal import Journal


@dataclass(slots=True)
class _Known:
    """What the journal has of an open attempt: when its phases began, and what came of the agent."""

    began: dict[str, int] = field(default_factory=dict[str, int])
    agent: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """An attempt that can be gone on with."""

    lease: Lease
    row: Mapping[str, Any]
    process: ProcessIdentity | None
    """The agent's, while it lives."""
    known: _Known


async def take_over(
    journal: Journal, home: Home, lease: RunLease, agent: Agent | None, say: Callable[[str], None]
) -> list[Left]:
    """End what others have left of a run, but for what can be gone on with, and return that.

    Args:
        journal: the store.
        home: the data folder.
        lease: the caller's claim.
        agent: of the run; None when there cannot be one now, and nothing is gone on with.
        say: is told what was left, if anything.
    """
    left = [] if agent is None else await in_thread(_find, home, lease, agent)
    spared = {each.lease.job_token for each in left}
    lost = await clear_up(journal, home, lease.run_id, agent=agent, verdict=None, spared=spared)
    if left or lost:
        say(f"run {lease.run_id}: a dead controller left {len(left) + lost} attempts; {len(left)} go on")
    return left


async def abandon(journal: Journal, home: Home, lease: RunLease, agent: Agent | None) -> None:
    """End what was to be gone on with, unless the run has another controller by now: then it is that one's."""
    await lease.look()
    if not lease.lost:
        await clear_up(journal, home, lease.run_id, agent=agent, verdict=None)


def _find(home: Home, lease: RunLease, agent: Agent) -> list[Left]:
    """Return what belonged to a controller that is known to be dead. One that only hangs would go on with it, too."""
    with open_reader(home.database) as reader:
        rows = [row for row in open_attempts(reader, lease.run_id) if row["lease_token"].startswith(f"{lease.token}-")]
        phases = open_phases(reader, lease.run_id) if rows else []
    journal: dict[int, _Known] = {row["task_id"]: _Known() for row in rows}
    for phase in phases:
        if (known := journal.get(phase["task_id"])) is not None:
            known.began.setdefault(phase["kind"], phase["at"])
            if phase["kind"] == "testing" and phase["body"] is not None:
                known.agent = json.loads(phase["body"])["agent"]
    found = (_look(home, row, journal[row["task_id"]], adoptable=agent.facts.adoptable) for row in rows)
    return [left for left in found if left is not None]


def _look(home: Home, row: Mapping[str, Any], known: _Known, *, adoptable: bool) -> Left | None:
    lease = lease_of(row)
    place = home.scratch(lease.run_id) / lease.job_token / PLACE
    if not place.is_dir():
        return None
    if known.agent is not None:
        return Left(lease, row, None, known)
    if row["state"] != "running" or not adoptable or status.stopped(place) == status.NOT_WANTED:
        return None
    process = _living(row)
    return None if process is None and status.exit_code(place) is None else Left(lease, row, process, known)


def _living(row: Mapping[str, Any]) -> ProcessIdentity | None:
    """Return the outermost process of an attempt, also when its controller died before it could note it."""
    if row["pid"] is None:
        return next(iter(orphans.find(row["token"])), None)
    recorded = ProcessIdentity(row["pid"], row["pid_started"], row["token"])
    return recorded if orphans.alive(recorded) else None


async def go_on(task: Assignment, hooks: Hooks, ledger: Ledger, left: Left) -> Outcome:
    """Do the rest of an attempt and return the verdict. When it breaks off, nothing of the agent is left running.

    Raises:
        InfrastructureError: as `perform`.
        OSError: likewise.
    """
    try:
        if left.known.agent is not None:
            await in_thread(_end_tests, task, left)
            ledger.end, ledger.usage = end_in(left.known.agent), usage_in(left.known.agent)
            _mark(ledger, preparing=left.known.agent.get("prepare_ms", 0), running=0)
            return await perform(task, hooks, ledger, adopted=True)
        (task.artifacts / artifacts.TRANSCRIPT).unlink(missing_ok=True)  # the agent tells all of it again
        running = left.known.began["running"]
        ended = status.ended_at(task.scratch / PLACE) or time.time()
        preparing = running - left.known.began.get("preparing", running)
        _mark(ledger, preparing=preparing, running=max(0, round(1000 * ended) - running))
        adopting = Adopting(task.sandbox, left.process)
        return await perform(replace(task, sandbox=adopting), hooks, ledger, adopted=True)
    except BaseException:
        await in_thread(end_processes, left.row)
        raise


def _end_tests(task: Assignment, left: Left) -> None:
    """End the tests that a dead controller has begun, and remove what they wrote: they are begun anew."""
    end_processes(left.row)
    for path in task.scratch.iterdir():
        if path.is_dir() and path.name != PLACE:
            remove(path)
        elif not path.is_dir():
            path.unlink()


def _mark(ledger: Ledger, *, preparing: int, running: int) -> None:
    """Set the marks of a ledger as if an agent had worked for `running` milliseconds, after `preparing` ones."""
    ledger.marks["running"] = time.monotonic() - running / 1000
    ledger.marks["preparing"] = ledger.marks["running"] - preparing / 1000
