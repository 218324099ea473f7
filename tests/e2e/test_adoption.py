"""What the agents of a dead controller do is gone on with: no work that was paid for is done again."""

import signal
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import pytest
from rc_evals import Home
from rc_evals.bus import Bus
from rc_evals.controller import Audience, resume

from .exercises import SOLVE, add_exercise
from .program import Background, Program, command_agent, until

COUNT: Final = "echo ran >> {log}"
"""Tells how often an agent was really run: outside of all that the program keeps."""

USAGE: Final = '{"tokenUsage": {"totalTokensIn": 10, "totalTokensOut": 2, "totalCost": 0.001, "contextTokens": 10}}'


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    """The file in which agents without a sandbox say that they run."""
    log = tmp_path / "ran"
    log.touch()
    return log


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The file that agents without a sandbox wait for."""
    return tmp_path / "gate"


def waits_for(gate: Path, ran: Path, then: str = SOLVE) -> tuple[str, ...]:
    """Return the options for an agent that says that it is there, waits, and solves its exercise."""
    script = f"echo ran >> {ran}; echo at work; until [ -e {gate} ]; do sleep 0.05; done; {then}; echo '{USAGE}' > u"
    return command_agent(script, usage_file="u")


def start(program: Program, suite: Path, agent: tuple[str, ...], ran: Path, *options: str) -> Background:
    """Start a run, and return once its agent works and the store knows its process."""
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", "none", *options)
    until(lambda: ran.read_text("utf-8"), "the agent works")
    until(lambda: program.rows("SELECT 1 FROM attempts WHERE pid IS NOT NULL"), "its process is known")
    return run


def left(program: Program) -> tuple[object, ...]:
    """What no run may leave."""
    return program.processes(), program.scratch()


def controls(program: Program) -> list[tuple[object, ...]]:
    """Return every taking over of a run."""
    return program.rows("SELECT seq FROM journal WHERE kind = 'controller'")


NOTHING: Final[tuple[object, ...]] = ([], [])


def test_an_agent_that_works_on_is_waited_for(
    program: Program, suite: Path, exercise: Path, ran: Path, gate: Path
) -> None:
    """What the numbers force, 4."""
    start(program, suite, waits_for(gate, ran), ran).kill()
    resumed = program.start("resume", "1", "--json")
    until(lambda: "1 go on" in resumed.err.read_text("utf-8"), "it says so")
    gate.touch()
    done = resumed.wait()
    assert done.code == 0, done.err
    (task,) = done.document["tasks"]
    assert (task["verdict"], task["attempts"], ran.read_text("utf-8")) == ("passed", 1, "ran\n")
    assert done.document["run"]["totals"]["tokens_in"] == 10
    assert program.artifacts("shell-easy-1", "agent.log").read_text("utf-8") == "at work\n"
    assert program.artifacts("shell-easy-1", "transcript.jsonl").read_text("utf-8").count("taskStarted") == 1
    assert left(program) == NOTHING


def test_an_agent_that_has_ended_meanwhile_is_only_tested(
    program: Program, suite: Path, exercise: Path, ran: Path, gate: Path
) -> None:
    """Spec 24.5."""
    start(program, suite, waits_for(gate, ran, "exit 7"), ran).kill()
    gate.touch()
    until(lambda: not program.processes(str(gate)), "the agent has ended")
    done = program("resume", "1", "--json")
    assert done.code == 0, done.err
    (task,) = done.document["tasks"]
    assert (task["verdict"], task["attempts"], ran.read_text("utf-8")) == ("agent_error", 1, "ran\n")
    assert program.rows("SELECT exit_code, end_reason FROM attempts") == [(7, "agent_error")]
    assert left(program) == NOTHING


@pytest.mark.needs("bubblewrap")
def test_an_agent_in_a_sandbox_is_gone_on_with(program: Program, suite: Path, exercise: Path) -> None:
    """What the numbers force, 4: also where agents reach nothing but their workspace."""
    run = program.start("run", "--suite", str(suite), *command_agent(f"echo at work; sleep 2; {SOLVE}"))
    log = program.artifacts("shell-easy-1", "agent.log")
    until(lambda: log.exists() and "at work" in log.read_text("utf-8"), "the agent works")
    run.kill()
    done = program("resume", "1", "--json")
    assert done.code == 0, done.err
    (task,) = done.document["tasks"]
    assert (task["verdict"], task["attempts"], log.read_text("utf-8")) == ("passed", 1, "at work\n")
    assert left(program) == NOTHING


def test_adopters_that_die_are_followed_by_others(
    program: Program, suite: Path, exercise: Path, ran: Path, gate: Path
) -> None:
    """Our rule: it does not matter how many controllers it takes, nor when they die."""
    start(program, suite, waits_for(gate, ran), ran).kill()
    for controllers in (2, 3, 4):
        resumed = program.start("resume", "1")
        until(lambda: len(controls(program)) == controllers, "it has taken the run")  # noqa: B023 - called at once
        resumed.kill()
    gate.touch()
    done = program("resume", "1", "--json")
    assert done.code == 0, done.err
    (task,) = done.document["tasks"]
    assert (task["verdict"], task["attempts"], ran.read_text("utf-8")) == ("passed", 1, "ran\n")
    assert left(program) == NOTHING


def test_a_controller_that_dies_while_it_tests_leaves_only_the_tests_to_do(
    program: Program, suite: Path, ran: Path, gate: Path
) -> None:
    """Spec 24.5: test-only resume. The agent's end, its use and its time are what they were."""
    waits = f"echo begun; echo tested >> {ran}; until [ -e {gate} ]; do sleep 0.05; done"
    test = f'[ "$(sh ./answer.sh)" = 42 ] || exit 1\n{waits}\n'
    add_exercise(suite, "easy", test=test)
    agent = command_agent(f"echo ran >> {ran}; {SOLVE}; echo '{USAGE}' > u; exit 3", usage_file="u")
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", "none")
    until(lambda: "tested" in ran.read_text("utf-8"), "it is tested")
    run.kill()
    resumed = program.start("resume", "1", "--json")
    until(lambda: ran.read_text("utf-8").count("tested") == 2, "it is tested again")
    gate.touch()
    done = resumed.wait()
    assert done.code == 0, done.err
    (task,) = done.document["tasks"]
    assert (task["verdict"], task["attempts"]) == ("passed", 1)
    assert ran.read_text("utf-8") == "ran\ntested\ntested\n"
    assert program.artifacts("shell-easy-1", "tests.log").read_text("utf-8") == "begun\n"
    assert program.rows("SELECT exit_code, end_reason FROM attempts") == [(3, "agent_error")]
    assert program.rows("SELECT tokens_in FROM metrics") == [(10,)]
    assert left(program) == NOTHING


