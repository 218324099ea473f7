"""A campaign: runs whose controllers, agents and tests are killed at random moments until so many kills were made.

The book-keeping is held against what the campaign knows by itself: what each agent does, what it says in its log, and
which processes were shot.
"""

import fcntl
import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from .exercises import SOLVE, add_exercise
from .program import Background, Program, command_agent, until

USAGE: Final = '{"tokenUsage": {"totalTokensIn": 10, "totalTokensOut": 2, "totalCost": 0.001, "contextTokens": 10}}'
"""What an agent that pays says that it used."""

AGENT: Final = "echo ran; . ./behave.sh"
"""The same for every exercise, whose own script tells it what to do, and ends with the word `done`."""

SLOW_TEST: Final = '[ "$(sh ./answer.sh)" = 42 ] && sleep 0.4\n'

BEHAVIOURS: Final[Mapping[str, tuple[str, str]]] = {
    "solves": (f"{SOLVE}; echo done", "passed"),
    "gives-up": ("echo done", "failed"),
    "errs": ("echo done; exit 3", "agent_error"),
    "slow": (f"sleep 0.7; {SOLVE}; echo done", "passed"),
    "forks": (f"sleep 300 & setsid sleep 300 & {SOLVE}; echo done", "passed"),
    "stubborn": (f"trap '' TERM; sleep 0.4; {SOLVE}; echo done", "passed"),
    "pays": (f"sleep 0.1; echo '{USAGE}' > used.json; {SOLVE}; echo done", "passed"),
    "long-tests": (f"{SOLVE}; echo done", "passed"),
}
"""What agents do, and the verdict that this deserves."""

VICTIMS: Final = ("controller", "controller", "starting controller", "agent", "tests")
STATES: Final = {"agent": "running", "tests": "testing"}
"""In which state of its task a victim is to be found."""

RUN_SECONDS: Final = 300.0
"""What the rest of a run may take on a machine that is busy."""

ATTEMPTS: Final = 6
"""At the same time."""

GOES_ON: Final = re.compile(r"(\d+) go on")
"""What a controller says of the attempts that it adopts."""

JOBS: Final = """
SELECT tasks.id, pid, pid_started FROM tasks JOIN attempts ON task_id = tasks.id AND number = attempts
WHERE state = '{state}' AND pid IS NOT NULL AND finished_at IS NULL
"""


@dataclass(slots=True)
class Tally:
    """What a campaign did, and what came of it."""

    kills: Counter[str] = field(default_factory=Counter[str])
    runs: int = 0
    tasks: int = 0
    attempts: int = 0
    adopted: int = 0
    """Attempts that a later controller went on with."""
    lost: int = 0
    """Attempts that were closed because their controller died before the agent had begun."""
    seconds: float = 0.0
    shot: set[int] = field(default_factory=set[int])
    """Tasks of which the campaign shot an agent or its tests: any verdict is right."""


def add_suite(folder: Path) -> Path:
    """Write the suite of a campaign: one exercise for each way to behave."""
    folder.mkdir()
    for name, (script, _) in BEHAVIOURS.items():
        slow = {"test": SLOW_TEST} if name == "long-tests" else {}
        exercise = add_exercise(folder, name, **slow)
        (exercise / "behave.sh").write_text(script + "\n", encoding="utf-8")
    return folder


def campaign(program: Program, suite: Path, *, kills: int, seed: int, sandbox: str, iterations: int = 25) -> Tally:
    """Kill until `kills` were made, in one run after the other; then let the last one come to its end."""
    chance = random.Random(seed)
    tally = Tally()
    began = time.monotonic()
    agent = command_agent(AGENT, usage_file="used.json")
    options = ("--iterations", str(iterations), "--concurrency", str(ATTEMPTS), "--sandbox", sandbox)
    while tally.kills.total() < kills:
        tally.runs += 1
        tally.tasks += len(BEHAVIOURS) * iterations
        controller = program.start("run", "--suite", str(suite), *agent, *options)
        until(lambda: len(program.rows("SELECT 1 FROM runs")) == tally.runs, "the run is created")
        while tally.kills.total() < kills and not is_over(program, tally.runs):
            controller = kill_something(program, controller, chance, tally)
        done = controller.wait(RUN_SECONDS)
        while not is_over(program, tally.runs):  # the last of its controllers was killed before it could
            controller = program.start("resume", str(tally.runs))
            done = controller.wait(RUN_SECONDS)
        assert done.code in {0, -signal.SIGKILL}, done.err
    tally.seconds = time.monotonic() - began
    tally.adopted = sum(map(gone_on_with, program.started))
    return tally


