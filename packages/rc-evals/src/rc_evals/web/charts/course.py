"""How a run came along: tasks with a verdict, and those of them that passed, over time."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from rc_evals.formats import counted
from rc_evals.web.charts.drawing import TEXT, WIDTH, drawing, line, number, text
from rc_evals.web.charts.scale import brief_count, brief_time, time_marks, whole_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_HEIGHT: Final = 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 38.0, WIDTH - 16.0, 10.0, _HEIGHT - 20.0


@dataclass(frozen=True, slots=True)
class Moment:
    """How many tasks had a verdict, and had passed, so many milliseconds after the run was created."""

    at: float
    done: int
    passed: int


def course(moments: Sequence[Moment], *, total: int, title: str) -> Markup:
    """Return the chart.

    Args:
        moments: in order of time.
        total: tasks of the run.
        title: what it is about.
    """
    shown = [each for each in moments if isfinite(each.at) and each.at >= 0]
    if not shown:
        nothing = text(WIDTH / 2, _HEIGHT / 2, "no task has a verdict yet", anchor="middle")
        return drawing("course", _HEIGHT, [nothing], title=title, summary="no task has a verdict yet")
    last = shown[-1]
    longest = max(each.at for each in shown) or 1.0
    most = max(1, total, *(each.done for each in shown))

    def place(at: float, count: int) -> tuple[float, float]:
        up = min(1.0, max(0.0, count / most))
        return _LEFT + (_RIGHT - _LEFT) * (at / longest), _BOTTOM - (_BOTTOM - _TOP) * up

    parts = [
        *_grid(longest, most, place),
        _area("done", [(each.at, each.done) for each in shown], place),
        _area("passed", [(each.at, each.passed) for each in shown], place),
    ]
    said = (
        f"{last.done:,} of {counted(total, 'task')} with a verdict after {brief_time(last.at)}, {last.passed:,} passed"
    )
    return drawing("course", _HEIGHT, parts, title=title, summary=said)


def _grid(longest: float, most: int, place: Callable[[float, int], tuple[float, float]]) -> Iterator[Markup]:
    for count in whole_marks(most, 3):
        _, y = place(0, count)
        yield line(_LEFT, y, _RIGHT, y, kind="axis" if count == 0 else "grid")
        yield text(_LEFT - 5, y + 0.35 * TEXT, brief_count(count), anchor="end")
    for at in time_marks(longest):
        x, _ = place(at, 0)
        yield line(x, _BOTTOM, x, _BOTTOM + 3, kind="axis")
        yield text(x, _HEIGHT - 5, brief_time(at), anchor="middle")


def _area(kind: str, values: Sequence[tuple[float, int]], place: Callable[[float, int], tuple[float, float]]) -> Markup:
    """Return a line in steps, and what is below it: a count stays until the next verdict."""
    x, y = place(0, 0)
    steps = [f"M{number(x)} {number(y)}"]
    for at, count in values:
        x, y = place(at, count)
        steps.append(f"H{number(x)}V{number(y)}")
    line_ = "".join(steps)
    return Markup('<path class="area {0}" d="{1}V{2}Z"/><path class="line {0}" d="{1}"/>').format(
        kind, line_, number(_BOTTOM)
    )
