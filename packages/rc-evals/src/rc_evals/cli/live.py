"""The view of a run while it goes on: a moving one on terminals, plain lines elsewhere. A guest in the run's house."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from rc_evals import formats
from rc_evals.cli.progress import Plan, Progress
from rc_evals.cli.views import LineView, MovingView
from rc_evals.clock import ticks_ms
from rc_evals.foreign import one_line
from rc_evals.store import queries
from rc_evals.store.reader import open_reader

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from rc_evals.bus import Bus, Listener
    from rc_evals.events import RunEvent
    from rc_evals.home import Home

TICK_SECONDS: Final = 0.1
"""Between two drawings; nobody reads faster."""


class View(Protocol):
    """Shows progress. Its methods are called one after the other, but never in the thread of the event loop."""

    def begin(self, progress: Progress) -> None:
        """Say what goes on."""
        ...

    def tell(self, event: RunEvent, progress: Progress) -> None:
        """Say what happened; `progress` does not know it yet."""
        ...

    def draw(self, progress: Progress, now: int) -> None:
        """Show how things stand."""
        ...

    def end(self, closing: str) -> None:
        """Leave the stream as it was, but for a closing line."""
        ...


@asynccontextmanager
async def watch(home: Home, run_id: int, bus: Bus, *, stream: TextIO) -> AsyncGenerator[None]:
    """Show a run on `stream` for as long as the block lasts.

    Nothing that goes wrong here, a closed pipe included, reaches the block; the view then ends with one line on
    standard error.
    """
    over = asyncio.Event()
    with bus.listen() as listener:
        follower = asyncio.create_task(_follow(home, run_id, listener, stream, over), name="rc-evals-view")
        try:
            yield
        finally:
            over.set()
            await follower


async def _follow(home: Home, run_id: int, listener: Listener, stream: TextIO, over: asyncio.Event) -> None:
    """Look and draw until told to end. In threads: a terminal that Ctrl-S stopped must not stop the run."""
    view: View = MovingView(stream) if _can_move(stream) else LineView(stream)
    try:
        progress = Progress(await asyncio.to_thread(_plan, home, run_id), began=ticks_ms())
        await asyncio.to_thread(view.begin, progress)
        try:
            await _keep_drawing(home, view, progress, listener, over)
        finally:
            await asyncio.to_thread(_end, home, view, progress)
    except Exception as error:  # noqa: BLE001 - the outermost edge of the view
        problem = one_line(f"{type(error).__name__}: {error}")
        print(f"rc-evals: the view of run {run_id} ended, the run goes on ({problem})", file=sys.stderr)


async def _keep_drawing(home: Home, view: View, progress: Progress, listener: Listener, over: asyncio.Event) -> None:
    missed = 0
    ended = False
    while not ended:
        ended = over.is_set()
        if listener.dropped != missed:  # the store is the truth, and has what was missed
            missed = listener.dropped
            listener.take()
            progress.correct(await asyncio.to_thread(_plan, home, progress.plan.run_id))
        await asyncio.to_thread(_draw, view, progress, listener.take())
        with suppress(TimeoutError):
            async with asyncio.timeout(TICK_SECONDS):
                await over.wait()


def _draw(view: View, progress: Progress, events: Sequence[RunEvent]) -> None:
    for event in events:
        view.tell(event, progress)
        progress.observe(event)
    view.draw(progress, ticks_ms())


def _end(home: Home, view: View, progress: Progress) -> None:
    final = Progress(_plan(home, progress.plan.run_id), began=progress.began)
    took = formats.duration(ticks_ms() - progress.began)
    view.end(f"run {final.plan.run_id}: {final.done} of {final.plan.total} done in {took}: {_score(final)}")


def _score(progress: Progress) -> str:
    others = f", {progress.not_counted} not counted" if progress.not_counted else ""
    return f"{progress.passed} passed, {progress.failed} failed{others}"


def _can_move(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM", "dumb") not in {"", "dumb", "unknown"}


def _plan(home: Home, run_id: int) -> Plan:
    with open_reader(home.database) as reader:
        run = reader.run(run_id)
        verdicts = Counter[str]()
        for language in queries.tally(reader, run_id).values():
            verdicts.update({verdict: tasks for verdict, tasks in language.items() if verdict is not None})
        cost = queries.totals(reader, run_id)["cost_micros"]
    return Plan(
        run_id=run_id,
        suite=one_line(run["suite"]),
        agent=one_line(run["agent"]),
        sandbox=run["sandbox"],
        concurrency=run["concurrency"],
        total=run["total"],
        verdicts=verdicts,
        cost_micros=cost,
    )
