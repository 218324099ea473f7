"""How fast and how small rc-evals is: `python tools/benchmarks/evals.py`, or parts of it with `--only`.

orchestration  nop without tests or sandbox, 25 at a time: per task beside what a sample costs Inspect AI, which gets an
               environment of its own; 10 and 50 times as many tasks; memory and disk for them
pipeline       nop with a workspace, bubblewrap and a test command that does nothing
running        memory for every command that runs
events         time and memory for what agents say
resume         from the command to the first attempt, after the controller of a run was killed

All that is compared takes turns, round after round, and a figure is the median; what one task costs together with the
start and the end of the program is taken off. The last line is one JSON object with the goals.
"""

import sys

sys.path[0] += "/.."  # where `measuring` is; and not the folder of this file, whose `types` is somebody else's name

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks import evals_controller, evals_tasks
from measuring import environment, goal

EVENTS: Final = [sys.executable, str(Path(__file__).with_name("evals_events.py"))]

MOST: Final = {
    "orchestration per task": (1.5, "ms"),
    "orchestration, of Inspect AI's": (0.25, "times"),
    "10 times as many tasks, each": (1.1, "times"),
    "50 times as many tasks, each": (1.1, "times"),
    "memory, all tasks queued": (100, "MiB"),
    "disk per task": (2.0, "kB"),
    "files without content": (0, "files"),
    "memory per running command": (30, "kB"),
    "time per event": (1.0, "ms"),
    "memory for 10 times the events": (500, "kB"),
    "resume acts within": (2.0, "s"),
}
"""What may not be exceeded, and its unit."""

LEAST: Final = {"whole pipeline": (100, "tasks/s")}
"""What has to be reached, and its unit."""

Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is measured."""

    rounds: int
    peer: bool
    tasks: int
    """Of the smallest run; the others have 10 and 50 times as many."""
    tested: int
    events: int
    judged: bool = True
    """Whether the figures say anything."""


def main() -> None:
    """Measure, tell, and end with the line of goals."""
    parser = argparse.ArgumentParser(description="Measure how fast and how small rc-evals is, beside Inspect AI.")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be repeated")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything takes its turn")
    parser.add_argument("--without-peer", action="store_true", help="do not install or run Inspect AI")
    parser.add_argument("--quick", action="store_true", help="try everything once, with few tasks: nothing is judged")
    given = parser.parse_args()
    extent = Extent(rounds=given.rounds, peer=not given.without_peer, tasks=1000, tested=500, events=20_000)
    if given.quick:
        extent = Extent(rounds=1, peer=False, tasks=20, tested=20, events=1000, judged=False)
    figures: dict[str, float | None] = {}
    for part in given.only or PARTS:
        with tempfile.TemporaryDirectory(prefix="rc-evals-benchmark-") as folder:
            figures |= PARTS[part](Path(folder), extent)
    goals = {name: judged(name, value, extent) for name, value in figures.items()}
    for name, value in figures.items():
        bound, unit = (MOST | LEAST)[name]
        print(f"{name:<32}{'-' if value is None else f'{value:,.2f}':>12} {unit:<8} (goal {bound:g})")
    print(json.dumps({"goals": goals, "environment": {**environment(), "rounds": extent.rounds}}))


def judged(name: str, value: float | None, extent: Extent) -> dict[str, Any]:
    """Return the entry of a goal."""
    bound, unit = (MOST | LEAST)[name]
    if value is None or not extent.judged:
        return goal(None, bound, unit, met=False)
    return goal(round(value, 3), bound, unit, met=value >= bound if name in LEAST else value <= bound)


def orchestration(folder: Path, extent: Extent) -> Figures:
    """Measure what a task costs when there is nothing to do."""
    small, tenfold, large = sizes = (extent.tasks, 10 * extent.tasks, 50 * extent.tasks)
    kinds, theirs = evals_tasks.orchestration(folder, sizes, extent.rounds, peer=extent.peer)
    for kind in kinds.values():
        print(f"{kind.tasks} tasks: each {kind.ms:.2f} ms, {kind.cpu_ms:.2f} of CPU; {kind.peak / 2**20:.0f} MiB")
    if theirs is not None:
        print(f"Inspect AI, {theirs.tasks} samples: each {theirs.ms:.2f} ms, {theirs.cpu_ms:.2f} of CPU")
    return {
        "orchestration per task": kinds[small].ms,
        "orchestration, of Inspect AI's": None if theirs is None else kinds[small].ms / theirs.ms,
        "10 times as many tasks, each": kinds[tenfold].ms / kinds[small].ms,
        "50 times as many tasks, each": kinds[large].ms / kinds[small].ms,
        "memory, all tasks queued": kinds[tenfold].peak / 2**20,
        "disk per task": kinds[tenfold].bytes_per_task / 1000,
        "files without content": kinds[tenfold].files,
    }


def pipeline(folder: Path, extent: Extent) -> Figures:
    """Measure what a task costs with all that is around it."""
    kind = evals_tasks.pipeline(folder, extent.tested, extent.rounds)
    if kind is not None:
        print(f"whole pipeline: each {kind.ms:.2f} ms, {kind.cpu_ms:.2f} of CPU")
    return {"whole pipeline": None if kind is None else 1000 / kind.ms}


def running(folder: Path, extent: Extent) -> Figures:
    """Measure what a command that runs needs."""
    return {"memory per running command": evals_controller.running(folder, extent.rounds) / 1000}


def events(_folder: Path, extent: Extent) -> Figures:
    """Measure what an agent's words cost, in a process of their own."""

    def alone(what: str) -> float:
        done = subprocess.run([*EVENTS, what, str(extent.events)], stdout=subprocess.PIPE, text=True, check=True)
        return float(json.loads(done.stdout.splitlines()[-1])["value"])

    return {
        "time per event": median(alone("time") for _ in range(extent.rounds)),
        "memory for 10 times the events": median(alone("memory") for _ in range(extent.rounds)),
    }


def resume(folder: Path, extent: Extent) -> Figures:
    """Measure how soon an interrupted run goes on."""
    return {"resume acts within": evals_controller.resume(folder, 10 * extent.tasks, extent.rounds)}


PARTS: Final[Mapping[str, Callable[[Path, Extent], Figures]]] = {
    "orchestration": orchestration,
    "pipeline": pipeline,
    "running": running,
    "events": events,
    "resume": resume,
}

if __name__ == "__main__":
    main()
