"""What a living controller needs: memory for what runs, and time to begin again after it was killed."""

import signal
import time
from pathlib import Path
from statistics import median
from typing import Final

from rc_evals.store.queries import open_attempts
from rc_evals.store.reader import open_reader

from benchmarks.evals_runs import EXECUTABLE, Suite, make_suite, make_used_home, newest, run_arguments, started, until
from measuring import resident

FEW: Final = 5
MANY: Final = 25


def running(folder: Path, rounds: int) -> float:
    """Return the bytes by which the controller grows with every further command that runs."""
    suite = make_suite(folder / "suite", 1)
    grown: list[float] = []
    for number in range(rounds):
        few, many = (memory_while_running(folder / f"home-{number}-{count}", suite, count) for count in (FEW, MANY))
        grown.append((many - few) / (MANY - FEW))
    return median(grown)


def memory_while_running(folder: Path, suite: Suite, count: int) -> int:
    """Return the memory of a controller while so many commands sleep, all at the same exercise: that is kept once."""
    home = make_used_home(folder, suite)
    tasks = (*suite.one, "--iterations", str(MANY))
    command = run_arguments(*tasks, "--agent-arg", "command=sleep 600", agent="command", concurrency=count)

    def all_run() -> bool | None:
        run = newest(home)
        with open_reader(home.database) as reader:
            processes = [attempt["pid"] for attempt in open_attempts(reader, run["id"])]
        return True if len(processes) == count and None not in processes else None

    with started(command, home) as process:
        until(process, all_run)
        return resident(process.pid)


def resume(folder: Path, tasks: int, rounds: int) -> float:
    """Return the seconds from the command to the first attempt, when a run's controller was killed early on."""
    suite = make_suite(folder / "suite", tasks)
    return median(resumed_after(folder / f"home-{number}", suite, tasks) for number in range(rounds))


def resumed_after(folder: Path, suite: Suite, tasks: int) -> float:
    """Kill the controller once a twentieth is decided, and return the seconds that another one needs."""
    home = make_used_home(folder, suite)

    def under_way() -> bool | None:
        run = newest(home)
        return True if run["total"] == tasks and run["decided"] >= tasks / 20 else None

    with started(run_arguments(*suite.every), home) as process:
        until(process, under_way)
        process.send_signal(signal.SIGKILL)
    run = newest(home)
    with open_reader(home.database) as reader:
        last = reader.rows("SELECT max(id) AS id FROM attempts")[0]["id"]

        def first() -> int | None:
            row = reader.row("SELECT started_at FROM attempts WHERE id > :last ORDER BY id LIMIT 1", last=last)
            return None if row is None else int(row["started_at"])

        began = time.time()
        with started((EXECUTABLE, "resume", str(run["id"])), home) as process:
            return until(process, first) / 1000 - began
