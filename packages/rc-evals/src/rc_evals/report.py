"""One run as one document: what `--json` prints, and what tables show."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rc_evals.clock import now_ms
from rc_evals.formats import timestamp
from rc_evals.outcomes import Outcome
from rc_evals.run_owner import Owner
from rc_evals.stats import PassRate, clustered, repeats, wilson
from rc_evals.store import queries
from rc_evals.store.runs import LEASE_MS
from rc_evals.usage import MICROS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rc_evals.store.reader import Reader

OPEN: Final = "open"
"""Counts the tasks that have no verdict yet, beside the verdicts."""

NOT_COUNTED: Final = (*(outcome.value for outcome in Outcome if not outcome.decided), OPEN)
"""What takes no part in the pass rate: it says nothing about the agent."""


def document(reader: Reader, run_id: int) -> Iterator[str]:
    """Yield the JSON text of a run and its tasks, line by line; equal runs give equal texts.

    Every task is a line of its own, so that a run of any size neither fills the memory nor needs a special reader.
    Times are ISO 8601 in UTC, durations milliseconds, money US dollars or null where nobody said what it cost.

    Raises:
        UnknownRunError: there is no such run.
    """
    yield from ("{", f'"run": {render_json(run_part(reader, run_id))},', '"tasks": [')
    last = ""
    for row in queries.tasks(reader, run_id):
        if last:
            yield f"{last},"
        last = json.dumps(_task(row))
    yield from filter(None, (last, "]", "}"))


def run_part(reader: Reader, run_id: int) -> dict[str, Any]:
    """Return the document's part on the run as a whole.

    Raises:
        UnknownRunError: there is no such run.
    """
    run = reader.run(run_id)
    environment: dict[str, Any] = json.loads(run["record"]) if run["record"] else {}
    per_language = queries.tally(reader, run_id)
    exercises = queries.exercise_scores(reader, run_id) if run["iterations"] > 1 else []
    every = Counter[str | None]()
    for verdicts in per_language.values():
        every.update(verdicts)
    return {
        **_described(run),
        "settings": json.loads(run["settings"]) if run["settings"] else None,
        "counts": _counts(every),
        "pass_rate": _rate(every, exercises),
        "repeats": [
            {"k": each.k, "exercises": each.exercises, "pass_at_k": each.pass_at_k, "all_of_k": each.all_of_k}
            for each in repeats([(row["passed"], row["decided"]) for row in exercises], run["iterations"])
        ],
        "totals": _totals(reader, run_id),
        "languages": {
            language: {
                "counts": _counts(verdicts),
                "pass_rate": _rate(verdicts, [row for row in exercises if row["language"] == language]),
            }
            for language, verdicts in per_language.items()
        },
        "not_runnable": environment.get("not_runnable", []),
        "environment": environment,
    }


def run_line(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return one entry of the document that `list --json` prints, for a row of `run_list.runs`."""
    rate = wilson(run["passed"], run["decided"]) if run["decided"] else None
    counts = {"total": run["total"], "decided": run["decided"], "passed": run["passed"], OPEN: run["open"]}
    return {**_described(run), "counts": counts, "rate": rate.rate if rate else None}


def standing(run: Mapping[str, Any]) -> str:
    """Return the state of a run as people need to know it: an active one may be `running` or `interrupted`.

    One that was `imported` before its end has none here.
    """
    if run["finished_at"] is None and run["imported_at"] is not None:
        return "imported"
    if run["finished_at"] is not None or run["state"] != "active":
        return str(run["state"])
    if run["lease_token"] is None:
        return "interrupted"
    owner = Owner.of(run)
    lives = None if owner is None else owner.lives
    if lives is None:  # of one elsewhere only the lease can tell, and no lease reaches farther than this
        lives = 0 < run["lease_expires_at"] - now_ms() <= LEASE_MS
    return "running" if lives else "interrupted"


def render_json(document: Mapping[str, Any]) -> str:
    """Return a document as the text that commands print: indented, ASCII, without a final line end."""
    return json.dumps(document, indent=2)


