"""Version 1 of the document, as it is written: a changed key is a decision, since others read it."""

import json
from pathlib import Path
from typing import Any

from rc_evals import Home, Outcome
from rc_evals.languages.model import TestResult
from rc_evals.testing import recorder
from rc_evals.usage import ToolCount, Usage

from .histories import exported

UUID = "5f0b7f0e-0000-4000-8000-000000000001"

WRITTEN: dict[str, Any] = {
    "format": "rc-evals-run",
    "version": 1,
    "run": {
        "uuid": UUID,
        "name": "tour",
        "suite": "bundled",
        "suite_path": "bundled",
        "agent": "oracle",
        "model": None,
        "sandbox": "bubblewrap",
        "concurrency": 2,
        "timeout_seconds": 300,
        "agent_args": {},
        "settings": None,
        "iterations": 1,
        "state": "active",
        "total": 2,
        "created_at": "2023-11-14T22:13:20.000Z",
        "finished_at": None,
        "environment": {"not_runnable": [], "rc_evals": "0"},
    },
    "tasks": [
        {
            "language": "go",
            "exercise": "a",
            "iteration": 1,
            "digest": "go/a",
            "state": "decided",
            "verdict": "failed",
            "decided_at": "2023-11-14T22:13:21.000Z",
            "attempts": [
                {
                    "started_at": "2023-11-14T22:13:20.000Z",
                    "finished_at": "2023-11-14T22:13:21.000Z",
                    "end_reason": "completed",
                    "verdict": "failed",
                    "error": "1 of 1 tests failed",
                    "exit_code": None,
                    "queue_ms": 0,
                    "prepare_ms": None,
                    "agent_ms": 1_000,
                    "test_ms": None,
                    "usage": {
                        "tokens_in": 5,
                        "tokens_out": 7,
                        "tokens_context": 0,
                        "cache_writes": 0,
                        "cache_reads": 0,
                        "cost_micros": 12,
                        "api_requests": 1,
                        "api_errors": 0,
                        "tools": {"read_file": {"attempts": 3, "failures": 1}},
                    },
                    "tests": {
                        "ran": 1,
                        "modified": ["a_test.go"],
                        "results": [{"name": "TestA", "passed": False, "message": "é"}],
                    },
                }
            ],
        },
        {
            "language": "go",
            "exercise": "b",
            "iteration": 1,
            "digest": "go/b",
            "state": "queued",
            "verdict": None,
            "decided_at": None,
            "attempts": [],
        },
    ],
}


async def test_a_document_is_written_exactly_so(tmp_path: Path) -> None:
    """Spec 24.11. One JSON object, a task on a line, ASCII."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b"], name="tour")
        await run.decide(
            Outcome.FAILED,
            usage=Usage(
                tokens_in=5, tokens_out=7, cost_micros=12, api_requests=1, tools={"read_file": ToolCount(3, 1)}
            ),
            tests=(TestResult("TestA", passed=False, message="é"),),
            tests_ran=1,
            tests_modified=("a_test.go",),
            error="1 of 1 tests failed",
        )
    text = exported(home, 1).decode("ascii")
    document = json.loads(text)
    document["run"]["uuid"] = UUID
    assert json.dumps(document) == json.dumps(WRITTEN), "the order of keys counts as well"
    lines = text.splitlines()
    assert lines[:3] == ["{", '"format": "rc-evals-run",', '"version": 1,']
    assert [line[:17] for line in lines[5:]] == ['{"language": "go"', '{"language": "go"', "]", "}"]
