"""Two ways to show progress: a moving view for terminals, plain lines for files and pipes (see `cli.live.View`)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, TextIO

from rc_evals import formats
from rc_evals.cli.terminal import console_on
from rc_evals.events import Decided, Retrying
from rc_evals.foreign import one_line
from rc_evals.outcomes import Outcome

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live
    from rich.text import Text

    from rc_evals.cli.progress import Attempt, Progress
    from rc_evals.events import RunEvent

SHOWN: Final = 12
"""Running attempts listed at most, and never more than the terminal has room for."""

_BESIDE: Final = 5
"""Lines of a terminal that are not for running attempts."""

_VERDICT_WIDTH: Final = max(map(len, Outcome))


class LineView:
    """One line per verdict and per retry."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, progress: Progress) -> None:
        """Print what the run is."""
        self._print(progress.plan.title)

    def tell(self, event: RunEvent, progress: Progress) -> None:
        """Print verdicts and retries."""
        if isinstance(event, Decided):
            total = str(progress.plan.total)
            place = f"[{progress.done + 1:>{len(total)}}/{total}]"
            self._print(f"{place} {event.verdict:<{_VERDICT_WIDTH}} {_story(event, progress)}")
        elif isinstance(event, Retrying):
            self._print(_retry(event))

    def draw(self, progress: Progress, now: int) -> None:
        """Do nothing: lines stay."""

    def end(self, closing: str) -> None:
        """Print the closing line."""
        self._print(closing)

    def _print(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class MovingView:
    """A bar, the counts, and what runs now, redrawn in place; tasks that did not pass scroll by above."""

    def __init__(self, stream: TextIO) -> None:
        self._console = console_on(stream)
        self._live: Live | None = None
        self._news = True
        self._second: int = 0

    def begin(self, progress: Progress) -> None:
        """Print what the run is, and take the last lines of the terminal."""
        from rich.live import Live

        self._console.print(progress.plan.title)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._live.start()

    def tell(self, event: RunEvent, progress: Progress) -> None:
        """Print what a person may want to look into: verdicts other than passed, and retries."""
        self._news = True
        if isinstance(event, Retrying):
            self._scroll(_styled((_retry(event), "yellow")))
        elif isinstance(event, Decided) and event.verdict is not Outcome.PASSED:
            colour = "red" if event.verdict.decided else "yellow"
            self._scroll(_styled((f"{event.verdict:<{_VERDICT_WIDTH}} ", colour), (_story(event, progress), "")))

    def draw(self, progress: Progress, now: int) -> None:
        """Redraw the lines in place, when something happened or a second went by: a picture costs milliseconds."""
        second = now // 1000
        if self._live is not None and (self._news or second != self._second):
            self._news, self._second = False, second
            room = max(1, min(SHOWN, self._console.height - _BESIDE))
            self._live.update(_scene(progress, now, room), refresh=True)

    def end(self, closing: str) -> None:
        """Give the lines back and print the closing line."""
        if self._live is not None:
            self._live.stop()
        self._console.print(closing)

    def _scroll(self, line: Text) -> None:
        self._console.print(line, overflow="ellipsis", no_wrap=True)


def _scene(progress: Progress, now: int, room: int) -> RenderableType:
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    total, done = progress.plan.total, progress.done
    bar = Table.grid(expand=True, padding=(0, 2, 0, 0))
    bar.add_column(ratio=1)
    bar.add_column(no_wrap=True)
    bar.add_column(no_wrap=True, style="dim")
    bar.add_row(
        ProgressBar(total=total, completed=done, complete_style="cyan", finished_style="cyan"),
        f"{done} of {total}",
        _times(progress, now),
    )
    return Group(bar, _figures(progress), *_running(progress, now, room))


def _times(progress: Progress, now: int) -> str:
    gone, left = formats.duration(now - progress.began), progress.milliseconds_left(now)
    return gone if left is None else f"{gone}, about {formats.duration(left)} left"


def _figures(progress: Progress) -> Text:
    parts = [(f"{progress.passed} passed", "green"), (f"{progress.failed} failed", "red" if progress.failed else "dim")]
    if progress.not_counted:
        parts.append((f"{progress.not_counted} not counted", "yellow"))
    if progress.retries:
        parts.append((f"{progress.retries} retried", "yellow"))
    if progress.cost_micros is not None:
        parts.append((formats.money(progress.cost_micros), ""))
    spaced = [piece for part in parts for piece in (part, ("   ", ""))]
    return _styled(*spaced[:-1])


def _running(progress: Progress, now: int, room: int) -> list[RenderableType]:
    from rich.padding import Padding
    from rich.table import Table

    attempts = progress.running
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(no_wrap=True, overflow="ellipsis")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True)
    for attempt in islice(attempts.values(), room):
        again = f", attempt {attempt.task.attempt}" if attempt.task.attempt > 1 else ""
        table.add_row(
            one_line(attempt.task.label) + again,
            attempt.phase,
            formats.duration(max(0, now - attempt.since)),
            _used(attempt),
        )
    lines: list[RenderableType] = [Padding(table, (0, 0, 0, 2), style="dim")]
    if len(attempts) > room:
        lines.append(_styled((f"  and {len(attempts) - room} more", "dim")))
    return lines


def _used(attempt: Attempt) -> str:
    if attempt.usage is None:
        return ""
    return f"{formats.tokens(attempt.usage.tokens_in)} tokens in, {formats.tokens(attempt.usage.tokens_out)} out"


def _story(event: Decided, progress: Progress) -> str:
    attempt = progress.running.get(event.task.task_id)
    took = formats.duration(event.at - attempt.began) if attempt else ""
    return "  ".join(part for part in (one_line(event.task.label), took, one_line(event.explanation)) if part)


def _retry(event: Retrying) -> str:
    after = f"attempt {event.task.attempt} is lost, the next follows in {event.delay_seconds:.1f} s"
    return f"{one_line(event.task.label)}: {after} ({one_line(event.reason)})"


def _styled(*parts: tuple[str, str]) -> Text:
    from rich.text import Text

    return Text.assemble(*parts)
