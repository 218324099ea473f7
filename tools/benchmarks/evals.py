"""What the platform itself costs per task: `python tools/benchmarks/evals.py --tasks 1000 --concurrency 25`.

The agent does nothing and there is no sandbox, so what is left is orchestration: leases, workspaces, snapshots, one
process for the tests, verdicts. The same number of bare test processes, started by a pool of as many threads, is run
for comparison. The last line is one JSON object with the goal.
"""

import sys

sys.path[0] += "/.."  # where `measuring` is; and not the folder of this file, whose `types` is somebody else's name

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from measuring import environment, goal

EXECUTABLE: Final = str(Path(sys.executable).with_name("rc-evals"))

GOAL_MS: Final = 12.0
"""Milliseconds of our own per task: what the slower of the platforms that people compare us with spends."""

LANGUAGE: Final = """
title = "Trivial"
prompt = "Do nothing."
programs = ["true"]
version = []
remedy = "every system has it"
test_globs = ["*.test"]
protected_globs = ["*.test"]
commands = [["{true}"]]
results = "exit-code"
"""
"""A language whose tests always pass, and at once."""


def main() -> None:
    """Measure, tell, and end with the line of goals."""
    parser = argparse.ArgumentParser(description="Measure what the platform itself costs per task.")
    parser.add_argument("--tasks", type=int, default=1000, help="a multiple of --iterations")
    parser.add_argument("--iterations", type=int, default=10, help="of every exercise, up to 100")
    parser.add_argument("--concurrency", type=int, default=25)
    parser.add_argument("--sandbox", default="none", choices=("none", "bubblewrap"))
    wanted = parser.parse_args()
    exercises: int = wanted.tasks // wanted.iterations
    tasks = exercises * wanted.iterations
    with tempfile.TemporaryDirectory(prefix="rc-evals-benchmark-") as folder:
        home = Path(folder)
        make_suite(home, exercises)
        run_once(home, ("--exercise", "e0"))  # makes the database
        startup, startup_cpu, _ = run_once(home, ("--exercise", "e0"))
        options = ("--iterations", wanted.iterations, "--concurrency", wanted.concurrency, "--sandbox", wanted.sandbox)
        seconds, cpu, document = run_once(home, tuple(map(str, options)))
    assert document["run"]["counts"]["passed"] == tasks, document["run"]["counts"]
    bare = bare_processes(tasks, wanted.concurrency)
    each, each_cpu = (1000 * total / tasks for total in (seconds - startup, cpu - startup_cpu))
    print(
        f"{tasks} tasks, {wanted.concurrency} at a time, sandbox {wanted.sandbox}: {seconds:.2f} s, {cpu:.2f} s of CPU"
    )
    print(f"  of which one task takes, with starting and ending the program: {startup:.2f} s")
    print(f"  per task {each:.2f} ms, {each_cpu:.2f} ms of CPU; a bare test process in a pool of threads {bare:.2f} ms")
    goals = {"orchestration per task": goal(round(each, 2), GOAL_MS, "ms", met=each <= GOAL_MS)}
    print(json.dumps({"goals": goals, "environment": environment() | vars(wanted)}))


def make_suite(home: Path, exercises: int) -> None:
    """Write a language and a suite into the data folder."""
    (home / "languages").mkdir()
    (home / "languages" / "trivial.toml").write_text(LANGUAGE, encoding="utf-8")
    for number in range(exercises):
        folder = home / "suites" / "trivial" / "trivial" / f"e{number}"
        (folder / "docs").mkdir(parents=True)
        (folder / "docs" / "instructions.md").write_text("Do nothing.\n", encoding="utf-8")
        (folder / "answer").write_text("nothing\n", encoding="utf-8")
        (folder / "only.test").write_text("", encoding="utf-8")


def run_once(home: Path, options: tuple[str, ...]) -> tuple[float, float, Any]:
    """Run nop over the suite; returns the seconds that it took, those of CPU, and the document."""
    command = (EXECUTABLE, "run", "--suite", "trivial", "--agent", "nop", "--sandbox", "none", *options, "--json")
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began, used = time.perf_counter(), cpu_seconds()
    done = subprocess.run(
        command, env={**ours, "RC_EVALS_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - began, cpu_seconds() - used, json.loads(done.stdout)


def cpu_seconds() -> float:
    """Return what all processes that have ended have used: it hardly depends on what else the machine does."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def bare_processes(count: int, concurrency: int) -> float:
    """Return the milliseconds that one process which does nothing takes, in a pool."""
    began = time.perf_counter()
    with ThreadPoolExecutor(concurrency) as pool:
        for done in [pool.submit(subprocess.run, ("true",), check=True) for _ in range(count)]:
            done.result()
    return 1000 * (time.perf_counter() - began) / count


if __name__ == "__main__":
    main()
