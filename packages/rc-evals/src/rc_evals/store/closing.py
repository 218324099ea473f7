"""What is written of an attempt at its end: how it ended, what it used, what its tests said, what its task shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rc_evals.outcomes import Outcome
from rc_evals.store.reasons import reason
from rc_evals.store.transaction import dump

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rc_evals.languages.model import TestResult
    from rc_evals.outcomes import EndReason
    from rc_evals.store.attempts import Lease
    from rc_evals.store.transaction import Transaction
    from rc_evals.usage import Usage

MAX_ERROR: Final = 2_000
"""Characters kept of the evidence of an attempt."""

_SHOWN: Final = """  duration_ms = :duration_ms, tokens_in = :tokens_in, tokens_out = :tokens_out,
  cost_micros = coalesce(cost_micros + :cost_micros, :cost_micros, cost_micros),
  tests_ran = :tests_ran, tests_passed = :tests_passed
WHERE id = :task_id AND lease_token = :token AND verdict IS NULL"""
"""What a task shows of its latest attempt; and of all of them the money."""

_DECIDE: Final = f"""
UPDATE tasks SET state = 'decided', verdict = :verdict, lease_token = NULL, decided_at = :now, reason = :reason,
{_SHOWN}
"""  # noqa: S608 - from our own text

_REQUEUE: Final = f"""
UPDATE tasks SET state = 'queued', lease_token = NULL, not_before = :not_before,
{_SHOWN}
"""  # noqa: S608 - from our own text

_CLOSE: Final = """
UPDATE attempts SET end_reason = :end_reason, verdict = :verdict, error = :error, exit_code = :exit_code,
  finished_at = :now, prepare_ms = :prepare_ms, agent_ms = :agent_ms, test_ms = :test_ms, tests_ran = :tests_ran,
  tests_passed = :tests_passed, tests_modified = :tests_modified WHERE id = :attempt_id
"""

_USAGE: Final = """
INSERT INTO metrics (attempt_id, tokens_in, tokens_out, tokens_context, cache_writes, cache_reads, cost_micros,
  api_requests, api_errors)
VALUES (:attempt_id, :tokens_in, :tokens_out, :tokens_context, :cache_writes, :cache_reads, :cost_micros,
  :api_requests, :api_errors)
"""

_TOOL: Final = """
INSERT INTO tool_usage (attempt_id, tool, attempts, failures) VALUES (:attempt_id, :tool, :attempts, :failures)
"""

_TEST: Final = """
INSERT INTO test_results (attempt_id, position, name, passed, message)
VALUES (:attempt_id, :position, :name, :passed, :message)
"""


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

    @property
    def tests_passed(self) -> int | None:
        """How many tests passed; None when they did not run."""
        return None if self.tests_ran is None else sum(test.passed for test in self.tests)

    @property
    def duration_ms(self) -> int | None:
        """How long its phases took together; None when nothing is known of any."""
        known = [ms for ms in (self.prepare_ms, self.agent_ms, self.test_ms) if ms is not None]
        return sum(known) if known else None

    @property
    def evidence(self) -> str | None:
        """The error as it can be stored and shown: one line of bounded length, no half characters."""
        return " ".join(self.error[:MAX_ERROR].encode("utf-8", "replace").decode().split()) or None


def close(
    tx: Transaction, lease: Lease, record: AttemptRecord, *, verdict: Outcome | None, now: int, not_before: int = 0
) -> bool:
    """Close the attempt of a lease, and decide its task, or queue it again when there is no verdict.

    Returns False when the lease is lost, or there is a verdict already; then nothing is changed.
    """
    if not _move_task(tx, lease, record, verdict, now=now, not_before=not_before):
        return False
    _end_attempt(tx, lease, record, verdict, now=now)
    if record.usage is not None:
        _write_usage(tx, lease, record.usage)
    tx.change_each(_TEST, _test_rows(lease.attempt_id, record.tests))
    tx.sums.add(
        lease.run_id,
        done=verdict is not None,
        decided=verdict is not None and verdict.decided,
        passed=verdict is Outcome.PASSED,
        prepare_ms=record.prepare_ms,
        agent_ms=record.agent_ms,
        test_ms=record.test_ms,
    )
    outcome: Mapping[str, object] = {"reason": record.end_reason.value} if verdict is None else {"verdict": verdict}
    kind = "requeued" if verdict is None else "verdict"
    tx.note(kind, run_id=lease.run_id, task_id=lease.task_id, attempt=lease.number, at=now, **outcome)
    return True


def _move_task(
    tx: Transaction, lease: Lease, record: AttemptRecord, verdict: Outcome | None, *, now: int, not_before: int
) -> bool:
    """Bring the task to where it stands after the attempt, and let it show what that took."""
    usage, tests_passed = record.usage, record.tests_passed
    shown = {
        "task_id": lease.task_id,
        "token": lease.token,
        "duration_ms": record.duration_ms,
        "tokens_in": None if usage is None else usage.tokens_in,
        "tokens_out": None if usage is None else usage.tokens_out,
        "cost_micros": None if usage is None else usage.cost_micros,
        "tests_ran": record.tests_ran,
        "tests_passed": tests_passed,
    }
    if verdict is None:
        return bool(tx.change(_REQUEUE, **shown, not_before=not_before))
    why = reason(verdict, record.evidence, tests_passed=tests_passed)
    return bool(tx.change(_DECIDE, **shown, verdict=verdict.value, reason=why, now=now))


def _end_attempt(tx: Transaction, lease: Lease, record: AttemptRecord, verdict: Outcome | None, *, now: int) -> None:
    tx.change(
        _CLOSE,
        attempt_id=lease.attempt_id,
        end_reason=record.end_reason.value,
        verdict=None if verdict is None else verdict.value,
        error=record.evidence,
        exit_code=record.exit_code,
        now=now,
        prepare_ms=record.prepare_ms,
        agent_ms=record.agent_ms,
        test_ms=record.test_ms,
        tests_ran=record.tests_ran,
        tests_passed=record.tests_passed,
        tests_modified=dump(list(record.tests_modified)) if record.tests_modified else None,
    )


def _write_usage(tx: Transaction, lease: Lease, usage: Usage) -> None:
    tx.change(
        _USAGE,
        attempt_id=lease.attempt_id,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        tokens_context=usage.tokens_context,
        cache_writes=usage.cache_writes,
        cache_reads=usage.cache_reads,
        cost_micros=usage.cost_micros,
        api_requests=usage.api_requests,
        api_errors=usage.api_errors,
    )
    rows = [
        {"attempt_id": lease.attempt_id, "tool": name, "attempts": count.attempts, "failures": count.failures}
        for name, count in usage.tools.items()
    ]
    tx.change_each(_TOOL, rows)
    tx.sums.add_tools(lease.run_id, usage.tools)
    tx.sums.add(
        lease.run_id,
        measured=1,
        priced=usage.cost_micros is not None,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        cache_writes=usage.cache_writes,
        cache_reads=usage.cache_reads,
        cost_micros=usage.cost_micros,
        api_requests=usage.api_requests,
        api_errors=usage.api_errors,
    )


def _test_rows(attempt_id: int, tests: Sequence[TestResult]) -> list[dict[str, object]]:
    return [
        {"attempt_id": attempt_id, "position": i, "name": test.name, "passed": test.passed, "message": test.message}
        for i, test in enumerate(tests)
    ]