def gone_on_with(resumed: Background) -> int:
    """Return how many attempts a controller has said that it goes on with."""
    said = GOES_ON.search(resumed.err.read_text("utf-8"))
    return int(said[1]) if said else 0


def is_over(program: Program, run: int) -> bool:
    """Whether a run has ended."""
    return bool(program.rows(f"SELECT 1 FROM runs WHERE id = {run} AND finished_at IS NOT NULL"))


def kill_something(program: Program, controller: Background, chance: random.Random, tally: Tally) -> Background:
    """Kill one process at a random moment; returns the controller, which may be a new one."""
    victim = chance.choice(VICTIMS)
    if victim in STATES:
        ended = controller.process.poll
        until(lambda: ended() is not None or shoot(program, victim, chance, tally), "a shot")
        return controller
    if victim == "starting controller":  # in the middle of taking the run over, most often
        wait(chance.uniform(0, 0.8), controller)
    else:
        after_some_steps(program, controller, chance)
    if controller.process.poll() is None:
        controller.kill()
        tally.kills[victim] += 1
    if is_over(program, tally.runs):
        return controller
    return program.start("resume", str(tally.runs))


def after_some_steps(program: Program, controller: Background, chance: random.Random) -> None:
    """Return some steps of the journal later, and some milliseconds after that."""
    ((length,),) = program.rows("SELECT count(*) FROM journal")
    step = f"SELECT 1 FROM journal WHERE seq >= {length + chance.randrange(1, 40)}"
    until(lambda: controller.process.poll() is not None or program.rows(step), "a step")
    wait(chance.uniform(0, 0.05), controller)


def wait(seconds: float, controller: Background) -> None:
    """Return after some time, or when the controller has ended."""
    moment = time.monotonic() + seconds
    until(lambda: time.monotonic() >= moment or controller.process.poll() is not None, "some time")


def shoot(program: Program, victim: str, chance: random.Random, tally: Tally) -> bool:
    """Kill a random process of a random job, while a controller looks on; returns whether one was there.

    Once a controller that has not seen it is killed as well, nobody knows how the job ended: that is another matter.
    """
    jobs = program.rows(JOBS.format(state=STATES[victim]))
    if not jobs:
        return False
    task, outermost, started = chance.choice(jobs)
    family = [outermost, *descendants(outermost)]
    with suppress(OSError):
        handle = os.pidfd_open(chance.choice(family))
        try:
            if born(outermost) == started:  # so all that was below it is still the job's
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                tally.shot.add(task)
                tally.kills[victim] += 1
                return True
        finally:
            os.close(handle)
    return False


def descendants(pid: int) -> Iterator[int]:
    """Yield the processes below one."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from descendants(child)


def born(pid: int) -> int | None:
    """Return when a process was started, in ticks since boot; None when there is none, or a dead one."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def inspect(program: Program, tally: Tally) -> None:
    """Hold the books of a campaign against what is known without them, and look for what it has left."""
    for run in range(1, tally.runs + 1):
        check_verdicts(program, run, tally.shot)
        check_history(program, run, tally)
        check_totals(program, run)
    check_machine(program)


def check_verdicts(program: Program, run: int, shot: set[int]) -> None:
    """One verdict per task, and the one that its agent deserves unless it was shot."""
    tasks = program.rows(f"SELECT id, exercise, state, verdict FROM tasks WHERE run_id = {run}")
    assert [task for task in tasks if task[2] != "decided" or task[3] is None] == []
    wrong = [task for task in tasks if task[0] not in shot and task[3] != BEHAVIOURS[task[1]][1]]
    assert wrong == []
    told = program.rows(f"SELECT task_id, count(*) FROM journal WHERE run_id = {run} AND kind = 'verdict' GROUP BY 1")
    assert sorted(told) == [(task[0], 1) for task in tasks]
    again = f"""SELECT later.task_id FROM journal AS verdict JOIN journal AS later ON later.task_id = verdict.task_id
        WHERE verdict.kind = 'verdict' AND later.seq > verdict.seq AND verdict.run_id = {run}"""
    assert program.rows(again) == [], "a task was touched after its verdict"


