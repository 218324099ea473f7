"""How quick the dashboard answers, and how much it sends: `python tools/benchmarks/web.py`, or parts with `--only`.

tasks     every page of a run of 10,000 tasks, with every sort and filter; beside Inspect View with as many samples
large     the same for a run of 100,000 tasks
runs      a list of 1,000 runs with every sort, filter and group
live      how soon an event reaches a page and a terminal; what 200 viewers of a run cost (see `web_live`)

A real server is asked over HTTP, one request after the other over one connection. A figure is the 95th percentile of
the slowest page, or the bytes of the largest. The last line is one JSON object with the goals.
"""

import sys

sys.path[0] += "/.."  # where `measuring` is; and not the folder of this file, whose `types` is somebody else's name

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import quote

from rc_evals.home import Home
from rc_evals.store import insights, run_list, task_list
from rc_evals.store.paging import Order
from rc_evals.store.reader import Reader, open_reader

from benchmarks import web_live
from benchmarks.web_data import LANGUAGES, write_run
from benchmarks.web_server import Answers, asked, inspect_view, server
from measuring import environment, goal

MOST: Final = {
    "10,000 tasks, slowest page": (50, "ms"),
    "10,000 tasks, largest page": (100, "kB"),
    "10,000 tasks, of Inspect View's bytes": (1, "times"),
    "100,000 tasks, slowest page": (150, "ms"),
    "100,000 tasks, largest page": (100, "kB"),
    "1,000 runs, slowest page": (150, "ms"),
    "1,000 runs, largest page": (100, "kB"),
    **web_live.MOST,
}
"""What may not be exceeded, and its unit."""

Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is measured."""

    requests: int
    """For each page."""
    share: float = 1
    """Of the tasks and runs."""
    peer: bool = True

    @property
    def judged(self) -> bool:
        """Whether the figures say anything."""
        return self.share == 1

    def of(self, count: int) -> int:
        """Return how many tasks or runs to make instead of so many."""
        return max(20, round(self.share * count))


def main() -> None:
    """Measure, tell, and end with the line of goals."""
    parser = argparse.ArgumentParser(description="Measure how quick the dashboard is, beside Inspect View.")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be repeated")
    parser.add_argument("--requests", type=int, default=40, help="for each page")
    parser.add_argument("--without-peer", action="store_true", help="do not install or run Inspect AI")
    parser.add_argument("--quick", action="store_true", help="try everything once, with few tasks: nothing is judged")
    given = parser.parse_args()
    extent = Extent(requests=given.requests, peer=not given.without_peer)
    if given.quick:
        extent = Extent(requests=3, share=0.01, peer=False)
    figures: dict[str, float | None] = {}
    for part in given.only or PARTS:
        with tempfile.TemporaryDirectory(prefix="rc-evals-benchmark-") as folder:
            figures |= PARTS[part](Path(folder), extent)
    goals: dict[str, Any] = {}
    for name, value in figures.items():
        bound, unit = MOST[name]
        print(f"{name:<40}{'-' if value is None else f'{value:,.2f}':>10} {unit:<6} (goal {bound:g})")
        known = value if extent.judged else None
        goals[name] = goal(known and round(known, 2), bound, unit, met=known is not None and known <= bound)
    print(json.dumps({"goals": goals, "environment": {**environment(), "requests": extent.requests}}))


def tasks(folder: Path, extent: Extent) -> Figures:
    """Measure the pages of a run of 10,000 tasks."""
    answers = pages_of_run(folder, extent.of(10_000), extent)
    theirs = inspect_view(folder, extent.of(10_000), extent.requests) if extent.peer else None
    if theirs is not None:
        tell(theirs)
    return {
        **worst(answers, "10,000 tasks"),
        "10,000 tasks, of Inspect View's bytes": None
        if theirs is None
        else max(each.size for each in answers) / max(each.size for each in theirs),
    }


def large(folder: Path, extent: Extent) -> Figures:
    """Measure the pages of a run of 100,000 tasks."""
    return worst(pages_of_run(folder, extent.of(100_000), extent), "100,000 tasks")


def runs(folder: Path, extent: Extent) -> Figures:
    """Measure the list of 1,000 runs, of 100,000 tasks together."""
    home, chance = Home(folder), Random(1)
    for number in range(extent.of(1_000)):
        write_run(home, 100, chance, now=1_790_000_000_000 + 3_600_000 * number)
    queries = [
        *(f"?sort={sign}{name}" for name in run_list.SORTS for sign in ("", "-")),
        *(f"?group={name}" for name in ("model", "suite", "agent")),
        *("?q=trial", "?q=nothing+has+this+name", "?suite=roo", "?agent=command", "?state=complete", "?since=30d"),
    ]
    with server(home) as address:
        first = asked(address, "/", 1)
        answers = [asked(address, path, extent.requests) for path in [*(f"/{query}" for query in queries), "/api/runs"]]
        print(f"list of {extent.of(1_000)} runs, first answer after {first.p95:.0f} ms")
    tell(answers)
    return worst(answers, "1,000 runs")


def live(folder: Path, extent: Extent) -> Figures:
    """Measure what it takes to look at a run while it goes on."""
    return web_live.live(folder, tasks=extent.of(100), rounds=3 if extent.judged else 1)


def pages_of_run(folder: Path, count: int, extent: Extent) -> list[Answers]:
    """Make a run, ask for each of its pages, and tell."""
    home = Home(folder)
    run = write_run(home, count, Random(1), left=min(60, count // 10))
    with server(home) as address:
        answers = [asked(address, f"/runs/{run}{path}", extent.requests) for path in of_run(home, run)]
        answers += [asked(address, f"/api/runs/{run}{path}", extent.requests) for path in ("", "/tasks")]
    tell(answers)
    return answers


def of_run(home: Home, run: int) -> Iterable[str]:
    """Yield what follows the address of a run: its parts, and its tasks in every order and by every filter."""
    yield from ("", "/results", "/why", "/about")
    yield from (f"?sort={sign}{name}" for name in task_list.SORTS for sign in ("", "-"))
    yield from (f"?verdict={name}" for name in ("passed", "failed", "open", "running"))
    yield f"?language={LANGUAGES[0]}"
    yield f"?language={LANGUAGES[1]}&verdict=failed&verdict=timeout&sort=-cost"
    yield from ("?q=ring", "?q=ring&sort=-tokens", "?q=nothing-has-this-name")
    with open_reader(home.database) as reader:
        for found in insights.reasons(reader, run)[:2]:
            yield f"?reason={quote(found['reason'])}"
        for sort in ("id", "-cost"):
            yield f"?sort={sort}&after={_far(reader, run, sort)}"


def _far(reader: Reader, run: int, sort: str) -> str:
    """Return the position behind half of the tasks: those pages cost what the first ones do."""
    ids = reader.rows("SELECT id FROM tasks WHERE run_id = :run ORDER BY id", run=run)
    middle = reader.row("SELECT id, cost_micros FROM tasks WHERE id = :id", id=ids[len(ids) // 2]["id"])
    assert middle is not None
    key = middle["cost_micros"] if "cost" in sort else middle["id"]
    return Order.parse(sort, task_list.SORTS).cursor(key, middle["id"])


def tell(answers: Iterable[Answers]) -> None:
    """Print what each page took, the slowest first."""
    for each in sorted(answers, key=lambda each: -each.p95):
        print(f"  {each.p95:7.1f} ms, of CPU {each.cpu:6.1f}, {each.size / 1000:8.1f} kB  {each.name[:90]}")


def worst(answers: Iterable[Answers], what: str) -> Figures:
    """Return the figures of the slowest and of the largest page."""
    every = list(answers)
    return {
        f"{what}, slowest page": max(each.p95 for each in every),
        f"{what}, largest page": max(each.size for each in every) / 1000,
    }


PARTS: Final[Mapping[str, Callable[[Path, Extent], Figures]]] = {
    "tasks": tasks,
    "large": large,
    "runs": runs,
    "live": live,
}

if __name__ == "__main__":
    main()
