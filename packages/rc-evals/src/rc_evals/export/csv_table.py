"""The tasks of a run as a table for spreadsheets: CSV as RFC 4180 has it, one line per task."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

from rc_evals.formats import timestamp
from rc_evals.store.exporting import histories, tools_of
from rc_evals.usage import MICROS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from rc_evals.store.reader import Reader

_RUN: Final = ("id", "name", "suite", "agent", "model")
_TASK: Final = ("language", "exercise", "iteration", "state", "verdict", "attempts")
_ATTEMPT: Final = (
    *("end_reason", "error", "exit_code", "queue_ms", "prepare_ms", "agent_ms", "test_ms", "tests_ran"),
    *("tests_passed", "tokens_in", "tokens_out", "tokens_context", "cache_writes", "cache_reads"),
    *("api_requests", "api_errors"),
)

COLUMNS: Final = ("run", *_RUN[1:], *_TASK, "started_at", "finished_at", *_ATTEMPT, "cost_usd", "tools")
"""The first line (spec 24.11). All is of the latest attempt, but `cost_usd` of all attempts."""

_FORMULA: Final = re.compile(r"[=+\-@\t\r]")


def write_csv(reader: Reader, run_id: int, out: BinaryIO) -> None:
    """Write the table of a run.

    A text that a spreadsheet would take for a formula, for its first character, begins with an apostrophe instead:
    names and errors are the words of suites and agents. What nobody knows is an empty cell.

    Raises:
        UnknownRunError: there is no such run.
    """
    run = reader.run(run_id)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        lines = csv.writer(text)
        lines.writerow(COLUMNS)
        lines.writerows(_lines(reader, run))
    finally:
        text.detach()


def _lines(reader: Reader, run: Mapping[str, Any]) -> Iterator[list[object]]:
    of_run = [run[key] for key in _RUN]
    for task, attempts in histories(reader, run["id"]):
        yield [_harmless(cell) for cell in (*of_run, *(task[key] for key in _TASK), *_of_attempts(reader, attempts))]


def _of_attempts(reader: Reader, attempts: Sequence[Mapping[str, Any]]) -> list[object]:
    if not attempts:
        return [None] * (len(_ATTEMPT) + 4)
    last = attempts[-1]
    tools = {row["tool"]: [row["attempts"], row["failures"]] for row in tools_of(reader, last["id"])}
    costs = [attempt["cost_micros"] for attempt in attempts if attempt["cost_micros"] is not None]
    return [
        timestamp(last["started_at"]),
        timestamp(last["finished_at"]),
        *(last[key] for key in _ATTEMPT),
        _dollars(sum(costs)) if costs else None,
        json.dumps(tools) if tools else None,
    ]


def _dollars(micros: int) -> str:
    return f"{micros // MICROS}.{micros % MICROS:06}"


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