def _described(run: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": run["id"],
        "uuid": run["uuid"],
        "name": run["name"],
        "suite": run["suite"],
        "suite_path": run["suite_path"],
        "agent": run["agent"],
        "agent_args": json.loads(run["agent_args"]),
        "model": run["model"],
        "sandbox": run["sandbox"],
        "concurrency": run["concurrency"],
        "timeout_seconds": run["timeout_seconds"],
        "iterations": run["iterations"],
        "state": run["state"],
        "created_at": timestamp(run["created_at"]),
        "finished_at": timestamp(run["finished_at"]),
    }


def _counts(verdicts: Mapping[str | None, int]) -> dict[str, int]:
    """Count tasks: `total`, `decided` (those that enter the pass rate), every verdict, `open`."""
    return {
        "total": sum(verdicts.values()),
        "decided": _decided(verdicts),
        **{outcome.value: verdicts.get(outcome.value, 0) for outcome in Outcome},
        OPEN: verdicts.get(None, 0),
    }


def _decided(verdicts: Mapping[str | None, int]) -> int:
    return sum(verdicts.get(outcome.value, 0) for outcome in Outcome if outcome.decided)


def _rate(verdicts: Mapping[str | None, int], exercises: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the pass rate; its interval is by `exercises` when each was tried several times."""
    decided = _decided(verdicts)
    if not decided:
        return None
    tried = [(row["passed"], row["decided"]) for row in exercises if row["decided"]]
    rate = clustered(tried) if tried else wilson(verdicts.get(Outcome.PASSED.value, 0), decided)
    return {
        "passed": rate.passed,
        "decided": rate.decided,
        "rate": rate.rate,
        "low": rate.low,
        "high": rate.high,
        "method": "clustered wilson" if tried else "wilson",
    }


def as_rate(part: Mapping[str, Any]) -> PassRate:
    """Return the value behind a `pass_rate` of the document."""
    return PassRate(part["passed"], part["decided"], part["low"], part["high"])


def _totals(reader: Reader, run_id: int) -> dict[str, Any]:
    """Sum over all attempts, also those that were retried. `measured` and `priced` say how many reported anything."""
    row = queries.totals(reader, run_id)
    return {
        "attempts": row["attempts"],
        "measured": row["measured"],
        "priced": row["priced"],
        "tokens_in": row["tokens_in"] or 0,
        "tokens_out": row["tokens_out"] or 0,
        "cache_writes": row["cache_writes"] or 0,
        "cache_reads": row["cache_reads"] or 0,
        "cost_usd": _dollars(row["cost_micros"]),
        "prepare_ms": row["prepare_ms"] or 0,
        "agent_ms": row["agent_ms"] or 0,
        "test_ms": row["test_ms"] or 0,
        "tools": {
            tool["tool"]: {"attempts": tool["attempts"], "failures": tool["failures"]}
            for tool in queries.tools(reader, run_id)
        },
    }


def _dollars(micros: int | None) -> float | None:
    return None if micros is None else micros / MICROS


_TASK: Final = ("language", "exercise", "iteration", "digest", "state", "verdict", "attempts", "end_reason", "error")
_DURATIONS: Final = ("queue_ms", "prepare_ms", "agent_ms", "test_ms")
_USAGE: Final = ("tokens_in", "tokens_out", "tokens_context", "cache_writes", "cache_reads")


def _task(row: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a task by its latest attempt; only the money is that of all its attempts."""
    return {
        **{key: row[key] for key in _TASK},
        "exit_code": row["exit_code"],
        "started_at": timestamp(row["started_at"]),
        "finished_at": timestamp(row["finished_at"]),
        "durations": {key: row[key] for key in _DURATIONS},
        "tests": {
            "ran": row["tests_ran"],
            "passed": row["tests_passed"],
            "modified": json.loads(row["tests_modified"]) if row["tests_modified"] else [],
        },
        "usage": None if row["tokens_in"] is None else {key: row[key] for key in _USAGE},
        "cost_usd": _dollars(row["cost_micros"]),
    }
