"""Commands on tasks and attempts. Each carries the token of its attempt: the fence that a lost lease cannot pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rc_evals.outcomes import Outcome
from rc_evals.retries import LONGEST_DELAY
from rc_evals.store.closing import close
from rc_evals.store.reasons import CANCELLED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rc_evals.sandbox.port import ProcessIdentity
    from rc_evals.store.closing import AttemptRecord
    from rc_evals.store.transaction import Transaction


_QUEUED: Final = """
SELECT id, language, exercise, iteration, attempts, not_before,
  (SELECT count(*) FROM attempts WHERE task_id = tasks.id AND end_reason = 'infra') AS failures
FROM tasks WHERE run_id = :run_id AND state = 'queued' AND not_before NOT BETWEEN :now + 1 AND :now + :longest
ORDER BY id LIMIT :limit
"""

_LEASE: Final = """
UPDATE tasks SET state = 'leased', lease_token = :token, attempts = :number, not_before = 0 WHERE id = :task_id
"""

_OPEN: Final = """
INSERT INTO attempts (task_id, number, token, started_at, queue_ms)
VALUES (:task_id, :number, :token, :now, :queue_ms) RETURNING id
"""

_ADVANCE: Final = "UPDATE tasks SET state = :state WHERE id = :task_id AND lease_token = :token AND verdict IS NULL"

_CANCEL: Final = """
UPDATE tasks SET state = 'decided', verdict = 'cancelled', reason = :reason, decided_at = :now
WHERE state = 'queued' AND run_id IN (SELECT id FROM runs WHERE id = :run_id AND state = 'cancelling')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A claimed task, and the attempt that was opened for it."""

    task_id: int
    run_id: int
    language: str
    exercise: str
    iteration: int
    attempt_id: int
    number: int
    """Counts attempts of the task, from 1."""
    failures: int
    """How many of the earlier attempts the platform failed."""
    token: str
    """The fence: the token of the controller that holds the task, a hyphen, and what tells its tasks apart."""
    job_token: str
    """Marks the processes of the attempt and names its folder; stays when a later controller adopts it."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim brought."""

    leases: list[Lease]
    next_due: int | None
    """When the next task may be claimed that may not be yet; None when no more are queued, or enough were given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Lease the oldest queued tasks of a run that are due, one per token."""

    run_id: int
    run_token: str
    tokens: Sequence[str]
    now: int

    def apply(self, tx: Transaction) -> Claimed:
        """The caller controls the run, and the run is not being cancelled; else nothing is claimed."""
        run = "SELECT created_at FROM runs WHERE id = :run_id AND lease_token = :token AND state = 'active'"
        created_at = tx.value(run, run_id=self.run_id, token=self.run_token)
        if created_at is None:
            return Claimed([], None)
        longest = round(1000 * LONGEST_DELAY)  # a task that had to wait longer would do so since the clock was set back
        queued = tx.rows(_QUEUED, run_id=self.run_id, now=self.now, longest=longest, limit=len(self.tokens))
        leases = [self._lease(tx, row, token, created_at) for row, token in zip(queued, self.tokens, strict=False)]
        tx.sums.add(self.run_id, attempts=len(leases))
        return Claimed(leases, None if len(leases) == len(self.tokens) else self._next_due(tx))

    def _lease(self, tx: Transaction, row: Mapping[str, Any], token: str, created_at: int) -> Lease:
        task_id, number = row["id"], row["attempts"] + 1
        tx.change(_LEASE, task_id=task_id, token=token, number=number)
        waited = max(0, self.now - max(created_at, row["not_before"]))
        attempt_id = tx.value(_OPEN, task_id=task_id, number=number, token=token, now=self.now, queue_ms=waited)
        tx.note("leased", run_id=self.run_id, task_id=task_id, attempt=number, at=self.now)
        return Lease(
            task_id=task_id,
            run_id=self.run_id,
            language=row["language"],
            exercise=row["exercise"],
            iteration=row["iteration"],
            attempt_id=attempt_id,
            number=number,
            failures=row["failures"],
            token=token,
            job_token=token,
        )

    def _next_due(self, tx: Transaction) -> int | None:
        due = "SELECT min(not_before) FROM tasks WHERE run_id = :run_id AND state = 'queued'"
        found: int | None = tx.value(due, run_id=self.run_id)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterPhase:
    """Note what an attempt does now, the process that does it, and what is known of it so far.

    Returns False when the lease is lost.
    """

    lease: Lease
    phase: str
    """`preparing`, `running` or `testing`."""
    now: int
    process: ProcessIdentity | None = None
    agent: Mapping[str, object] | None = None
    """How the agent ended, once it has (see `handover`)."""

    def apply(self, tx: Transaction) -> bool:
        """The lease is still the caller's."""
        lease, process = self.lease, self.process
        if not tx.change(_ADVANCE, state=self.phase, task_id=lease.task_id, token=lease.token):
            return False
        if process is not None:
            known = "UPDATE attempts SET pid = :pid, pid_started = :started WHERE id = :id"
            tx.change(known, pid=process.pid, started=process.started, id=lease.attempt_id)
        where = {"run_id": lease.run_id, "task_id": lease.task_id, "attempt": lease.number, "at": self.now}
        if self.agent is None:
            tx.note(self.phase, **where)
        else:
            tx.note(self.phase, **where, agent=self.agent)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Give a task its one verdict. Returns False when the lease is lost, or there is a verdict already."""

    lease: Lease
    verdict: Outcome
    record: AttemptRecord
    now: int

    def apply(self, tx: Transaction) -> bool:
        """The lease is still the caller's, and the task is undecided."""
        return close(tx, self.lease, self.record, verdict=self.verdict, now=self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeue:
    """Close an attempt without a verdict and queue its task again. Returns False when the lease is lost."""

    lease: Lease
    record: AttemptRecord
    not_before: int
    now: int

    def apply(self, tx: Transaction) -> bool:
        """The lease is still the caller's."""
        return close(tx, self.lease, self.record, verdict=None, now=self.now, not_before=self.not_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelQueued:
    """Decide every task of a run that is being cancelled and that nobody works on. Returns how many."""

    run_id: int
    now: int

    def apply(self, tx: Transaction) -> int:
        """The run is being cancelled."""
        cancelled = tx.change(_CANCEL, run_id=self.run_id, reason=CANCELLED, now=self.now)
        if cancelled:
            tx.sums.add(self.run_id, done=cancelled)
            tx.note("verdict", run_id=self.run_id, at=self.now, verdict=Outcome.CANCELLED.value, tasks=cancelled)
        return cancelled
