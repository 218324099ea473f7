"""Commands on runs: create, take over, keep, cancel, finish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, insert, or_, select, update

from rc_evals.store.journal import dump
from rc_evals.store.tables import environments, runs, tasks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rc_evals.store.journal import Transaction

LEASE_MS: Final = 15_000
"""How long a controller's claim on a run lasts unless it is renewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """One exercise, once."""

    language: str
    exercise: str
    iteration: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRun:
    """Insert a run and all its tasks. Returns the run's id."""

    uuid: str
    name: str | None
    suite: str
    suite_path: str
    agent: str
    agent_args: Mapping[str, str]
    settings: Mapping[str, object] | None
    sandbox: str
    concurrency: int
    timeout_seconds: int
    iterations: int
    environment: Mapping[str, object]
    tasks: Sequence[NewTask]
    now: int

    def apply(self, tx: Transaction) -> int:
        """Nothing is expected."""
        row = {
            "uuid": self.uuid,
            "name": self.name,
            "suite": self.suite,
            "suite_path": self.suite_path,
            "agent": self.agent,
            "agent_args": dump(dict(self.agent_args)),
            "settings": None if self.settings is None else dump(dict(self.settings)),
            "sandbox": self.sandbox,
            "concurrency": self.concurrency,
            "timeout_seconds": self.timeout_seconds,
            "iterations": self.iterations,
            "state": "active",
            "total": len(self.tasks),
            "created_at": self.now,
        }
        key = tx.connection.execute(insert(runs), row).inserted_primary_key
        run_id = int(key[0]) if key else 0
        tx.connection.execute(insert(environments), {"run_id": run_id, "record": dump(dict(self.environment))})
        if self.tasks:
            tx.connection.execute(insert(tasks), [_queued(run_id, task) for task in self.tasks])
        tx.note("queued", run_id=run_id, at=self.now, tasks=len(self.tasks))
        return run_id


def _queued(run_id: int, task: NewTask) -> dict[str, object]:
    return {
        "run_id": run_id,
        "language": task.language,
        "exercise": task.exercise,
        "iteration": task.iteration,
        "digest": task.digest,
        "state": "queued",
        "attempts": 0,
        "not_before": 0,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRun:
    """Become the controller of a run. Returns False when another one holds it.

    `evicted` is the token of a holder that the caller knows to be dead.
    """

    run_id: int
    owner: str
    token: str
    now: int
    evicted: str | None = None

    def apply(self, tx: Transaction) -> bool:
        """The run is not over, and its lease is free, expired, or the evicted one."""
        free = or_(
            runs.c.lease_token.is_(None), runs.c.lease_token == self.evicted, runs.c.lease_expires_at <= self.now
        )
        taken = tx.connection.execute(
            update(runs)
            .where(runs.c.id == self.run_id, runs.c.finished_at.is_(None), free)
            .values(lease_owner=self.owner, lease_token=self.token, lease_expires_at=self.now + LEASE_MS)
        )
        if taken.rowcount != 1:
            return False
        tx.note("controller", run_id=self.run_id, at=self.now, owner=self.owner)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRun:
    """Renew a controller's lease. Returns the run's state, None when the lease is lost."""

    run_id: int
    token: str
    now: int

    def apply(self, tx: Transaction) -> str | None:
        """The lease is still the caller's."""
        kept = tx.connection.execute(
            update(runs)
            .where(runs.c.id == self.run_id, runs.c.lease_token == self.token)
            .values(lease_expires_at=self.now + LEASE_MS)
            .returning(runs.c.state)
        ).scalar_one_or_none()
        return None if kept is None else str(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRun:
    """Give a controller's lease back; the run stays as it is and can be resumed."""

    run_id: int
    token: str
    now: int

    def apply(self, tx: Transaction) -> None:
        """The lease is still the caller's; else there is nothing to give back."""
        left = tx.connection.execute(
            update(runs)
            .where(runs.c.id == self.run_id, runs.c.lease_token == self.token)
            .values(lease_owner=None, lease_token=None, lease_expires_at=None)
        )
        if left.rowcount == 1:
            tx.note("left", run_id=self.run_id, at=self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCancel:
    """Ask for the end of a run. Returns False when it is over already."""

    run_id: int
    now: int

    def apply(self, tx: Transaction) -> bool:
        """The run is not over. Asking twice is harmless."""
        asked = tx.connection.execute(
            update(runs).where(runs.c.id == self.run_id, runs.c.finished_at.is_(None)).values(state="cancelling")
        )
        if asked.rowcount == 1:
            tx.note("cancelling", run_id=self.run_id, at=self.now)
        return asked.rowcount == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRun:
    """Close a run of which every task is decided. Returns False when one is not, or the lease is lost."""

    run_id: int
    token: str
    now: int

    def apply(self, tx: Transaction) -> bool:
        """The lease is the caller's, and no task is undecided."""
        open_tasks = select(func.count()).where(tasks.c.run_id == self.run_id, tasks.c.state != "decided")
        if tx.connection.execute(open_tasks).scalar_one() > 0:
            return False
        state = select(runs.c.state).where(runs.c.id == self.run_id, runs.c.lease_token == self.token)
        before = tx.connection.execute(state).scalar_one_or_none()
        if before is None:
            return False
        after = "cancelled" if before == "cancelling" else "complete"
        tx.connection.execute(
            update(runs)
            .where(runs.c.id == self.run_id)
            .values(state=after, finished_at=self.now, lease_owner=None, lease_token=None, lease_expires_at=None)
        )
        tx.note(after, run_id=self.run_id, at=self.now)
        return True