def check_history(program: Program, run: int, tally: Tally) -> None:
    """One attempt after the other, and no agent's work done twice."""
    history = program.rows(
        f"""SELECT task_id, number, started_at, finished_at, end_reason, attempts.verdict, exercise, iteration, attempts
        FROM attempts JOIN tasks ON tasks.id = task_id WHERE run_id = {run} ORDER BY task_id, number"""
    )
    assert [row for row in history if row[3] is None or row[4] is None] == []
    for (task, *_, finished, _, _, _, _, _), (next_task, _, started, *_) in pairwise(history):
        assert task != next_task or finished <= started, "two attempts at one task overlapped"
    for task, number, _, _, reason, verdict, exercise, iteration, attempts in history:
        assert (verdict is not None) == (number == attempts), "the last attempt decides, and no other"
        log = program.home / "runs" / str(run) / f"shell-{exercise}-{iteration}" / f"attempt-{number}" / "agent.log"
        said = log.read_text("utf-8") if log.exists() else ""
        assert said.count("ran") <= 1, f"the agent of an attempt ran more than once: {log}"
        if number < attempts:
            assert reason == "lost" or task in tally.shot, f"attempt {number} of task {task} ended with {reason}"
            assert "done" not in said or task in tally.shot, f"completed work was done again: {log}"
            tally.lost += reason == "lost"
    tally.attempts += len(history)


def check_totals(program: Program, run: int) -> None:
    """What is shown of a run is the sum of its parts."""
    document: Any = program.document(run)
    shown, tasks = document["run"], document["tasks"]
    verdicts = Counter(task["verdict"] for task in tasks)
    assert shown["state"] == "complete"
    assert shown["counts"]["total"] == len(tasks)
    assert shown["counts"]["passed"] == verdicts["passed"]
    assert shown["totals"]["attempts"] == sum(task["attempts"] for task in tasks)
    sums = program.rows(
        f"""SELECT count(metrics.attempt_id), coalesce(sum(metrics.tokens_in), 0),
          coalesce(sum(metrics.cost_micros), 0), sum(agent_ms)
        FROM tasks JOIN attempts ON task_id = tasks.id LEFT JOIN metrics ON attempt_id = attempts.id
        WHERE run_id = {run}"""
    )
    totals = shown["totals"]
    assert [(totals["measured"], totals["tokens_in"], round(1e6 * totals["cost_usd"]), totals["agent_ms"])] == sums
    assert totals["tokens_in"] == 10 * totals["measured"]


def check_machine(program: Program) -> None:
    """No process, mount, folder, socket, lock or half of a file is left, and the database is whole."""
    assert program.processes() == []
    tokens = {token for (token,) in program.rows("SELECT token FROM attempts")}
    alive = [path for path in Path("/proc").glob("[0-9]*/environ") if token_in(path) & tokens]
    assert alive == []
    assert program.home.name not in Path("/proc/self/mountinfo").read_text("utf-8")
    assert program.scratch() == []
    assert sorted(Path(program.env["TMPDIR"]).iterdir()) == []
    kept = {path.name for path in (program.home / "runs").rglob("*") if not path.is_dir()}
    assert kept - {"agent.log", "transcript.jsonl", "diff.patch", "tests.log"} == set()
    files = {path.name for path in program.home.iterdir() if not path.is_dir()}
    assert files <= {"evals.db", "evals.db.lock", "evals.db-wal", "evals.db-shm"}
    with (program.home / "evals.db.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert program.rows("PRAGMA integrity_check") == [("ok",)]
    assert program.rows("PRAGMA foreign_key_check") == []


def token_in(environment: Path) -> set[str]:
    """Return the job token that a process was started with."""
    try:
        entries = environment.read_bytes().split(b"\0")
    except OSError:
        return set()
    return {entry.removeprefix(b"RC_EVALS_JOB=").decode() for entry in entries if entry.startswith(b"RC_EVALS_JOB=")}
