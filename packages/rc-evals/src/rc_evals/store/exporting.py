"""The questions that exports ask: whole runs, read a page of tasks at a time."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rc_evals.store.reader import Reader

PAGE: Final = 200

_TASKS: Final = """
SELECT id, language, exercise, iteration, digest, state, verdict, decided_at, attempts FROM tasks
WHERE run_id = :run_id AND id > :after AND (:language IS NULL OR language = :language) ORDER BY id LIMIT :limit
"""

_ATTEMPTS: Final = """
SELECT attempts.id, task_id, number, started_at, finished_at, end_reason, attempts.verdict, error, exit_code,
  queue_ms, prepare_ms, agent_ms, test_ms, attempts.tests_ran, attempts.tests_passed, tests_modified, metrics.*
FROM tasks JOIN attempts ON task_id = tasks.id LEFT JOIN metrics ON attempt_id = attempts.id
WHERE run_id = :run_id AND tasks.id BETWEEN :first AND :last ORDER BY task_id, number
"""

_TOOLS: Final = "SELECT tool, attempts, failures FROM tool_usage WHERE attempt_id = :id ORDER BY tool"

_TESTS: Final = "SELECT name, passed, message FROM test_results WHERE attempt_id = :id ORDER BY position"

_FAILING: Final = """
SELECT name, message FROM test_results WHERE attempt_id = :id AND NOT passed ORDER BY position LIMIT :limit
"""

_OUTLINES: Final = """
SELECT tasks.id, language, exercise, iteration, state, tasks.verdict, tasks.attempts, tasks.duration_ms,
  tasks.tokens_in, tasks.tokens_out, tasks.cost_micros, tasks.tests_ran, tasks.tests_passed,
  attempts.id AS attempt_id, error
FROM tasks LEFT JOIN attempts ON task_id = tasks.id AND number = tasks.attempts
WHERE run_id = :run_id ORDER BY CASE WHEN :passed_last THEN tasks.verdict IS 'passed' ELSE 0 END, tasks.id LIMIT :limit
"""

_REASONS: Final = """
SELECT reason, count(*) AS tasks FROM tasks WHERE run_id = :run_id AND reason IS NOT NULL
GROUP BY reason ORDER BY 2 DESC, reason LIMIT :limit
"""


def histories(
    reader: Reader, run_id: int, *, language: str | None = None
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield the tasks of a run in order, each with all attempts at it; an attempt has its metrics, if there are any.

    Args:
        reader: of the store.
        run_id: of a run.
        language: takes only the tasks in it.
    """
    after = 0
    while page := reader.rows(_TASKS, run_id=run_id, language=language, after=after, limit=PAGE):
        first, after = page[0]["id"], page[-1]["id"]
        attempts = reader.rows(_ATTEMPTS, run_id=run_id, first=first, last=after)
        of_task = {task_id: list(group) for task_id, group in groupby(attempts, key=lambda row: row["task_id"])}
        for task in page:
            yield task, of_task.get(task["id"], [])


def tools_of(reader: Reader, attempt_id: int) -> list[dict[str, Any]]:
    """Return what an attempt tried of which tool."""
    return reader.rows(_TOOLS, id=attempt_id)


def tests_of(reader: Reader, attempt_id: int) -> list[dict[str, Any]]:
    """Return what the tests of an attempt said, in their order."""
    return reader.rows(_TESTS, id=attempt_id)


def outlines(reader: Reader, run_id: int, *, limit: int, passed_last: bool) -> list[dict[str, Any]]:
    """Return the tasks of a run as rows of a table: what each shows, and the error of its latest attempt.

    Args:
        reader: of the store.
        run_id: of a run.
        limit: rows at most.
        passed_last: puts the tasks that passed behind all others, so that these are cut off first.
    """
    return reader.rows(_OUTLINES, run_id=run_id, limit=limit, passed_last=passed_last)


def failing_tests_of(reader: Reader, attempt_id: int, *, limit: int) -> list[dict[str, Any]]:
    """Return the first tests that failed in an attempt."""
    return reader.rows(_FAILING, id=attempt_id, limit=limit)


def reasons(reader: Reader, run_id: int, *, limit: int) -> list[dict[str, Any]]:
    """Return why tasks have not passed, and how many for each `reason`; the most common first."""
    return reader.rows(_REASONS, run_id=run_id, limit=limit)
