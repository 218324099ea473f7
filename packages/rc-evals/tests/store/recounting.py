"""What the projections of a store have to be: counted anew from its attempts, one by one."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rc_evals.outcomes import Outcome
from rc_evals.store.reasons import reason

Row = dict[str, Any]
Shown = dict[str, dict[Any, Row]]

SUMMED = ("tokens_in", "tokens_out", "cache_writes", "cache_reads", "api_requests", "api_errors")
PHASES = ("prepare_ms", "agent_ms", "test_ms")
OF_RUNS = ("done", "decided", "passed", "attempts", "measured", "priced", "cost_micros", "work_ms", *SUMMED, *PHASES)
OF_TASKS = ("reason", "duration_ms", "tokens_in", "tokens_out", "cost_micros", "tests_ran", "tests_passed")


def shown(connection: sqlite3.Connection) -> Shown:
    """Return what rows of runs, tasks and tools say."""
    return {
        "runs": {row["id"]: {name: row[name] for name in OF_RUNS} for row in rows(connection, "runs")},
        "tasks": {row["id"]: {name: row[name] for name in OF_TASKS} for row in rows(connection, "tasks")},
        "tools": {
            (row["run_id"], row["tool"]): {"attempts": row["attempts"], "failures": row["failures"]}
            for row in rows(connection, "run_tools")
        },
    }


def recounted(connection: sqlite3.Connection) -> Shown:
    """Return what they have to say."""
    tasks = rows(connection, "tasks")
    metrics = {row["attempt_id"]: row for row in rows(connection, "metrics")}
    attempts: dict[int, list[Row]] = {}
    for attempt in rows(connection, "attempts"):
        attempts.setdefault(attempt["task_id"], []).append({"metrics": metrics.get(attempt["id"]), **attempt})
    runs: dict[int, Row] = {}
    tools: dict[Any, Row] = {}
    usage = rows(connection, "tool_usage")
    for run in rows(connection, "runs"):
        own = [task for task in tasks if task["run_id"] == run["id"]]
        tried = [attempt for task in own for attempt in attempts.get(task["id"], [])]
        runs[run["id"]] = of_run(own, tried)
        for name, count in of_tools(usage, {attempt["id"] for attempt in tried}).items():
            tools[run["id"], name] = count
    return {
        "runs": runs,
        "tasks": {task["id"]: of_task(task, attempts.get(task["id"], [])) for task in tasks},
        "tools": tools,
    }


def of_run(tasks: list[Row], attempts: list[Row]) -> Row:
    verdicts = [Outcome(task["verdict"]) for task in tasks if task["verdict"] is not None]
    measured = [attempt["metrics"] for attempt in attempts if attempt["metrics"] is not None]
    phases = {name: sum(attempt[name] or 0 for attempt in attempts) for name in PHASES}
    return {
        "done": len(verdicts),
        "decided": sum(verdict.decided for verdict in verdicts),
        "passed": verdicts.count(Outcome.PASSED),
        "attempts": len(attempts),
        "measured": len(measured),
        "priced": sum(row["cost_micros"] is not None for row in measured),
        "cost_micros": total(row["cost_micros"] for row in measured),
        "work_ms": sum(phases.values()),
        **{name: sum(row[name] for row in measured) for name in SUMMED},
        **phases,
    }


def of_task(task: Row, attempts: list[Row]) -> Row:
    ended = [attempt for attempt in attempts if attempt["end_reason"] is not None]
    nothing: Row = {}
    last = max(ended, key=lambda attempt: int(attempt["number"]), default=nothing)
    used: Row = last.get("metrics") or nothing
    why = None
    if task["verdict"] is not None:
        error, passed = (last.get("error"), last.get("tests_passed")) if last.get("verdict") else (None, None)
        why = reason(Outcome(task["verdict"]), error, tests_passed=passed)
    return {
        "reason": why,
        "duration_ms": total(last.get(name) for name in PHASES),
        "tokens_in": used.get("tokens_in"),
        "tokens_out": used.get("tokens_out"),
        "cost_micros": total(row["metrics"]["cost_micros"] for row in ended if row["metrics"]),
        "tests_ran": last.get("tests_ran"),
        "tests_passed": last.get("tests_passed"),
    }


def of_tools(usage: list[Row], attempts: set[int]) -> dict[str, Row]:
    counts: dict[str, Counter[str]] = {}
    for row in usage:
        if row["attempt_id"] in attempts:
            counts.setdefault(row["tool"], Counter()).update(attempts=row["attempts"], failures=row["failures"])
    return {name: {"attempts": count["attempts"], "failures": count["failures"]} for name, count in counts.items()}


def total(numbers: Iterable[int | None]) -> int | None:
    """Return the sum of those that are known; None when none is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY 1")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
