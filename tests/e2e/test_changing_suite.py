"""A suite that changes while a run goes on: what a task is made of stays what it was, or its verdict says why not."""

from pathlib import Path

import pytest

from .exercises import SOLVE, add_exercise
from .program import Background, Program, command_agent, until


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The agents work until this file is there."""
    return tmp_path / "gate"


def start(program: Program, suite: Path, gate: Path) -> Background:
    """Start a run of one attempt at a time, and return once the first agent works."""
    agent = command_agent(f"echo at work; until [ -e {gate} ]; do sleep 0.05; done; {SOLVE}")
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", "none", "--json")
    until(lambda: program.rows("SELECT 1 FROM tasks WHERE state = 'running'"), "an agent works")
    return run


def test_an_exercise_that_changes_before_its_turn_is_given_to_nobody(program: Program, suite: Path, gate: Path) -> None:
    """Our rule: the digest of a task says what its agent was given and tested with."""
    for name in ("a", "b", "c"):
        add_exercise(suite, name)
    run = start(program, suite, gate)
    (suite / "shell" / "b" / "answer_test.sh").write_text("true\n", encoding="utf-8")
    gate.touch()
    done = run.wait()
    assert done.code == 0, done.err
    changed, *others = sorted(done.document["tasks"], key=lambda task: task["verdict"] == "passed")
    assert [task["verdict"] for task in others] == ["passed", "passed"]
    assert (changed["exercise"], changed["verdict"]) == ("b", "infra_failed")
    assert "b/answer_test.sh is not what it was when the run began" in changed["error"]
    assert not program.artifacts("shell-b-1", "agent.log").exists()


def test_tests_that_change_while_the_agent_works_do_not_decide(
    program: Program, suite: Path, exercise: Path, gate: Path
) -> None:
    """Our rule: what the agent did, and may have cost, is not done again for it either."""
    run = start(program, suite, gate)
    (exercise / "answer_test.sh").write_text("false\n", encoding="utf-8")
    gate.touch()
    done = run.wait()
    assert done.code == 3, done.err
    (task,) = done.document["tasks"]
    assert (task["verdict"], task["attempts"]) == ("verifier_error", 1)
    assert "answer_test.sh is not what it was when the run began" in task["error"]
    assert done.document["run"]["pass_rate"] is None


def test_a_suite_that_is_gone_is_said_to_be(program: Program, suite: Path, exercise: Path, gate: Path) -> None:
    """Our rule."""
    run = start(program, suite, gate)
    suite.rename(suite.with_name("elsewhere"))
    gate.touch()
    (task,) = run.wait().document["tasks"]
    assert task["verdict"] == "verifier_error"
    assert "can no longer be read: No such file or directory; restore it" in task["error"]
