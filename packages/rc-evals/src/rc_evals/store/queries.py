"""The questions that commands ask of the store. Lists are paged by key and use an index; none loads a whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rc_evals._errors import UnknownRunError
from rc_evals.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rc_evals.store.reader import Reader

PAGE: Final = 500

_DIGITS: Final = 18
"""Of a number that a person may name; longer ones would not fit into SQLite's."""

_COUNTED: Final = ", ".join(f"'{outcome.value}'" for outcome in Outcome if outcome.decided)
"""The verdicts that enter a pass rate, as SQL."""

_SCORES: Final = f"""
SELECT language, exercise, count(*) AS decided, count(CASE verdict WHEN 'passed' THEN 1 END) AS passed FROM tasks
WHERE run_id = :run_id AND verdict IN ({_COUNTED}) GROUP BY language, exercise
"""  # noqa: S608 - from our own enumeration

_TALLY: Final = """
SELECT language, verdict, count(*) AS tasks FROM tasks WHERE run_id = :run_id
GROUP BY language, verdict ORDER BY language
"""

_TASKS: Final = """
SELECT tasks.id, language, exercise, iteration, digest, state, tasks.verdict, tasks.attempts,
  last.end_reason, last.error, last.exit_code, last.started_at, last.finished_at, last.queue_ms, last.prepare_ms,
  last.agent_ms, last.test_ms, last.tests_ran, last.tests_passed, last.tests_modified,
  metrics.tokens_in, metrics.tokens_out, tokens_context, cache_writes, cache_reads, tasks.cost_micros
FROM tasks
LEFT JOIN attempts AS last ON last.task_id = tasks.id AND last.number = tasks.attempts
LEFT JOIN metrics ON metrics.attempt_id = last.id
WHERE run_id = :run_id AND tasks.id > :after ORDER BY tasks.id LIMIT :limit
"""

_TOTALS: Final = """
SELECT attempts, measured, priced, tokens_in, tokens_out, cache_writes, cache_reads, cost_micros,
  prepare_ms, agent_ms, test_ms, api_requests, api_errors
FROM runs WHERE id = :run_id
"""

_TOOLS: Final = """
SELECT tool, attempts, failures FROM run_tools WHERE run_id = :run_id ORDER BY attempts DESC, tool
"""

_FAILING: Final = """
SELECT test_results.name, message FROM tasks
JOIN attempts ON task_id = tasks.id AND number = tasks.attempts
JOIN test_results ON attempt_id = attempts.id
WHERE tasks.id = :task_id AND NOT passed ORDER BY position LIMIT :limit
"""


def tally(reader: Reader, run_id: int) -> dict[str, dict[str | None, int]]:
    """Return how many tasks of a run have which verdict (None: undecided), per language."""
    counts: dict[str, dict[str | None, int]] = {}
    for row in reader.rows(_TALLY, run_id=run_id):
        counts.setdefault(row["language"], {})[row["verdict"]] = row["tasks"]
    return counts


def tasks(reader: Reader, run_id: int) -> Iterator[dict[str, Any]]:
    """Yield the tasks of a run in order, each with its latest attempt; reads a page at a time."""
    after = 0
    while page := reader.rows(_TASKS, run_id=run_id, after=after, limit=PAGE):
        yield from page
        after = page[-1]["id"]


