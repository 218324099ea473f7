"""Controllers that die at random moments: every task ends with one verdict, and nothing is left."""

import random
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from .exercises import add_exercise
from .program import Background, Program, command_agent, until

KILLS = 10

USAGE = '{"tokenUsage": {"totalTokensIn": 10, "totalTokensOut": 2, "totalCost": 0.001, "contextTokens": 10}}'


def kill_at_random(program: Program, run: Background, chance: random.Random) -> None:
    """Kill a controller some steps of its journal later, and some milliseconds after that step."""
    until(lambda: program.rows("SELECT 1 FROM runs"), "there is a run")
    ((length,),) = program.rows("SELECT count(*) FROM journal")
    step = length + chance.randrange(1, 16)
    until(
        lambda: run.process.poll() is not None or program.rows(f"SELECT 1 FROM journal WHERE seq >= {step}"), "a step"
    )
    moment = time.monotonic() + chance.uniform(0, 0.05)
    until(lambda: time.monotonic() >= moment, "some milliseconds")
    run.kill()


@pytest.mark.needs("bubblewrap")
@pytest.mark.timeout(300)
def test_controllers_killed_again_and_again_leave_one_verdict_per_task_and_nothing_else(program: Program) -> None:
    """Spec 24.5; 24.15, check 2."""
    chance = random.Random(24)
    agent = command_agent(f"sleep 0.2; echo '{USAGE}' > used.json", usage_file="used.json")
    selection = ("--suite", "bundled", "--language", "python", "--iterations", "5", "--concurrency", "3")
    run = program.start("run", *selection, *agent)
    for _ in range(KILLS):
        kill_at_random(program, run, chance)
        run = program.start("resume", "1", "--json")
    done = run.wait()
    assert done.code == 0, done.err
    left = (program.processes(), program.scratch())
    assert left == ([], [])
    tokens = [token for (token,) in program.rows("SELECT token FROM attempts")]
    assert [found for token in tokens for found in program.processes(token)] == []
    check_books(program, done.document)


def check_books(program: Program, document: Any) -> None:
    """One verdict per task, one closed attempt after the other, totals that are the sums of their parts."""
    run, tasks = document["run"], document["tasks"]
    assert len(tasks) == run["counts"]["total"] == run["counts"]["decided"] == run["counts"]["failed"]
    assert {task["verdict"] for task in tasks} == {"failed"}
    verdicts = program.rows("SELECT task_id, count(*) FROM journal WHERE kind = 'verdict' GROUP BY task_id")
    assert [count for _, count in verdicts] == [1] * len(tasks)
    decided = program.rows("SELECT task_id FROM attempts WHERE verdict IS NOT NULL")
    assert len(decided) == len({*decided}) == len(tasks)
    assert program.rows("SELECT 1 FROM attempts WHERE end_reason IS NULL OR finished_at IS NULL") == []
    history = program.rows("SELECT task_id, started_at, finished_at FROM attempts ORDER BY task_id, number")
    for (task, _, finished), (next_task, started, _) in pairwise(history):
        assert task != next_task or finished <= started, "two attempts at one task ran at the same time"
    assert run["totals"]["attempts"] == sum(task["attempts"] for task in tasks) == len(history)
    lost = program.rows("SELECT 1 FROM attempts WHERE end_reason = 'lost'")
    assert run["totals"]["attempts"] == len(tasks) + len(lost), "only a dead controller costs an attempt"
    assert run["totals"]["measured"] == len(program.rows("SELECT 1 FROM metrics")) >= len(tasks)
    assert run["totals"]["tokens_in"] == 10 * run["totals"]["measured"]
    assert run["totals"]["cost_usd"] == pytest.approx(sum(task["cost_usd"] for task in tasks))
    assert run["totals"]["agent_ms"] == sum(ms or 0 for (ms,) in program.rows("SELECT agent_ms FROM attempts"))


def test_a_controller_killed_before_it_had_noted_its_process_leaves_none(
    program: Program, suite: Path, exercise: Path, sandbox: str
) -> None:
    """The narrowest of all moments: the sandbox runs, and the store does not know its process yet."""
    mark = f"300.{time.time_ns() % 10**9:09}"
    for name in ("b", "c", "d", "e", "f"):
        add_exercise(suite, name)
    agent = command_agent(f"sleep {mark}")
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", sandbox, "--concurrency", "6")
    # A child of the controller looks like the controller until it has become another program.
    until(lambda: [each for each in program.processes(mark) if "rc-evals" not in each.command], "an agent is started")
    run.kill()
    assert program("cancel", "1").code == 0
    assert (program.processes(mark), program.processes(), program.scratch()) == ([], [], [])
