"""What a task costs, with everything around it and with nothing around it, and what a sample costs Inspect AI."""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.evals_runs import (
    CONCURRENCY,
    Cost,
    Suite,
    make_suite,
    make_used_home,
    newest,
    run_arguments,
    timed,
    variables,
)
from measuring import inspect_programs

PEER: Final = """
import sys

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate


def answer(*_):
    output = ModelOutput.from_content(model="mockllm", content="nothing")
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)  # else it counts, for which it downloads
    return output


samples, concurrency, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
task = Task(
    dataset=[Sample(input="Do nothing.", target="nothing") for _ in range(samples)],
    solver=generate(),
    scorer=includes(),
)
model = get_model("mockllm/model", custom_outputs=answer)
[log] = eval(
    task, model=model, max_samples=concurrency, max_connections=concurrency, display="none", log_dir=folder
)
if log.status != "success" or log.results.completed_samples != samples:
    sys.exit(f"Inspect AI ended with {log.status}: {log.error and log.error.message}")
"""
"""The same for Inspect AI: its mock model, a log on disk, nothing on the screen."""


@dataclass(slots=True)
class Kind:
    """Something that is run over and over: with so many tasks, and each time with one task before that."""

    tasks: int
    runs: list[Cost] = field(default_factory=list[Cost])
    singles: list[Cost] = field(default_factory=list[Cost])
    bytes_per_task: float = 0
    """Of the database."""
    files: int = 0
    """Left for people."""

    @property
    def ms(self) -> float:
        """Milliseconds per task: what the first one costs, with start and end of the program, is not in it."""
        return self._each([run.seconds for run in self.runs], [one.seconds for one in self.singles])

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU per task, likewise."""
        return self._each([run.cpu for run in self.runs], [one.cpu for one in self.singles])

    @property
    def peak(self) -> float:
        """Bytes of memory that the controller had at most."""
        return median(run.peak for run in self.runs)

    def _each(self, runs: Iterable[float], singles: Iterable[float]) -> float:
        return 1000 * (median(runs) - median(singles)) / self.tasks


def orchestration(
    folder: Path, sizes: Sequence[int], rounds: int, *, peer: bool
) -> tuple[dict[int, Kind], Kind | None]:
    """Run nop without tests or sandbox, as many tasks as `sizes` say, beside Inspect AI; all take turns.

    Returns what each size took, and Inspect AI, with as many samples as the first size has tasks, if it can be had.
    """
    suites = {size: make_suite(folder / f"suite-{size}", size) for size in sizes}
    kinds = {size: Kind(size) for size in sizes}
    programs = inspect_programs(install=True) if peer else None
    theirs = None if programs is None else Kind(sizes[0])
    for _ in range(rounds):
        for size, suite in suites.items():
            take_turn(kinds[size], folder / "home", suite)
        if theirs is not None and programs is not None:
            take_their_turn(theirs, folder, programs)
    return kinds, theirs


def pipeline(folder: Path, tasks: int, rounds: int) -> Kind | None:
    """Run nop with a workspace, bubblewrap and one test command; None where there is no bubblewrap."""
    if shutil.which("bwrap") is None:
        print("whole pipeline not measured: no bubblewrap here")
        return None
    suite = make_suite(folder / "suite", tasks, "tested")
    kind = Kind(tasks)
    for _ in range(rounds):
        take_turn(kind, folder / "home", suite, sandbox="bubblewrap")
    return kind


def take_turn(kind: Kind, folder: Path, suite: Suite, *, sandbox: str = "none") -> None:
    """Run one task in a fresh data folder, and then all of them."""
    home = make_used_home(folder, suite)
    kind.singles.append(timed(run_arguments(*suite.one, sandbox=sandbox), variables(home)))
    kind.runs.append(timed(run_arguments(*suite.every, sandbox=sandbox), variables(home)))
    decided = newest(home)["decided"]
    if decided != kind.tasks:
        raise SystemExit(f"of {kind.tasks} tasks {decided} were decided")
    kind.bytes_per_task = sum(path.stat().st_size for path in home.root.glob("evals.db*")) / kind.tasks
    kind.files = sum(len(files) for _, _, files in os.walk(home.root / "runs"))
    shutil.rmtree(home.root)


def take_their_turn(kind: Kind, folder: Path, programs: Path) -> None:
    """Let Inspect AI evaluate one sample, and then all of them."""
    script = folder / "peer.py"
    script.write_text(PEER, encoding="utf-8")
    for samples, costs in ((1, kind.singles), (kind.tasks, kind.runs)):
        arguments = (str(samples), str(CONCURRENCY), str(folder / "logs"))
        costs.append(timed((str(programs / "python"), str(script), *arguments)))
