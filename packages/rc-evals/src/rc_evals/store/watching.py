"""What somebody asks who follows a run while it goes on. All of it is found by an index, however large the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rc_evals.store.reader import Reader

RECENT: Final = 1_000
"""Latest events in which the phases of what goes on are looked for; of older ones only the time is not known."""

FIRST: Final = 200
"""Queued tasks in which those are looked for that are tried again: they were claimed before all others."""

MOST: Final = 100
"""Attempts that go on, and tasks that wait for another, at most: several times what can be."""

_NEWS: Final = """
SELECT seq, journal.task_id, attempt, at, kind, body, language, exercise, iteration, not_before, error
FROM journal
LEFT JOIN tasks ON tasks.id = journal.task_id
LEFT JOIN attempts ON attempts.task_id = journal.task_id AND number = attempt
WHERE journal.run_id = :run_id AND seq > :after ORDER BY seq LIMIT :limit
"""

_WORKING: Final = """
SELECT tasks.id AS task_id, language, exercise, iteration, state, number AS attempt, started_at, pid
FROM tasks JOIN attempts ON task_id = tasks.id AND number = tasks.attempts
WHERE run_id = :run_id AND state IN ('leased', 'preparing', 'running', 'testing') ORDER BY +tasks.id LIMIT :limit
"""  # the plus: few are in these states, so SQLite shall find and sort those, not go through all tasks in order

_PHASES: Final = """
SELECT task_id, attempt, at, kind FROM (SELECT * FROM journal WHERE run_id = :run_id ORDER BY seq DESC LIMIT :recent)
WHERE kind IN ('preparing', 'running', 'testing') AND task_id IN (
  SELECT id FROM tasks WHERE run_id = :run_id AND state IN ('preparing', 'running', 'testing')) ORDER BY seq
"""

_RETRYING: Final = """
SELECT first.id AS task_id, language, exercise, iteration, number AS attempt, not_before, error
FROM (SELECT * FROM tasks WHERE run_id = :run_id AND state = 'queued' ORDER BY id LIMIT :first) AS first
JOIN attempts ON task_id = first.id AND number = first.attempts ORDER BY first.id LIMIT :limit
"""

_DURATIONS: Final = """
SELECT duration_ms FROM tasks WHERE run_id = :run_id AND state = 'decided' ORDER BY id DESC LIMIT :limit
"""


def news(reader: Reader, run_id: int, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Return the events of a run with a number above `after`, oldest first, each with its task and attempt."""
    return reader.rows(_NEWS, run_id=run_id, after=after, limit=limit)


def latest(reader: Reader, run_id: int) -> int:
    """Return the number of the latest event of a run, 0 when it has none."""
    found = reader.row("SELECT max(seq) AS seq FROM journal WHERE run_id = :run_id", run_id=run_id)
    return 0 if found is None else found["seq"] or 0


def working(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return the attempts that go on: task, phase (`state`), when each began, its process."""
    return reader.rows(_WORKING, run_id=run_id, limit=MOST)


def phases(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return when what goes on entered its phases, oldest first, as far as the recent journal has it."""
    return reader.rows(_PHASES, run_id=run_id, recent=RECENT)


def retrying(reader: Reader, run_id: int) -> list[dict[str, Any]]:
    """Return tasks that are queued again: the attempt that was lost, why, and when the next may begin."""
    return reader.rows(_RETRYING, run_id=run_id, first=FIRST, limit=MOST)


def durations(reader: Reader, run_id: int, *, limit: int) -> list[int]:
    """Return how long the latest decided tasks took, in milliseconds, oldest first."""
    found = reader.rows(_DURATIONS, run_id=run_id, limit=limit)
    return [row["duration_ms"] for row in reversed(found) if row["duration_ms"] is not None]
