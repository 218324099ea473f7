"""Commands on tasks and attempts. Each carries the token of its attempt: the fence that a lost lease cannot pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from rc_evals.outcomes import EndReason, Outcome
from rc_evals.store.journal import dump
from rc_evals.store.tables import attempts, metrics, runs, tasks, test_results, tool_usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row

    from rc_evals.languages.model import TestResult
    from rc_evals.sandbox.port import ProcessIdentity
    from rc_evals.store.journal import Transaction
    from rc_evals.usage import Usage


MAX_ERROR: Final = 2_000
"""Characters kept of the evidence of an attempt."""


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
        run = select(runs.c.created_at).where(
            runs.c.id == self.run_id, runs.c.lease_token == self.run_token, runs.c.state == "active"
        )
        created_at = tx.connection.execute(run).scalar_one_or_none()
        if created_at is None:
            return Claimed([], None)
        infra = attempts.c.task_id == tasks.c.id, attempts.c.end_reason == EndReason.INFRA.value
        failures = select(func.count()).where(*infra).scalar_subquery().label("failures")
        queued = (
            select(tasks, failures)
            .where(tasks.c.run_id == self.run_id, tasks.c.state == "queued", tasks.c.not_before <= self.now)
            .order_by(tasks.c.id)
            .limit(len(self.tokens))
        )
        rows = tx.connection.execute(queued).all()
        leases = [self._lease(tx, row, token, created_at) for row, token in zip(rows, self.tokens, strict=False)]
        return Claimed(leases, None if len(leases) == len(self.tokens) else self._next_due(tx))

    def _lease(self, tx: Transaction, row: Row[Any], token: str, created_at: int) -> Lease:
        number = row.attempts + 1
        claimed = {"state": "leased", "lease_token": token, "attempts": number, "not_before": 0}
        tx.connection.execute(update(tasks).where(tasks.c.id == row.id).values(claimed))
        attempt = {
            "task_id": row.id,
            "number": number,
            "token": token,
            "started_at": self.now,
            "queue_ms": max(0, self.now - max(created_at, row.not_before)),
        }
        key = tx.connection.execute(insert(attempts), attempt).inserted_primary_key
        tx.note("leased", run_id=self.run_id, task_id=row.id, attempt=number, at=self.now)
        return Lease(
            task_id=row.id,
            run_id=self.run_id,
            language=row.language,
            exercise=row.exercise,
            iteration=row.iteration,
            attempt_id=int(key[0]) if key else 0,
            number=number,
            failures=row.failures,
            token=token,
        )

    def _next_due(self, tx: Transaction) -> int | None:
        queued = tasks.c.run_id == self.run_id, tasks.c.state == "queued"
        due: int | None = tx.connection.execute(select(func.min(tasks.c.not_before)).where(*queued)).scalar_one()
        return due


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterPhase:
    """Note what an attempt does now, and the process that does it. Returns False when the lease is lost."""

    lease: Lease
    phase: str
    """`preparing`, `running` or `testing`."""
    now: int
    process: ProcessIdentity | None = None

    def apply(self, tx: Transaction) -> bool:
        """The lease is still the caller's."""
        if not _advance(tx, self.lease, state=self.phase):
            return False
        if self.process is not None:
            tx.connection.execute(
                update(attempts)
                .where(attempts.c.id == self.lease.attempt_id)
                .values(pid=self.process.pid, pid_started=self.process.started)
            )
        lease = self.lease
        tx.note(self.phase, run_id=lease.run_id, task_id=lease.task_id, attempt=lease.number, at=self.now)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """What is known of an attempt at its end."""

    end_reason: EndReason
    error: str = ""
    """Evidence in one line; empty when there is nothing to explain."""
    exit_code: int | None = None
    prepare_ms: int | None = None
    agent_ms: int | None = None
    test_ms: int | None = None
    usage: Usage | None = None
    tests_ran: int | None = None
    tests: tuple[TestResult, ...] = ()
    tests_modified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Give a task its one verdict. Returns False when the lease is lost, or there is a verdict already."""

    lease: Lease
    verdict: Outcome
    record: AttemptRecord
    now: int

    def apply(self, tx: Transaction) -> bool:
        """The lease is still the caller's, and the task is undecided."""
        if not _advance(tx, self.lease, state="decided", verdict=self.verdict.value, lease_token=None):
            return False
        _close(tx, self.lease, self.record, verdict=self.verdict, now=self.now)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeue:
    """Close an attempt without a verdict and queue its task again. Returns False when the lease is lost."""

    lease: Lease
    record: AttemptRecord
    not_before: int
    now: int

    def apply(self, tx: Transaction) -> bool:
        """The lease is still the caller's."""
        if not _advance(tx, self.lease, state="queued", lease_token=None, not_before=self.not_before):
            return False
        _close(tx, self.lease, self.record, verdict=None, now=self.now)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelQueued:
    """Decide every task of a run that is being cancelled and that nobody works on. Returns how many."""

    run_id: int
    now: int

    def apply(self, tx: Transaction) -> int:
        """The run is being cancelled."""
        wanted = select(runs.c.id).where(runs.c.id == self.run_id, runs.c.state == "cancelling")
        cancelled = tx.connection.execute(
            update(tasks)
            .where(tasks.c.run_id.in_(wanted), tasks.c.state == "queued")
            .values(state="decided", verdict=Outcome.CANCELLED.value)
        ).rowcount
        if cancelled:
            tx.note("verdict", run_id=self.run_id, at=self.now, verdict=Outcome.CANCELLED.value, tasks=cancelled)
        return cancelled


