"""Stopping a run from outside: Ctrl-C, SIGTERM, `cancel`, a second controller. Nothing is lost, nothing is left."""

import secrets
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from .exercises import SOLVE, add_exercise
from .program import Background, Program, command_agent, is_one_line, until


@pytest.fixture
def mark() -> str:
    """A number of seconds that no other process on this machine sleeps, and longer than any test takes."""
    return f"300.{secrets.randbelow(10**9):09}"


@pytest.fixture
def four(suite: Path) -> Path:
    """A suite of four exercises."""
    for name in ("a", "b", "c", "d"):
        add_exercise(suite, name)
    return suite


def start_two(program: Program, suite: Path, agent: tuple[str, ...], sandbox: str) -> Background:
    """Start a run of two attempts at a time, and return once both agents have said that they work."""
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", sandbox, "--concurrency", "2")

    def both_work() -> bool:
        logs = [program.artifacts(f"shell-{name}-1", "agent.log") for name in ("a", "b")]
        return all(log.exists() and "at work" in log.read_text("utf-8") for log in logs)

    until(both_work, "two agents work")
    return run


def hangs_since_long(program: Program, run: Background) -> bool:
    """Stop a controller and expire its lease; let it go on if it was writing, or the database would hang as well."""
    run.signal(signal.SIGSTOP)
    with closing(sqlite3.connect(program.home / "evals.db", timeout=0.2, isolation_level=None)) as connection:
        try:
            connection.execute("UPDATE runs SET lease_expires_at = 0")
        except sqlite3.OperationalError:
            run.signal(signal.SIGCONT)
            return False
    return True


def states(program: Program) -> Counter[str]:
    """Count tasks by verdict, or by state when they have none."""
    return Counter(state for (state,) in program.rows("SELECT coalesce(verdict, state) FROM tasks"))


def test_ctrl_c_lets_finish_what_runs_and_resume_does_the_rest(program: Program, four: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    agent = command_agent(f"echo at work; until [ -e {gate} ]; do sleep 0.05; done; {SOLVE}")
    run = start_two(program, four, agent, "none")
    run.signal(signal.SIGINT)
    until(lambda: "finishing what runs" in run.err.read_text("utf-8"), "it says what it does")
    gate.touch()
    done = run.wait()
    assert done.code == 130
    assert states(program) == {"passed": 2, "queued": 2}
    assert (program.processes(), program.scratch()) == ([], [])
    resumed = program("resume", "1", "--json")
    assert resumed.code == 0, resumed.err
    assert states(program) == {"passed": 4}
    assert [task["attempts"] for task in resumed.document["tasks"]] == [1, 1, 1, 1]
    again = program("resume", "1")
    assert (again.code, "over already" in again.err) == (0, True)


@pytest.mark.parametrize("signals", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM,)], ids=["twice", "term"])
def test_ctrl_c_twice_or_sigterm_stops_at_once_and_loses_nothing(
    program: Program, four: Path, mark: str, sandbox: str, signals: tuple[signal.Signals, ...]
) -> None:
    run = start_two(program, four, command_agent(f"echo at work; sleep {mark}"), sandbox)
    for number in signals:
        run.signal(number)
        if number is signal.SIGINT:
            until(lambda: "finishing what runs" in run.err.read_text("utf-8"), "it heard the signal")
    assert run.wait().code == 130
    assert states(program) == {"queued": 4}
    assert (program.processes(mark), program.processes(), program.scratch()) == ([], [], [])
    cancelled = program("cancel", "1")
    assert cancelled.code == 0, cancelled.err
    assert program.document()["run"]["state"] == "cancelled"


