"""Deaths at particular moments, and what is left of the machine then. Those at random moments: `test_campaign`."""

import random
import shutil
import time
from pathlib import Path

from .exercises import SOLVE, add_exercise
from .program import Background, Program, command_agent, until


def kill_within(command: Background, seconds: float) -> None:
    """Kill a command at a random moment, unless it ends before."""
    moment = time.monotonic() + random.SystemRandom().uniform(0, seconds)
    until(lambda: time.monotonic() >= moment or command.process.poll() is not None, "the moment")
    command.kill()


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


def test_a_cancel_that_is_killed_again_and_again_is_done_by_the_last(
    program: Program, suite: Path, exercise: Path, sandbox: str
) -> None:
    """Spec 24.13: repeatable, also after its own death."""
    mark = f"300.{time.time_ns() % 10**9:09}"
    agent = command_agent(f"trap '' TERM; while :; do sleep {mark}; done")
    options = ("--sandbox", sandbox, "--iterations", "8", "--concurrency", "4")
    run = program.start("run", "--suite", str(suite), *agent, *options)
    until(lambda: len(program.rows("SELECT 1 FROM attempts WHERE pid IS NOT NULL")) == 4, "four agents work")
    run.kill()
    for _ in range(4):
        kill_within(program.start("cancel", "1"), 0.7)
    done = program("cancel", "1")
    assert done.code == 0, done.err
    assert (program.processes(mark), program.processes(), program.scratch()) == ([], [], [])
    assert program.rows("SELECT verdict, count(*) FROM tasks GROUP BY 1") == [("cancelled", 8)]
    assert program.rows("SELECT 1 FROM attempts WHERE end_reason IS NULL") == []


def test_a_database_whose_making_is_killed_is_made_by_the_next(program: Program) -> None:
    """Our rule: there is none, or a whole one."""
    database = program.home / "evals.db"
    for _ in range(5):
        for path in program.home.glob("evals.db*"):
            path.unlink()
        kill_within(program.start("db", "upgrade"), 0.7)
        listed = program("list", "--json")
        assert listed.code == 0, listed.err
        made = program("db", "upgrade")
        assert (made.code, program.rows("PRAGMA integrity_check")) == (0, [("ok",)]), made.err
        assert program.rows("SELECT count(*) FROM runs") == [(0,)]
    assert database.stat().st_mode & 0o777 == 0o600


def test_a_copy_of_the_database_alone_is_enough_to_go_on(program: Program, suite: Path, tmp_path: Path) -> None:
    """Our rule: folders of attempts and artifacts may be lost with a machine; no verdict is."""
    for name in ("a", "b", "c"):
        add_exercise(suite, name)
    gate = tmp_path / "gate"
    agent = command_agent(
        f"echo at work; case $PWD in */a) ;; *) until [ -e {gate} ]; do sleep 0.05; done;; esac; {SOLVE}"
    )
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", "none", "--concurrency", "2")
    until(lambda: len(program.rows("SELECT 1 FROM attempts")) == 3, "the first is decided, two more have begun")
    run.kill()
    shutil.rmtree(program.home / "runs")
    shutil.rmtree(program.home / "scratch")
    gate.touch()
    done = program("resume", "1", "--json")
    assert done.code == 0, done.err
    assert [task["verdict"] for task in done.document["tasks"]] == ["passed"] * 3
    lost = program("logs", "1", "a")
    assert (lost.code, "has left no output" in lost.err) == (0, True)
    assert (program.processes(), program.scratch()) == ([], [])