def _advance(tx: Transaction, lease: Lease, **values: object) -> bool:
    fenced = tasks.c.id == lease.task_id, tasks.c.lease_token == lease.token, tasks.c.verdict.is_(None)
    return tx.connection.execute(update(tasks).where(*fenced).values(**values)).rowcount == 1


def _close(tx: Transaction, lease: Lease, record: AttemptRecord, *, verdict: Outcome | None, now: int) -> None:
    passed = sum(test.passed for test in record.tests) if record.tests_ran is not None else None
    tx.connection.execute(
        update(attempts)
        .where(attempts.c.id == lease.attempt_id)
        .values(
            end_reason=record.end_reason.value,
            verdict=None if verdict is None else verdict.value,
            error=_one_line(record.error) or None,
            exit_code=record.exit_code,
            finished_at=now,
            prepare_ms=record.prepare_ms,
            agent_ms=record.agent_ms,
            test_ms=record.test_ms,
            tests_ran=record.tests_ran,
            tests_passed=passed,
            tests_modified=dump(list(record.tests_modified)) if record.tests_modified else None,
        )
    )
    if record.usage is not None:
        _write_usage(tx, lease.attempt_id, record.usage)
    if record.tests:
        tx.connection.execute(insert(test_results), _test_rows(lease.attempt_id, record.tests))
    outcome: Mapping[str, object] = {"reason": record.end_reason.value} if verdict is None else {"verdict": verdict}
    kind = "requeued" if verdict is None else "verdict"
    tx.note(kind, run_id=lease.run_id, task_id=lease.task_id, attempt=lease.number, at=now, **outcome)


def _one_line(text: str) -> str:
    """Return evidence as it can be stored and shown: one line of bounded length, no half characters."""
    return " ".join(text[:MAX_ERROR].encode("utf-8", "replace").decode().split())


def _write_usage(tx: Transaction, attempt_id: int, usage: Usage) -> None:
    tx.connection.execute(
        insert(metrics),
        {
            "attempt_id": attempt_id,
            "tokens_in": usage.tokens_in,
            "tokens_out": usage.tokens_out,
            "tokens_context": usage.tokens_context,
            "cache_writes": usage.cache_writes,
            "cache_reads": usage.cache_reads,
            "cost_micros": usage.cost_micros,
        },
    )
    if usage.tools:
        rows = [
            {"attempt_id": attempt_id, "tool": name, "attempts": tool.attempts, "failures": tool.failures}
            for name, tool in usage.tools.items()
        ]
        tx.connection.execute(insert(tool_usage), rows)


def _test_rows(attempt_id: int, tests: Sequence[TestResult]) -> list[dict[str, object]]:
    return [
        {"attempt_id": attempt_id, "position": i, "name": test.name, "passed": test.passed, "message": test.message}
        for i, test in enumerate(tests)
    ]
