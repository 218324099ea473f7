"""How long a person waits for the command line: `python tools/benchmarks/startup.py`.

Runs every command in turn, round after round, so that whatever else the machine does hits all of them, and takes
medians. The data folder holds one run; the run of one task is without a sandbox and without tests of its own to wait
for, so that what is measured is ours. The last line is one JSON object with the goals.
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
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from measuring import environment, goal

EXECUTABLE: Final = str(Path(sys.executable).with_name("rc-evals"))

GOALS: Final = {"help": 200, "list": 400, "one nop task": 600}
"""Milliseconds that a command may take."""

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
    parser = argparse.ArgumentParser(description="Measure how long a person waits for the command line.")
    parser.add_argument("--rounds", type=int, default=15, help="how often every command is run")
    rounds: int = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="rc-evals-startup-") as folder:
        run = prepare(Path(folder))
        commands = {
            "bare interpreter": (sys.executable, "-c", "pass"),
            "help": (EXECUTABLE, "--help"),
            "list": (EXECUTABLE, "list"),
            "show": (EXECUTABLE, "show", "1"),
            "one nop task": run,
        }
        timed = measure(commands, Path(folder), rounds)
    middle = {name: round(median(wall for wall, _ in pairs)) for name, pairs in timed.items()}
    for name, pairs in timed.items():
        fastest, cpu = min(pairs)[0], median(cpu for _, cpu in pairs)
        print(f"{name:<18} {middle[name]:>6} ms  (fastest {fastest:.0f}; {cpu:.0f} of CPU)")
    goals = {name: goal(middle[name], bound, "ms", met=middle[name] <= bound) for name, bound in GOALS.items()}
    print(json.dumps({"goals": goals, "environment": {**environment(), "rounds": rounds}}))


def prepare(folder: Path) -> tuple[str, ...]:
    """Make a suite of one exercise and a data folder with one run; returns the command that makes another."""
    languages, exercise = folder / "languages", folder / "suites" / "trivial" / "trivial" / "only"
    languages.mkdir(parents=True)
    (languages / "trivial.toml").write_text(LANGUAGE, encoding="utf-8")
    (exercise / "docs").mkdir(parents=True)
    (exercise / "docs" / "instructions.md").write_text("Do nothing.\n", encoding="utf-8")
    (exercise / "only.test").write_text("", encoding="utf-8")
    run = (EXECUTABLE, "run", "--suite", "trivial", "--agent", "nop", "--sandbox", "none")
    subprocess.run(run, env=variables(folder), stdout=subprocess.DEVNULL, check=True)
    return run


def variables(home: Path) -> dict[str, str]:
    """Return the environment of commands. Compiled modules are kept, as for everybody who has installed the package."""
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**ours, "RC_EVALS_HOME": str(home)}


def measure(commands: Mapping[str, Sequence[str]], home: Path, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Return the milliseconds, and those of CPU, of every command in every round.

    A first round, which warms the disk, is not counted.
    """
    timed: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            began, used = time.perf_counter(), cpu_seconds()
            subprocess.run(
                command, env=variables(home), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True
            )
            if number:
                timed[name].append((1000 * (time.perf_counter() - began), 1000 * (cpu_seconds() - used)))
    return timed


def cpu_seconds() -> float:
    """Return what all processes that have ended have used: it hardly depends on what else the machine does."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
