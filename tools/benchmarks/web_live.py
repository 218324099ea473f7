"""How soon an event reaches a page and a terminal, and what 200 viewers of a run cost its controller and the server.

A real controller works on a run of commands that sleep, so that its journal gets about 25 events a second. The time
that an event carries is compared with the time at which it is read: by one viewer in this process, and from the lines
that the controller prints. All other viewers are in a process of their own, and read whatever comes.
"""

import sys

if __name__ == "__main__":
    sys.path[0] += "/.."

import argparse
import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

from rc_evals.home import Home
from rc_evals.store.reader import open_reader

from benchmarks.evals_runs import make_suite, make_used_home, run_arguments, variables
from benchmarks.web_server import Server, server

MOST: Final = {
    "live, an event reaches a page, p95": (250, "ms"),
    "live, an event reaches the terminal, p95": (250, "ms"),
    "live, 200 viewers, of the controller's CPU": (10, "%"),
    "live, 200 viewers, duration of the run": (1.05, "times"),
}
"""What may not be exceeded, and its unit."""

VIEWERS: Final = 200
AT_ONCE: Final = 5
SLEEP: Final = 1.1
"""Seconds that a task takes. It makes six events: five tasks at once make about 25 a second."""


@dataclass(slots=True)
class Course:
    """One run, as it was seen."""

    seconds: float = 0.0
    controller_cpu: float = 0.0
    """Seconds."""
    server_cpu: float = 0.0
    events: int = 0
    on_page: list[float] = field(default_factory=list[float])
    """Milliseconds from each event to the viewer that is measured."""
    on_terminal: list[float] = field(default_factory=list[float])
    """The same for each verdict, to the line that the controller prints."""


def live(folder: Path, *, tasks: int, rounds: int) -> dict[str, float]:
    """Measure runs of so many tasks, in turns without and with viewers, and tell."""
    suite = make_suite(folder / "suite", tasks)
    home = make_used_home(folder / "home", suite)
    command = run_arguments(*suite.every, "--agent-arg", f"command=sleep {SLEEP}", agent="command", concurrency=AT_ONCE)
    alone, watched = list[Course](), list[Course]()
    with server(home) as dashboard:
        for _ in range(rounds):
            alone.append(asyncio.run(_course(home, command, dashboard, viewers=0)))
            watched.append(asyncio.run(_course(home, command, dashboard, viewers=VIEWERS)))
    pages = sorted(delay for course in watched for delay in course.on_page)
    lines = sorted(delay for course in (*alone, *watched) for delay in course.on_terminal)
    extra = median(course.controller_cpu for course in watched) - median(course.controller_cpu for course in alone)
    seconds = median(course.seconds for course in watched)
    print(f"  {len(pages)} events on a page: median {median(pages):.0f} ms, last {pages[-1]:.0f} ms")
    print(f"  {sum(course.events for course in watched) / sum(course.seconds for course in watched):.0f} events/s")
    print(f"  server: {100 * median(course.server_cpu / course.seconds for course in watched):.1f} % of a core")
    print(
        f"  controller: {100 * median(course.controller_cpu / course.seconds for course in watched):.1f} % of a core,"
    )
    print(f"    {100 * median(course.controller_cpu / course.seconds for course in alone):.1f} % when nobody looks")
    return dict(
        zip(
            MOST,
            (
                _p95(pages),
                _p95(lines),
                max(0.0, 100 * extra / seconds),
                seconds / median(course.seconds for course in alone),
            ),
            strict=True,
        )
    )


async def _course(home: Home, command: tuple[str, ...], dashboard: Server, *, viewers: int) -> Course:
    """Have one run, with so many who look at it."""
    course = Course()
    async with _crowd(dashboard.port, viewers - 1) as crowd:
        process = await asyncio.create_subprocess_exec(
            *command, env=variables(home), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        assert process.stdout is not None
        run = int((await process.stdout.readline()).split()[1].rstrip(b":"))
        printing = asyncio.create_task(_printed(process.stdout, Server(process.pid, 0), course))
        if crowd is not None:
            crowd.write(b"%d\n" % run)
            await _view(dashboard.port, run, course, dashboard)
        printed = await printing
        await process.wait()
    with open_reader(home.database) as reader:
        events = reader.rows("SELECT at, kind FROM journal WHERE run_id = :run ORDER BY seq", run=run)
    course.seconds = (events[-1]["at"] - events[0]["at"]) / 1000
    decided = [event["at"] for event in events if event["kind"] == "verdict"]
    course.on_terminal = [shown - at for shown, at in zip(printed, decided, strict=True)]
    return course


async def _printed(lines: asyncio.StreamReader, controller: Server, course: Course) -> list[float]:
    """Return when each verdict was printed, in milliseconds since the epoch; the CPU is that up to the last one."""
    printed: list[float] = []
    while line := await lines.readline():
        if line.startswith(b"["):
            printed.append(1000 * time.time())
            course.controller_cpu = controller.cpu()
    return printed


async def _view(port: int, run: int, course: Course, dashboard: Server) -> None:
    """Read a run's stream to its end, and note how late each event of the journal was."""
    reader, writer = await _connected(port, run)
    used = dashboard.cpu()
    name = ""
    while line := await reader.readline():
        field_, _, value = line.partition(b": ")
        if field_ == b"event":
            name = value.decode().strip()
        elif field_ == b"data" and name in {"task", "run"}:
            told: dict[str, Any] = json.loads(value)
            course.events += 1
            course.on_page.append(1000 * time.time() - told["at"])
        elif not line.strip():
            name = ""
    course.server_cpu = dashboard.cpu() - used
    writer.close()


async def _connected(port: int, run: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a stream and read up to its snapshot."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    writer.write(b"GET /api/runs/%d/stream HTTP/1.0\r\nHost: localhost\r\n\r\n" % run)
    await reader.readuntil(b"event: snapshot\n")
    return reader, writer


@asynccontextmanager
async def _crowd(port: int, count: int) -> AsyncGenerator[asyncio.StreamWriter | None]:
    """Have so many viewers in a process of their own, which is yet to be told the run; None for none."""
    if count < 0:
        yield None
        return
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, __file__, str(port), str(count), stdin=pipe)
    assert process.stdin is not None
    yield process.stdin
    await process.wait()


async def _look_on(port: int, count: int) -> None:
    """Be the crowd: read until the run is over."""
    run = int(await asyncio.to_thread(sys.stdin.readline))

    async def drain() -> None:
        reader, writer = await _connected(port, run)
        while await reader.read(2**16):
            pass
        writer.close()

    await asyncio.gather(*(drain() for _ in range(count)))


def _p95(sorted_: list[float]) -> float:
    return sorted_[min(len(sorted_) - 1, int(0.95 * len(sorted_)))]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Measure nothing, but be the crowd of viewers of `web.py`.")
    arguments.add_argument("port", type=int)
    arguments.add_argument("viewers", type=int)
    given = arguments.parse_args()
    asyncio.run(_look_on(given.port, given.viewers))
