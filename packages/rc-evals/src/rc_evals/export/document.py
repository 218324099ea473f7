"""The document of a run: everything the store knows of it that is true anywhere (see `export.shapes`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from rc_evals.formats import timestamp
from rc_evals.store.exporting import histories, tests_of, tools_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import BinaryIO

    from rc_evals.store.reader import Reader

FORMAT: Final = "rc-evals-run"
VERSION: Final = 1
"""Of the document; a change that older readers would misread makes it another one."""

_RUN: Final = ("uuid", "name", "suite", "suite_path", "agent", "model", "sandbox", "concurrency", "timeout_seconds")
_TASK: Final = ("language", "exercise", "iteration", "digest", "state", "verdict")
_ATTEMPT: Final = ("end_reason", "verdict", "error", "exit_code", "queue_ms", "prepare_ms", "agent_ms", "test_ms")
_USAGE: Final = (
    *("tokens_in", "tokens_out", "tokens_context", "cache_writes", "cache_reads", "cost_micros"),
    *("api_requests", "api_errors"),
)


def write_document(reader: Reader, run_id: int, out: BinaryIO) -> None:
    """Write the document of a run; equal histories give equal bytes, in whatever data folder.

    It is one JSON object, and every task is a line of its own: tools that know JSON read all of it, others a line.

    Raises:
        UnknownRunError: there is no such run.
    """
    out.writelines(line.encode() for line in _lines(reader, run_id))


def _lines(reader: Reader, run_id: int) -> Iterator[str]:
    run = json.dumps(_run(reader.run(run_id)))
    yield f'{{\n"format": "{FORMAT}",\n"version": {VERSION},\n"run": {run},\n"tasks": ['
    comma = ""
    for task, attempts in histories(reader, run_id):
        yield f"{comma}\n{json.dumps(_task(reader, task, attempts))}"
        comma = ","
    yield "\n]\n}\n"


def _run(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: row[key] for key in _RUN},
        "agent_args": json.loads(row["agent_args"]),
        "settings": json.loads(row["settings"]) if row["settings"] else None,
        "iterations": row["iterations"],
        "state": row["state"],
        "total": row["total"],
        "created_at": timestamp(row["created_at"]),
        "finished_at": timestamp(row["finished_at"]),
        "environment": json.loads(row["record"]) if row["record"] else {},
    }


def _task(reader: Reader, row: Mapping[str, Any], attempts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        **{key: row[key] for key in _TASK},
        "decided_at": timestamp(row["decided_at"]),
        "attempts": [_attempt(reader, attempt) for attempt in attempts],
    }


def _attempt(reader: Reader, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "started_at": timestamp(row["started_at"]),
        "finished_at": timestamp(row["finished_at"]),
        **{key: row[key] for key in _ATTEMPT},
        "usage": None if row["attempt_id"] is None else _usage(reader, row),
        "tests": {
            "ran": row["tests_ran"],
            "modified": json.loads(row["tests_modified"]) if row["tests_modified"] else [],
            "results": [{**test, "passed": bool(test["passed"])} for test in tests_of(reader, row["id"])],
        },
    }


def _usage(reader: Reader, row: Mapping[str, Any]) -> dict[str, Any]:
    tools = {
        tool["tool"]: {"attempts": tool["attempts"], "failures": tool["failures"]}
        for tool in tools_of(reader, row["id"])
    }
    return {**{key: row[key] for key in _USAGE}, "tools": tools}
