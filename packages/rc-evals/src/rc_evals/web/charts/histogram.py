"""How something is spread: bars of equal width, one per bucket."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from rc_evals.formats import counted
from rc_evals.web.charts.drawing import TEXT, WIDTH, drawing, line, number, text
from rc_evals.web.charts.scale import brief_count, whole_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_HEIGHT: Final = 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 38.0, WIDTH - 12.0, 10.0, _HEIGHT - 20.0
_LABELS: Final = 5
"""Spaces between the labels below the bars, at least, where there are as many bars."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many lie from `low` to below `high`."""

    low: float
    high: float
    count: int


def histogram(buckets: Sequence[Bucket], *, title: str, unit: Callable[[float], str], noun: str = "task") -> Markup:
    """Return the chart.

    Args:
        buckets: side by side, in order; they may differ in breadth (logarithmic ones do).
        title: what is spread.
        unit: writes the edge of a bucket.
        noun: what is counted.
    """
    shown = [each for each in buckets if isfinite(each.low) and isfinite(each.high) and each.count >= 0]
    most = max((each.count for each in shown), default=0)
    if not most:
        nothing = text(WIDTH / 2, _HEIGHT / 2, "nothing to show yet", anchor="middle")
        return drawing("histogram", _HEIGHT, [nothing], title=title, summary="nothing to show yet")
    peak = max(shown, key=lambda each: each.count)
    said = f"{counted(sum(each.count for each in shown), noun)}; most of them, {peak.count:,}, {_range(peak, unit)}"
    parts = [*_grid(most), *_bars(shown, most, unit, noun), *_edges(shown, unit)]
    return drawing("histogram", _HEIGHT, parts, title=title, summary=said)


def _grid(most: int) -> Iterator[Markup]:
    for count in whole_marks(most, 3):
        y = _height(count, most)
        yield line(_LEFT, y, _RIGHT, y, kind="axis" if count == 0 else "grid")
        yield text(_LEFT - 5, y + 0.35 * TEXT, brief_count(count), anchor="end")


def _bars(shown: Sequence[Bucket], most: int, unit: Callable[[float], str], noun: str) -> Iterator[Markup]:
    breadth = (_RIGHT - _LEFT) / len(shown)
    gap = min(2.0, 0.2 * breadth)
    for at, each in enumerate(shown):
        if each.count:
            top = min(_height(each.count, most), _BOTTOM - 1)  # one among thousands is still seen
            said = f"{_range(each, unit)}: {counted(each.count, noun)}"
            place = (_LEFT + at * breadth + gap / 2, top, breadth - gap, _BOTTOM - top)
            bar = Markup('<rect class="bar" x="%s" y="%s" width="%s" height="%s"><title>%s</title></rect>')
            yield bar % (*map(number, place), said)


def _edges(shown: Sequence[Bucket], unit: Callable[[float], str]) -> Iterator[Markup]:
    edges = [shown[0].low, *(each.high for each in shown)]
    every = max(1, -(-len(shown) // _LABELS))
    breadth = (_RIGHT - _LEFT) / len(shown)
    for at in range(0, len(edges), every):
        x = _LEFT + at * breadth
        anchor = "end" if at == len(edges) - 1 else "middle"
        yield line(x, _BOTTOM, x, _BOTTOM + 3, kind="axis")
        yield text(x if anchor == "middle" else WIDTH, _HEIGHT - 5, unit(edges[at]), anchor=anchor)


def _range(each: Bucket, unit: Callable[[float], str]) -> str:
    return f"{unit(each.low)} to {unit(each.high)}"


def _height(count: int, most: int) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * (count / most)
