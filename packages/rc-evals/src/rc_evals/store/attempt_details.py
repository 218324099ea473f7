"""Everything of one task: its attempts, what they used, what their tests said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rc_evals.store.reader import Reader

MOST_ATTEMPTS: Final = 50
"""Of a task that are looked at: the latest. Only a platform that fails again and again makes more."""

_ATTEMPTS: Final = """
SELECT attempts.id, number, end_reason, verdict, error, exit_code, started_at, finished_at, queue_ms, prepare_ms,
  agent_ms, test_ms, tests_ran, tests_passed, tests_modified, tokens_in, tokens_out, tokens_context, cache_writes,
  cache_reads, cost_micros, api_requests, api_errors
FROM attempts LEFT JOIN metrics ON attempt_id = attempts.id
WHERE task_id = :task_id ORDER BY number DESC LIMIT :limit
"""

_TESTS: Final = """
SELECT position, name, passed, message FROM test_results WHERE attempt_id = :attempt_id
ORDER BY passed, position LIMIT :limit OFFSET :after
"""


def attempts(reader: Reader, task_id: int) -> list[dict[str, Any]]:
    """Return the attempts at a task, oldest first, each with what it used; None where nobody said anything of that."""
    return reader.rows(_ATTEMPTS, task_id=task_id, limit=MOST_ATTEMPTS)[::-1]


def tools(reader: Reader, attempt_id: int) -> list[dict[str, Any]]:
    """Return how often an attempt called which tool, and how often that failed, most used first."""
    return reader.rows(
        "SELECT tool, attempts, failures FROM tool_usage WHERE attempt_id = :id ORDER BY attempts DESC, tool",
        id=attempt_id,
    )


def tests(reader: Reader, attempt_id: int, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Return what the tests of an attempt said, those that failed first.

    Args:
        reader: the store.
        attempt_id: the attempt.
        after: how many of them to leave out.
        limit: how many at most.
    """
    return reader.rows(_TESTS, attempt_id=attempt_id, after=after, limit=limit)
