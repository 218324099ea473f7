"""What a verdict stands for: the pristine tests, whatever the agent did to them, to itself, or to its time."""

import os
import secrets
import signal
from pathlib import Path
from typing import Any

from .exercises import SOLVE, add_exercise, add_language, add_python_exercise, leaving_agents
from .program import Program, command_agent, until

CHEATS = {
    "deletes": "rm answer_test.py",
    "edits": "echo 'def test_answer(): pass' > answer_test.py",
    "hooks": "printf 'import answer\\nanswer.answer = lambda: 42\\n' > conftest.py",
    "pads": "echo 'def test_more(): pass' > more_test.py",
    "solves": "printf 'def answer():\\n    return 42\\n' > answer.py; rm answer_test.py",
}
"""What the agent does, by the name of the exercise."""


def by_exercise(document: Any) -> dict[str, Any]:
    """Return the tasks of a document by exercise."""
    return {task["exercise"]: task for task in document["tasks"]}


def cases(scripts: dict[str, str]) -> str:
    """Return a script that does one thing or the other, depending on the exercise."""
    branches = " ".join(f"{name}) {script};;" for name, script in scripts.items())
    return f"case ${{PWD##*/}} in {branches} esac"


def test_tests_are_taken_as_they_were_given_and_tampering_is_told(program: Program, suite: Path, sandbox: str) -> None:
    """Spec 20, 24.6."""
    for name in CHEATS:
        add_python_exercise(suite, name)
    agent = command_agent(cases(CHEATS))
    options = ("--sandbox", sandbox, "--concurrency", "3", "--json")
    done = program("run", "--suite", str(suite), *agent, *options)
    assert done.code == 0, done.err
    tasks = by_exercise(done.document)
    assert {name: task["verdict"] for name, task in tasks.items()} == {
        "deletes": "failed", "edits": "failed", "hooks": "failed", "pads": "failed", "solves": "passed",
    }  # fmt: skip
    assert {name: task["tests"]["modified"] for name, task in tasks.items()} == {
        "deletes": ["answer_test.py"], "edits": ["answer_test.py"], "hooks": ["conftest.py"], "pads": ["more_test.py"],
        "solves": ["answer_test.py"],
    }  # fmt: skip
    assert {task["tests"]["ran"] for task in tasks.values()} == {1}


def test_an_agent_that_ends_with_an_error_is_judged_by_the_tests(program: Program, suite: Path) -> None:
    scripts = {"right": f"{SOLVE}; exit 7", "wrong": "exit 7"}
    for name in scripts:
        add_exercise(suite, name)
    done = program("run", "--suite", str(suite), *command_agent(cases(scripts)), "--sandbox", "none", "--json")
    tasks = by_exercise(done.document)
    assert [tasks[name]["verdict"] for name in scripts] == ["passed", "agent_error"]
    assert {task["exit_code"] for task in tasks.values()} == {7}
    assert {task["end_reason"] for task in tasks.values()} == {"agent_error"}


def test_an_agent_has_its_time_and_no_more(program: Program, suite: Path, sandbox: str) -> None:
    """Spec 24.6: the agent's limit is what the attempt's wall leaves; ours leaves it a second and a half."""
    add_language(program.home, "hasty", test_seconds=leaving_agents(1.5))
    mark = f"300.{secrets.randbelow(10**9):09}"
    scripts = {
        "right": f"{SOLVE}; sleep {mark}",
        "stubborn": f"trap '' TERM; while :; do sleep {mark}; done",
        "wrong": f"sleep {mark} & sleep {mark}",
    }
    for name in scripts:
        add_exercise(suite, name, language="hasty")
    options = ("--sandbox", sandbox, "--concurrency", "3", "--json")
    done = program("run", "--suite", str(suite), *command_agent(cases(scripts)), *options)
    assert done.code == 0, done.err
    tasks = by_exercise(done.document)
    assert [tasks[name]["verdict"] for name in scripts] == ["passed", "timeout", "timeout"]
    assert {task["end_reason"] for task in tasks.values()} == {"timeout"}
    assert "1.5 s" in tasks["wrong"]["error"]
    assert tasks["stubborn"]["durations"]["agent_ms"] < 10_000
    assert (program.processes(mark), program.processes(), program.scratch()) == ([], [], [])


def test_an_agent_over_a_limit_is_stopped_and_named(
    program: Program, suite: Path, exercise: Path, sandbox: str
) -> None:
    done = program("run", "--suite", str(suite), *command_agent("yes"), "--sandbox", sandbox, "--json")
    assert done.code == 0, done.err
    task = done.document["tasks"][0]
    assert (task["verdict"], task["end_reason"]) == ("limit", "limit")
    assert "output" in task["error"]
    assert program.processes() == []


def test_tests_have_their_time_and_no_more(program: Program, suite: Path, sandbox: str) -> None:
    add_language(program.home, "brief", test_seconds=1)
    add_exercise(suite, "endless", language="brief", test="echo begun; sleep 300\n")
    done = program("run", "--suite", str(suite), "--agent", "nop", "--sandbox", sandbox, "--json")
    assert done.code == 0, done.err
    task = done.document["tasks"][0]
    assert (task["verdict"], task["error"]) == ("failed", "the tests were not done after 1 s")
    assert program.artifacts("brief-endless-1", "tests.log").read_text("utf-8").startswith("begun\n")
    assert program.processes() == []


def test_a_killed_agent_ends_its_attempt_honestly_and_the_run_goes_on(
    program: Program, suite: Path, sandbox: str
) -> None:
    """Spec 24.15, check 2."""
    mark = f"300.{secrets.randbelow(10**9):09}"
    scripts = {"first": f"{SOLVE}; exec sleep {mark}", "second": f"exec sleep {mark}", "third": SOLVE}
    for name in scripts:
        add_exercise(suite, name)
    run = program.start("run", "--suite", str(suite), *command_agent(cases(scripts)), "--sandbox", sandbox, "--json")
    for _ in range(2):
        kill_sleeper(program, mark)
    done = run.wait()
    assert done.code == 0, done.err
    tasks = by_exercise(done.document)
    assert [task["verdict"] for task in tasks.values()] == ["passed", "agent_error", "passed"]
    assert [task["exit_code"] for task in tasks.values()] == [137, 137, 0]
    assert program.processes() == []


def test_a_killed_test_process_is_a_failure_and_the_run_goes_on(program: Program, suite: Path, sandbox: str) -> None:
    """Spec 24.15, check 2."""
    mark = f"300.{secrets.randbelow(10**9):09}"
    add_exercise(suite, "first", test=f"exec sleep {mark}\n")
    add_exercise(suite, "second")
    run = program.start("run", "--suite", str(suite), *command_agent(SOLVE), "--sandbox", sandbox, "--json")
    kill_sleeper(program, mark)
    done = run.wait()
    assert done.code == 0, done.err
    assert [task["verdict"] for task in done.document["tasks"]] == ["failed", "passed"]
    assert program.processes() == []


def kill_sleeper(program: Program, mark: str) -> None:
    """Wait for the process that sleeps so many seconds, kill it, and return once it is gone."""
    sleepers = until(
        lambda: [found for found in program.processes(mark) if found.command == f"sleep {mark}"], "it sleeps"
    )
    os.kill(sleepers[0].pid, signal.SIGKILL)
    until(lambda: sleepers[0] not in program.processes(mark), "it is dead")
