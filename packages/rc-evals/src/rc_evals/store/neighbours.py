"""A task of a run, and the tasks around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rc_evals._errors import UnknownRunError

if TYPE_CHECKING:
    from rc_evals.store.reader import Reader

_MISSED: Final = "AND verdict NOT IN ('passed', 'cancelled')"

_BEFORE: Final = """
SELECT id FROM tasks WHERE +run_id = :run_id AND id < :id AND id >= (SELECT min(id) FROM tasks WHERE run_id = :run_id)
  {wanted} ORDER BY id DESC LIMIT 1
"""

_AFTER: Final = """
SELECT id FROM tasks WHERE +run_id = :run_id AND id > :id AND id <= (SELECT max(id) FROM tasks WHERE run_id = :run_id)
  {wanted} ORDER BY id LIMIT 1
"""
"""Read in the order of the table, whose ids lie together (see `task_list.OF_RUN`)."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The ids of tasks beside one, in the order of the run; None where there is none."""

    previous: int | None
    next: int | None
    previous_missed: int | None
    """The nearest one before that has not passed: its verdict is neither passed nor cancelled."""
    next_missed: int | None


def task_of_run(reader: Reader, run_id: int, task_id: int) -> dict[str, Any]:
    """Return the row of a task.

    Raises:
        UnknownRunError: the run has no such task, or does not exist.
    """
    found = reader.row("SELECT * FROM tasks WHERE id = :id AND run_id = :run_id", id=task_id, run_id=run_id)
    if found is None:
        raise UnknownRunError(f"run {run_id} has no task {task_id}; `rc-evals show {run_id}` lists its tasks")
    return found


def neighbours(reader: Reader, run_id: int, task_id: int) -> Neighbours:
    """Return which tasks are beside a task of a run."""

    def beside(statement: str, wanted: str = "") -> int | None:
        found = reader.row(statement.format(wanted=wanted), run_id=run_id, id=task_id)
        return None if found is None else int(found["id"])

    return Neighbours(beside(_BEFORE), beside(_AFTER), beside(_BEFORE, _MISSED), beside(_AFTER, _MISSED))
