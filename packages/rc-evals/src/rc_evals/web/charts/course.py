"""How a run came along: amounts that grow, over time."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from rc_evals.web.charts.drawing import TEXT, WIDTH, drawing, line, number, text
from rc_evals.web.charts.scale import brief_time, time_marks, whole_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_HEIGHT: Final = 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 42.0, WIDTH - 16.0, 10.0, _HEIGHT - 20.0


@dataclass(frozen=True, slots=True)
class Growth:
    """Something that grows: how much of it there was, so many milliseconds after the run was created."""

    kind: str
    """Class of the line."""
    values: Sequence[tuple[float, int]]
    """Times and amounts, in order of time."""


def course(
    growths: Sequence[Growth], *, most: int, unit: Callable[[int], str], title: str, summary: str, nothing: str
) -> Markup:
    """Return the chart.

    Args:
        growths: what grows, the larger first: later ones are drawn over earlier ones.
        most: what may become of it; the height of the chart, unless there is more already.
        unit: writes an amount.
        title: what it is about.
        summary: what it shows.
        nothing: said instead where there is nothing to show.
    """
    shown = [Growth(each.kind, [value for value in each.values if _can_be_drawn(*value)]) for each in growths]
    values = [value for each in shown for value in each.values]
    if not values:
        words = text(WIDTH / 2, _HEIGHT / 2, nothing, anchor="middle")
        return drawing("course", _HEIGHT, [words], title=title, summary=nothing)
    longest = max(at for at, _ in values) or 1.0
    top = max(1, most, *(amount for _, amount in values))

    def place(at: float, amount: int) -> tuple[float, float]:
        return _LEFT + (_RIGHT - _LEFT) * (at / longest), _BOTTOM - (_BOTTOM - _TOP) * (amount / top)

    parts = [*_grid(longest, top, unit, place), *(_area(each, place) for each in shown)]
    return drawing("course", _HEIGHT, parts, title=title, summary=summary)


def _can_be_drawn(at: float, amount: int) -> bool:
    return isfinite(at) and at >= 0 and amount >= 0


def _grid(
    longest: float, top: int, unit: Callable[[int], str], place: Callable[[float, int], tuple[float, float]]
) -> Iterator[Markup]:
    for amount in whole_marks(top, 3):
        _, y = place(0, amount)
        yield line(_LEFT, y, _RIGHT, y, kind="grid" if amount else "axis")
        yield text(_LEFT - 5, y + 0.35 * TEXT, unit(amount), anchor="end")
    for at in time_marks(longest):
        x, _ = place(at, 0)
        yield line(x, _BOTTOM, x, _BOTTOM + 3, kind="axis")
        yield text(x, _HEIGHT - 5, brief_time(at), anchor="middle")


def _area(growth: Growth, place: Callable[[float, int], tuple[float, float]]) -> Markup:
    """Return a line in steps, and what is below it: an amount stays until there is more."""
    x, y = place(0, 0)
    steps = [f"M{number(x)} {number(y)}"]
    for at, amount in growth.values:
        x, y = place(at, amount)
        steps.append(f"H{number(x)}V{number(y)}")
    return Markup('<path class="area {0}" d="{1}V{2}Z"/><path class="line {0}" d="{1}"/>').format(
        growth.kind, "".join(steps), number(_BOTTOM)
    )
