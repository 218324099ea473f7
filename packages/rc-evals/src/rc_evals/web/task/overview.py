"""Why a task came out as it did, at first sight: a sentence, figures, when what was done, the tests that failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rc_evals import formats
from rc_evals.foreign import one_line
from rc_evals.report import standing
from rc_evals.store import attempt_details
from rc_evals.web.charts.timeline import Span, timeline
from rc_evals.web.task.results import results

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rc_evals.store.reader import Reader
    from rc_evals.web.task.shown import Shown

FIRST_TESTS: Final = 10
"""Failed tests that are named here; the page of tests has the others."""

MOST_PATHS: Final = 100
"""Files that are named."""

_PATH: Final = 300
"""Characters of one."""

_SENTENCES: Final[Mapping[str, str]] = {
    "passed": "All tests passed",
    "failed": "The agent ended by itself, and the tests did not pass",
    "agent_error": "The agent ended with an error, and the tests did not pass",
    "timeout": "The agent ran out of time, and the tests did not pass",
    "limit": "The agent was stopped by a limit, and the tests did not pass",
    "infra_failed": "The platform failed, which says nothing about the agent",
    "verifier_error": "The tests could not be run, which says nothing about the agent",
    "cancelled": "The run was cancelled",
    "queued": "Waits for its turn",
    "leased": "Is about to begin",
    "preparing": "The workspace is being prepared",
    "running": "The agent works on it",
    "testing": "The tests are running",
}
"""How a task stands, by verdict or phase."""

_MEASURED: Final = (
    ("Queued", "queue_ms"),
    ("Prepared", "prepare_ms"),
    ("Agent", "agent_ms"),
    ("Tests took", "test_ms"),
)
_PHASES: Final = (("preparing", "prepare_ms"), ("running", "agent_ms"), ("testing", "test_ms"))

_SIGNALS: Final = range(129, 160)
"""Exit codes of programs that were killed: 128 and the signal."""


class Figure(NamedTuple):
    """A number with its name."""

    name: str
    value: str
    note: str = ""


def view(reader: Reader, shown: Shown, now: int) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        reader: the store.
        shown: the task.
        now: in milliseconds since the epoch.
    """
    row = shown.details
    return {
        "sentence": _sentence(shown),
        "figures": [] if row is None else [*_told(row), *_used(row, shown.attempts)],
        "phases": timeline([span for each in shown.attempts for span in _spans(each, shown.task["state"], now)]),
        "failed": [each for each in results(reader, shown, limit=FIRST_TESTS).rows if not each.passed],
        "tools": [] if row is None else attempt_details.tools(reader, row["id"]),
        "modified": [] if row is None else _modified(row),
    }


def _sentence(shown: Shown) -> str:
    """Say how the task stands, with the evidence where there is any."""
    said = _SENTENCES.get(shown.standing, shown.standing)
    if shown.task["verdict"] is None and standing(shown.run) == "interrupted":
        return "Nobody works on the run now; resume it to go on with this task."
    evidence = shown.attempts[-1]["error"] if shown.attempts and shown.standing != "passed" else None
    return f"{said}: {one_line(evidence)}." if evidence else f"{said}."


def _told(row: Mapping[str, Any]) -> Iterator[Figure]:
    """Yield what the platform has seen of an attempt."""
    if row["tests_ran"] is not None:
        yield Figure("Tests passed", f"{row['tests_passed']} of {row['tests_ran']}")
    for name, key in _MEASURED:
        if row[key]:
            yield Figure(name, f"{row[key]} ms" if row[key] < 1_000 else formats.duration(row[key]))
    if row["exit_code"] is not None:
        code = row["exit_code"]
        yield Figure("Exit code", str(code), f"killed by signal {code - 128}" if code in _SIGNALS else "")


_TOLD: Final = ("tokens_in", "tokens_out", "cost_micros", "api_requests", "api_errors")
"""Of an agent that says nothing of what it used, all are null or 0."""


def _used(row: Mapping[str, Any], attempts: list[dict[str, Any]]) -> Iterator[Figure]:
    """Yield what the agent has told of what it used."""
    if not any(row[key] for key in _TOLD):
        return
    reads, writes = (formats.tokens(row[key]) for key in ("cache_reads", "cache_writes"))
    yield Figure("Tokens in", formats.tokens(row["tokens_in"]), f"{reads} from cache" if row["cache_reads"] else "")
    yield Figure("Tokens out", formats.tokens(row["tokens_out"]), f"{writes} into cache" if row["cache_writes"] else "")
    if row["tokens_context"]:
        yield Figure("Context", formats.tokens(row["tokens_context"]))
    costs = [each["cost_micros"] for each in attempts if each["cost_micros"] is not None]
    total = f"{formats.money(sum(costs))} in all attempts" if len(costs) > 1 else ""
    yield Figure("Cost", "unknown" if row["cost_micros"] is None else formats.money(row["cost_micros"]), total)
    if row["api_requests"] or row["api_errors"]:
        errors = formats.counted(row["api_errors"], "error") if row["api_errors"] else ""
        yield Figure("Requests", f"{row['api_requests']:,}", errors)


def _modified(row: Mapping[str, Any]) -> list[str]:
    """Return which files of the tests the agent had changed."""
    told: list[object] = json.loads(row["tests_modified"] or "[]")
    return [one_line(str(path)[:_PATH]) for path in told[:MOST_PATHS]]


def _spans(row: Mapping[str, Any], state: str, now: int) -> Iterator[Span]:
    """Yield the phases of an attempt. Their lengths were measured; that each followed at once is assumed.

    Waiting is none of them: in a long run it would leave no room for the others.
    """
    number, at = row["number"], row["started_at"]
    if row["finished_at"] is None:
        yield Span(number, state if state in {"running", "testing"} else "preparing", at, max(at, now))
        return
    for phase, key in _PHASES:
        if row[key] is not None:
            yield Span(number, phase, at, at + row[key])
            at += row[key]
