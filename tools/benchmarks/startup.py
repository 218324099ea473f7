"""How long a person waits for the command line: `python tools/benchmarks/startup.py`.

Runs every command in turn, round after round, so that whatever else the machine does hits all of them, and takes
medians. The data folder holds one run; the run of one task is without a sandbox and without tests to wait for, so that
what is measured is ours. If `evals.py` has installed Inspect AI, its `--help` takes its turn as well. The last line is
one JSON object with the goals.
"""

import sys

sys.path[0] += "/.."  # where `measuring` is; and not the folder of this file, whose `types` is somebody else's name

import argparse
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.evals_runs import EXECUTABLE, Cost, make_home, make_suite, run_arguments, timed, variables
from measuring import environment, goal, inspect_programs

GOALS: Final = {"help": 150, "list": 300, "one nop task": 600}
"""Milliseconds that a command may take."""


def main() -> None:
    """Measure, tell, and end with the line of goals."""
    parser = argparse.ArgumentParser(description="Measure how long a person waits for the command line.")
    parser.add_argument("--rounds", type=int, default=15, help="how often every command is run")
    rounds: int = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="rc-evals-benchmark-") as folder:
        home = make_home(Path(folder, "home"))
        run = run_arguments(*make_suite(Path(folder, "suite"), 1).every, concurrency=1)
        commands: dict[str, tuple[str, ...]] = {
            "bare interpreter": (sys.executable, "-c", "pass"),
            "help": (EXECUTABLE, "--help"),
            "list": (EXECUTABLE, "list"),
            "show": (EXECUTABLE, "show", "1"),
            "one nop task": run,
        }
        if (programs := inspect_programs(install=False)) is not None:
            commands["Inspect AI's help"] = (str(programs / "inspect"), "--help")
        timed(run, variables(home))
        costs = measure(commands, variables(home), rounds)
    middle = {name: round(1000 * median(cost.seconds for cost in found)) for name, found in costs.items()}
    for name, found in costs.items():
        fastest, cpu = 1000 * min(cost.seconds for cost in found), 1000 * median(cost.cpu for cost in found)
        print(f"{name:<18} {middle[name]:>6} ms  (fastest {fastest:.0f}; {cpu:.0f} of CPU)")
    goals = {name: goal(middle[name], bound, "ms", met=middle[name] <= bound) for name, bound in GOALS.items()}
    print(json.dumps({"goals": goals, "environment": {**environment(), "rounds": rounds}}))


def measure(commands: Mapping[str, tuple[str, ...]], environment: dict[str, str], rounds: int) -> dict[str, list[Cost]]:
    """Return what every command took in every round. A first round, which warms the disk, is not counted."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            cost = timed(command, environment)
            if number:
                costs[name].append(cost)
    return costs


if __name__ == "__main__":
    main()