def test_an_adopted_agent_is_ended_by_ctrl_c_and_by_cancel(
    program: Program, suite: Path, exercise: Path, ran: Path, gate: Path
) -> None:
    """Spec 24.13: as one that this controller has started."""
    start(program, suite, waits_for(gate, ran), ran).kill()
    resumed = program.start("resume", "1")
    until(lambda: len(program.rows("SELECT 1 FROM journal WHERE kind = 'running'")) > 2, "it is adopted")
    resumed.signal(signal.SIGTERM)
    assert resumed.wait().code == 130
    assert left(program) == NOTHING
    assert program.rows("SELECT state, attempts FROM tasks") == [("queued", 1)]
    assert program("cancel", "1").code == 0
    assert program.rows("SELECT verdict FROM tasks") == [("cancelled",)]


def test_cancel_ends_what_could_have_been_adopted(
    program: Program, suite: Path, exercise: Path, ran: Path, gate: Path
) -> None:
    """Spec 24.13: also after the controller has gone."""
    start(program, suite, waits_for(gate, ran), ran).kill()
    assert program("cancel", "1").code == 0
    assert program.rows("SELECT verdict, attempts FROM tasks") == [("cancelled", 1)]
    assert left(program) == NOTHING


def test_a_suite_that_has_changed_ends_what_could_have_been_adopted(
    program: Program, suite: Path, exercise: Path, ran: Path, gate: Path
) -> None:
    """Our rule: a resume that fails leaves nobody working for nothing."""
    start(program, suite, waits_for(gate, ran), ran).kill()
    (exercise / "answer_test.sh").write_text("exit 0\n", encoding="utf-8")
    refused = program("resume", "1")
    assert refused.code != 0
    assert left(program) == NOTHING
    assert program.rows("SELECT state FROM tasks") == [("queued",)]


async def test_a_resume_that_fails_before_it_works_ends_what_could_have_been_adopted(
    program: Program, suite: Path, exercise: Path, ran: Path, gate: Path
) -> None:
    """Our rule: a resume that fails leaves nobody working for nothing."""
    start(program, suite, waits_for(gate, ran), ran).kill()
    said: list[str] = []

    def watch(_run_id: int, _bus: Bus) -> AbstractAsyncContextManager[None]:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        await resume(Home(program.home), 1, Audience(say=said.append, watch=watch))
    assert said == ["run 1: a dead controller left 1 attempts; 1 go on"]
    assert left(program) == NOTHING
    assert program.rows("SELECT state FROM tasks") == [("queued",)]


def test_what_a_controller_was_about_to_stop_is_not_taken_for_a_failure_of_the_agent(
    program: Program, suite: Path, exercise: Path, ran: Path, gate: Path
) -> None:
    """Our rule: the exit code of an agent that we have asked to end says nothing about it."""
    script = f"trap 'sleep 1; exit 1' TERM; echo ran >> {ran}; until [ -e {gate} ]; do sleep 0.05; done; {SOLVE}"
    run = start(program, suite, command_agent(script), ran)
    run.signal(signal.SIGTERM)
    until(lambda: '"stop' in _status(program), "it has asked the agent to end")
    run.kill()
    until(lambda: not program.processes(str(gate)), "the agent has ended")
    gate.touch()
    done = program("resume", "1", "--json")
    assert done.code == 0, done.err
    (task,) = done.document["tasks"]
    assert (task["verdict"], task["attempts"]) == ("passed", 2)
    assert left(program) == NOTHING


def _status(program: Program) -> str:
    return "".join(path.read_text("utf-8") for path in (program.home / "scratch").rglob("agent.status"))