def test_what_was_stopped_at_once_is_done_by_resume(program: Program, four: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    agent = command_agent(f"echo at work; until [ -e {gate} ]; do sleep 0.05; done; {SOLVE}")
    run = start_two(program, four, agent, "none")
    run.signal(signal.SIGTERM)
    assert run.wait().code == 130
    gate.touch()
    resumed = program("resume", "1", "--json")
    assert resumed.code == 0, resumed.err
    assert states(program) == {"passed": 4}
    assert [task["attempts"] for task in resumed.document["tasks"]] == [2, 2, 1, 1]


def test_cancel_ends_a_living_run_in_order_and_keeps_what_there_is(
    program: Program, four: Path, mark: str, sandbox: str
) -> None:
    """Spec 24.13."""
    script = f"trap 'echo asked to end; exit 1' TERM; echo at work; sleep {mark} & wait"
    run = start_two(program, four, command_agent(script), sandbox)
    cancelled = program("cancel", "1")
    assert (cancelled.code, cancelled.err) == (0, "")
    assert run.wait().code == 130
    assert (program.processes(mark), program.processes(), program.scratch()) == ([], [], [])
    document = program.document()
    assert document["run"]["state"] == "cancelled"
    assert [task["verdict"] for task in document["tasks"]] == ["cancelled"] * 4
    assert document["run"]["pass_rate"] is None, "a cancelled task says nothing about the agent"
    kinds = [kind for (kind,) in program.rows("SELECT kind FROM journal ORDER BY seq")]
    order = [kinds.index("cancelling"), kinds.index("verdict"), kinds.index("cancelled")]
    assert order == sorted(order)
    assert "leased" not in kinds[order[0] :]
    assert program.artifacts("shell-a-1", "agent.log").read_text("utf-8").startswith("at work\nasked to end\n")
    before = program.rows("SELECT * FROM journal")
    again = program("cancel", "1")
    assert (again.code, "already" in again.out) == (0, True)
    assert program.rows("SELECT * FROM journal") == before


def test_cancel_ends_a_run_whose_controller_is_dead(program: Program, four: Path, mark: str, sandbox: str) -> None:
    """Spec 24.13: also after the controller has gone."""
    run = start_two(program, four, command_agent(f"echo at work; sleep {mark}"), sandbox)
    run.kill()
    assert program.processes(mark), "the agents outlive their controller, else this proves nothing"
    cancelled = program("cancel", "1")
    assert cancelled.code == 0, cancelled.err
    assert (program.processes(mark), program.processes(), program.scratch()) == ([], [], [])
    assert states(program) == {"cancelled": 4}
    assert program.document()["run"]["state"] == "cancelled"
    again = program("cancel", "1")
    assert (again.code, "already" in again.out) == (0, True)
    over = program("resume", "1")
    assert (over.code, "cancelled" in over.err) == (130, True)


def test_a_second_controller_is_told_and_does_not_disturb_the_first(
    program: Program, four: Path, tmp_path: Path
) -> None:
    """Spec 24.15, check 3."""
    gate = tmp_path / "gate"
    agent = command_agent(f"echo at work; until [ -e {gate} ]; do sleep 0.05; done; {SOLVE}")
    run = start_two(program, four, agent, "none")
    second = program("resume", "1")
    assert (second.code, second.out, is_one_line(second.err)) == (3, "", True)
    assert str(run.process.pid) in second.err
    gate.touch()
    done = run.wait()
    assert done.code == 0, done.err
    assert states(program) == {"passed": 4}
    assert program.rows("SELECT max(attempts), count(*) FROM tasks") == [(1, 4)]


def test_a_controller_whose_lease_was_taken_stops_itself(program: Program, four: Path, mark: str) -> None:
    """Spec 24.5: fencing. The lease of a controller that hung too long goes to another one."""
    run = start_two(program, four, command_agent(f"echo at work; sleep {mark}"), "none")
    until(lambda: hangs_since_long(program, run), "it hangs")
    cancelled = program("cancel", "1")
    assert cancelled.code == 0, cancelled.err
    run.signal(signal.SIGCONT)
    done = run.wait()
    assert (done.code, done.err.splitlines()[-1].startswith("rc-evals: ")) == (3, True), done.err
    assert states(program) == {"cancelled": 4}
    assert (program.processes(mark), program.processes(), program.scratch()) == ([], [], [])


@pytest.mark.needs("node")
@pytest.mark.parametrize("signals", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM,)], ids=["twice", "term"])
def test_nobody_has_to_wait_for_an_installation(
    program: Program, suite: Path, tmp_path: Path, mark: str, signals: tuple[signal.Signals, ...]
) -> None:
    """Our rule: one Ctrl-C lets it come to its end, which is said; the next, or SIGTERM, breaks it off."""
    add_exercise(suite, "easy", language="javascript")
    (program.home / "cache").unlink()
    (tmp_path / "bin").mkdir()
    npm = tmp_path / "bin" / "npm"
    npm.write_text(f"#!/bin/sh\nsleep {mark}\n", encoding="utf-8")
    npm.chmod(0o755)
    program.env = {**program.env, "PATH": f"{npm.parent}:{program.env['PATH']}"}
    run = program.start("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none")
    until(lambda: program.processes(mark), "it installs")
    for number in signals:
        assert program.processes(mark), "it goes on"
        run.signal(number)
        if number is signal.SIGINT:
            until(lambda: "Ctrl-C again breaks it off" in run.err.read_text("utf-8"), "it heard the signal")
    done = run.wait()
    assert (done.code, done.out, done.err.splitlines()[-1]) == (130, "", "rc-evals: interrupted")
    assert (program.processes(mark), program.processes()) == ([], [])
    assert [path for path in (program.home / "cache").iterdir() if path.is_dir()] == []
    assert program.rows("SELECT 1 FROM runs") == []
