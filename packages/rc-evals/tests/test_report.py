"""The document of a run: what it counts, and what it must never mix."""

import json
from pathlib import Path
from typing import Any

import pytest
from rc_evals import Home, Outcome, UnknownRunError
from rc_evals.languages.model import TestResult
from rc_evals.report import document, run_line, standing
from rc_evals.stats import clustered
from rc_evals.store.reader import open_reader
from rc_evals.store.run_list import RunFilter, runs
from rc_evals.testing import BEGAN, recorder
from rc_evals.usage import ToolCount, Usage


def text(home: Home, run_id: int) -> str:
    with open_reader(home.database) as reader:
        return "\n".join(document(reader, run_id))


def read(home: Home, run_id: int) -> Any:
    return json.loads(text(home, run_id))


async def test_only_verdicts_that_speak_of_the_agent_enter_the_pass_rate(tmp_path: Path) -> None:
    """Spec 24.8: passed / decided, never mixed with what was not decided."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run([f"go/e{i}" for i in range(9)])
        for verdict in Outcome:
            await run.decide(verdict)
    part = read(home, run.id)["run"]
    assert part["counts"] == {"total": 9, "decided": 5, "open": 1, **{verdict.value: 1 for verdict in Outcome}}
    assert (part["pass_rate"]["passed"], part["pass_rate"]["decided"]) == (1, 5)
    assert (part["pass_rate"]["rate"], part["pass_rate"]["method"]) == (0.2, "wilson")
    assert part["languages"]["go"]["pass_rate"] == part["pass_rate"]
    assert part["repeats"] == []


async def test_a_run_without_a_decided_task_has_no_pass_rate(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a"])
    part = read(home, run.id)["run"]
    assert part["pass_rate"] is None
    assert part["counts"]["open"] == 1
    assert part["finished_at"] is None


async def test_a_task_shows_its_latest_attempt_and_the_money_of_all(tmp_path: Path) -> None:
    """Spec 24.7: cost includes failed attempts."""
    home = Home(tmp_path)
    usage = Usage(tokens_in=10, tokens_out=2, cost_micros=250_000, tools={"read_file": ToolCount(3, 1)})
    async with recorder(home) as recording:
        run = await recording.run(["python/free-slots"])
        await run.lose(usage=usage)
        tests = (TestResult("test_a", True), TestResult("test_b", False, "1 != 2"))
        await run.decide(
            Outcome.FAILED, usage=usage, tests=tests, tests_ran=2, tests_modified=("x_test.py",), error="1 of 2 failed"
        )
        await run.finish()
    found = read(home, run.id)
    (task,) = found["tasks"]
    assert (task["language"], task["exercise"], task["iteration"], task["verdict"]) == (
        "python",
        "free-slots",
        1,
        "failed",
    )
    assert (task["attempts"], task["end_reason"], task["error"]) == (2, "completed", "1 of 2 failed")
    assert task["tests"] == {"ran": 2, "passed": 1, "modified": ["x_test.py"]}
    assert (task["usage"]["tokens_in"], task["cost_usd"]) == (10, 0.5)
    assert task["durations"]["agent_ms"] == 1_000
    totals = found["run"]["totals"]
    assert (totals["attempts"], totals["priced"], totals["tokens_in"], totals["cost_usd"]) == (2, 2, 20, 0.5)
    assert totals["tools"] == {"read_file": {"attempts": 6, "failures": 2}}
    assert (found["run"]["created_at"], found["run"]["state"]) == ("2023-11-14T22:13:20.000Z", "complete")


async def test_an_unknown_cost_is_null_and_not_zero(tmp_path: Path) -> None:
    """Spec 24.12."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b"])
        await run.decide(Outcome.PASSED, usage=Usage(tokens_in=5))
        await run.decide(Outcome.PASSED)
    found = read(home, run.id)
    assert [task["cost_usd"] for task in found["tasks"]] == [None, None]
    assert found["tasks"][1]["usage"] is None
    assert (found["run"]["totals"]["cost_usd"], found["run"]["totals"]["measured"]) == (None, 1)


async def test_several_iterations_bring_pass_at_k_and_an_interval_that_counts_exercises(tmp_path: Path) -> None:
    """Spec 24.8: pass@k per exercise, averaged; the interval is that of decision 0034."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b"], iterations=2)
        for verdict in (Outcome.PASSED, Outcome.FAILED, Outcome.PASSED, Outcome.PASSED):
            await run.decide(verdict)
    part = read(home, run.id)["run"]
    assert part["repeats"] == [
        {"k": 1, "exercises": 2, "pass_at_k": 0.75, "all_of_k": 0.75},
        {"k": 2, "exercises": 2, "pass_at_k": 1.0, "all_of_k": 0.5},
    ]
    rate = clustered([(1, 2), (2, 2)])
    assert part["pass_rate"] == {
        "passed": 3, "decided": 4, "rate": 0.75, "low": rate.low, "high": rate.high, "method": "clustered wilson"
    }  # fmt: skip


async def test_equal_runs_give_equal_text(tmp_path: Path) -> None:
    texts: list[str] = []
    for name in "ab":
        home = Home(tmp_path / name)
        async with recorder(home) as recording:
            run = await recording.run(["go/a", "rust/b"], iterations=2)
            for verdict in (Outcome.PASSED, Outcome.FAILED, Outcome.TIMEOUT):
                await run.decide(verdict)
        texts.append(text(home, run.id).replace(read(home, run.id)["run"]["uuid"], ""))
    assert texts[0] == texts[1]


async def test_a_large_run_is_read_page_by_page(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run([f"go/e{i:04}" for i in range(1_201)])
    names = [task["exercise"] for task in read(home, run.id)["tasks"]]
    assert names == [f"e{i:04}" for i in range(1_201)]
    assert sum('"exercise": "e' in line for line in text(home, run.id).splitlines()) == 1_201


async def test_a_run_without_tasks_is_a_document_as_well(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run([])
    assert read(home, run.id)["tasks"] == []


async def test_an_unknown_run_is_said_to_be_one(tmp_path: Path) -> None:
    with open_reader(Home(tmp_path).database) as reader, pytest.raises(UnknownRunError, match="there is no run 7"):
        next(document(reader, 7))


async def test_a_list_counts_as_the_document_does_and_knows_a_run_that_nobody_works_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        first = await recording.run(["go/a", "go/b", "go/c"])
        await first.decide(Outcome.PASSED)
        await first.decide(Outcome.INFRA_FAILED)
        await first.leave()
        empty = await recording.run([])
        await empty.finish()
    with open_reader(home.database) as reader:
        newest, oldest = runs(reader, RunFilter(), standing=standing).rows
    assert run_line(oldest)["counts"] == {"total": 3, "decided": 1, "passed": 1, "open": 1}
    assert (run_line(newest)["counts"]["open"], run_line(newest)["rate"]) == (0, None)
    assert (standing(newest), standing(oldest)) == ("complete", "interrupted")
    assert oldest["created_at"] == BEGAN
