"""Asking again for what a run was about. The new run is another one: verdicts are never overwritten."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rc_evals._errors import UsageError
from rc_evals.planning import Request
from rc_evals.store.queries import exercises_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rc_evals.store.reader import Reader


def again(reader: Reader, run_id: int) -> Request:
    """Return the request for a run like this one: the same exercises, agent, settings and limits.

    Raises:
        UnknownRunError: no such run.
    """
    return _request(reader.run(run_id), exercises_of(reader, run_id), f"run {run_id} again")


def failed_again(reader: Reader, run_id: int) -> Request:
    """Return the request for a run like this one, of the exercises that have a task which was decided and not passed.

    Raises:
        UnknownRunError: no such run.
        UsageError: there is no such exercise.
    """
    run = reader.run(run_id)
    exercises = exercises_of(reader, run_id, not_passed=True)
    if not exercises:
        raise UsageError(f"run {run_id} has no task that failed; there is nothing to run again")
    return _request(run, exercises, f"run {run_id} again: what failed")


def _request(run: Mapping[str, Any], exercises: Sequence[str], name: str) -> Request:
    return Request(
        suite=run["suite_path"],
        agent=run["agent"],
        agent_args=json.loads(run["agent_args"]),
        exercises=exercises,
        iterations=run["iterations"],
        concurrency=run["concurrency"],
        timeout_minutes=run["timeout_seconds"] / 60,
        sandbox=run["sandbox"],
        settings=None if run["settings"] is None else json.loads(run["settings"]),
        name=name,
    )
