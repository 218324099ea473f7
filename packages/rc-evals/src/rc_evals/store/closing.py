"""What is written of an attempt at its end: how it ended, what it used, what its tests said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rc_evals.store.transaction import dump

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rc_evals.languages.model import TestResult
    from rc_evals.outcomes import EndReason, Outcome
    from rc_evals.store.attempts import Lease
    from rc_evals.store.transaction import Transaction
    from rc_evals.usage import Usage

MAX_ERROR: Final = 2_000
"""Characters kept of the evidence of an attempt."""

_CLOSE: Final = """
UPDATE attempts SET end_reason = :end_reason, verdict = :verdict, error = :error, exit_code = :exit_code,
  finished_at = :now, prepare_ms = :prepare_ms, agent_ms = :agent_ms, test_ms = :test_ms, tests_ran = :tests_ran,
  tests_passed = :tests_passed, tests_modified = :tests_modified WHERE id = :attempt_id
"""

_USAGE: Final = """
INSERT INTO metrics (attempt_id, tokens_in, tokens_out, tokens_context, cache_writes, cache_reads, cost_micros)
VALUES (:attempt_id, :tokens_in, :tokens_out, :tokens_context, :cache_writes, :cache_reads, :cost_micros)
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


def close(tx: Transaction, lease: Lease, record: AttemptRecord, *, verdict: Outcome | None, now: int) -> None:
    """Close the attempt of a lease. The caller has checked that the lease holds, and has moved the task on."""
    tx.change(
        _CLOSE,
        attempt_id=lease.attempt_id,
        end_reason=record.end_reason.value,
        verdict=None if verdict is None else verdict.value,
        error=_one_line(record.error) or None,
        exit_code=record.exit_code,
        now=now,
        prepare_ms=record.prepare_ms,
        agent_ms=record.agent_ms,
        test_ms=record.test_ms,
        tests_ran=record.tests_ran,
        tests_passed=None if record.tests_ran is None else sum(test.passed for test in record.tests),
        tests_modified=dump(list(record.tests_modified)) if record.tests_modified else None,
    )
    if record.usage is not None:
        _write_usage(tx, lease.attempt_id, record.usage)
    tx.change_each(_TEST, _test_rows(lease.attempt_id, record.tests))
    outcome: Mapping[str, object] = {"reason": record.end_reason.value} if verdict is None else {"verdict": verdict}
    kind = "requeued" if verdict is None else "verdict"
    tx.note(kind, run_id=lease.run_id, task_id=lease.task_id, attempt=lease.number, at=now, **outcome)


def _one_line(text: str) -> str:
    """Return evidence as it can be stored and shown: one line of bounded length, no half characters."""
    return " ".join(text[:MAX_ERROR].encode("utf-8", "replace").decode().split())


def _write_usage(tx: Transaction, attempt_id: int, usage: Usage) -> None:
    tx.change(
        _USAGE,
        attempt_id=attempt_id,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        tokens_context=usage.tokens_context,
        cache_writes=usage.cache_writes,
        cache_reads=usage.cache_reads,
        cost_micros=usage.cost_micros,
    )
    rows = [
        {"attempt_id": attempt_id, "tool": name, "attempts": count.attempts, "failures": count.failures}
        for name, count in usage.tools.items()
    ]
    tx.change_each(_TOOL, rows)


def _test_rows(attempt_id: int, tests: Sequence[TestResult]) -> list[dict[str, object]]:
    return [
        {"attempt_id": attempt_id, "position": i, "name": test.name, "passed": test.passed, "message": test.message}
        for i, test in enumerate(tests)
    ]