def exercise_scores(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return `passed` and `decided` iterations of every exercise of a run that has a decided one."""
    return reader.rows(_SCORES, run_id=run_id)


def totals(reader: Reader, run_id: int) -> dict[str, Any]:
    """Return what all attempts of a run used together.

    `measured` counts those that reported anything, `priced` those that said what they cost.
    """
    return reader.row(_TOTALS, run_id=run_id) or {}


def tools(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return attempts and failures per tool over all attempts of a run, most used first."""
    return reader.rows(_TOOLS, run_id=run_id)


def not_passed(reader: Reader, run_id: int, *, limit: int) -> list[dict[str, Any]]:
    """Return tasks whose verdict is neither passed nor cancelled, in order, each with its latest attempt."""
    return reader.rows(
        """
        SELECT tasks.id, language, exercise, iteration, tasks.verdict, tasks.attempts, error, tasks.tests_ran,
          tasks.tests_passed
        FROM tasks LEFT JOIN attempts ON task_id = tasks.id AND number = tasks.attempts
        WHERE run_id = :run_id AND state = 'decided' AND tasks.verdict NOT IN ('passed', 'cancelled')
        ORDER BY tasks.id LIMIT :limit
        """,
        run_id=run_id,
        limit=limit,
    )


def failing_tests(reader: Reader, task_id: int, *, limit: int = 20) -> list[dict[str, Any]]:
    """Return the tests that failed in the latest attempt of a task."""
    return reader.rows(_FAILING, task_id=task_id, limit=limit)


def open_attempts(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return the attempts of a run that no controller has closed: task, phase, lease, process of each."""
    return reader.rows(
        """
        SELECT tasks.id AS task_id, tasks.run_id, language, exercise, iteration, state, lease_token,
          attempts.id AS attempt_id, number, token, pid, pid_started,
          (SELECT count(*) FROM attempts AS earlier WHERE earlier.task_id = tasks.id AND end_reason = 'infra')
            AS failures
        FROM tasks JOIN attempts ON task_id = tasks.id AND number = tasks.attempts
        WHERE run_id = :run_id AND state NOT IN ('queued', 'decided') ORDER BY tasks.id
        """,
        run_id=run_id,
    )


def open_phases(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return what the journal has of the phases of open attempts, oldest first: task, kind, time, body."""
    return reader.rows(
        """
        SELECT task_id, kind, at, body FROM journal JOIN tasks ON tasks.id = task_id AND attempts = attempt
        WHERE journal.run_id = :run_id AND kind IN ('preparing', 'running', 'testing')
          AND state NOT IN ('queued', 'decided') ORDER BY seq
        """,
        run_id=run_id,
    )


def undecided(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return language, exercise, iteration and digest of every task without a verdict."""
    return reader.rows(
        "SELECT language, exercise, iteration, digest FROM tasks WHERE run_id = :run_id AND state != 'decided'",
        run_id=run_id,
    )


def exercises_of(reader: Reader, run_id: int, *, not_passed: bool = False) -> list[str]:
    """Return the ids (`language/name`) of the exercises of a run; those only that have a decided task not passed."""
    rows = reader.rows(
        """
        SELECT DISTINCT language || '/' || exercise AS id FROM tasks
        WHERE run_id = :run_id AND (NOT :not_passed OR verdict != 'passed') ORDER BY 1
        """,
        run_id=run_id,
        not_passed=not_passed,
    )
    return [row["id"] for row in rows]


def task(reader: Reader, task_id: int) -> dict[str, Any]:
    """Return where a task that exists stands."""
    found = reader.rows(
        "SELECT id, language, exercise, iteration, state, verdict, attempts FROM tasks WHERE id = :id", id=task_id
    )
    return found[0]


def find_task(reader: Reader, run_id: int, name: str) -> dict[str, Any]:
    """Return the task that a person means by `EXERCISE`, `LANGUAGE/EXERCISE`, either with `#ITERATION`, or by its id.

    Raises:
        UnknownRunError: none or more than one fits.
    """
    wanted, _, iteration = name.partition("#")
    language, _, exercise = wanted.rpartition("/")
    found = reader.rows(
        """
        SELECT id, language, exercise, iteration, attempts, state FROM tasks WHERE run_id = :run_id
        AND (id = :number OR (exercise = :exercise AND (:language = '' OR language = :language)))
        AND (:iteration = '' OR iteration = :iteration) ORDER BY id LIMIT 10
        """,
        run_id=run_id,
        number=int(name) if name.isdecimal() and len(name) <= _DIGITS else 0,
        exercise=exercise,
        language=language,
        iteration=int(iteration) if iteration.isdecimal() and len(iteration) <= _DIGITS else iteration,
    )
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownRunError(f"run {run_id} has no task {name!r}; `rc-evals show {run_id}` lists its tasks")
    names = ", ".join(f"{row['language']}/{row['exercise']}#{row['iteration']}" for row in found)
    raise UnknownRunError(f"run {run_id} has several tasks {name!r}: {names}; name one of them")
