"""Rates beside each other, each with the interval in which it may really lie: dots and whiskers on one axis."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from rc_evals.formats import share
from rc_evals.web.charts.drawing import TEXT, WIDTH, drawing, line, number, safe, shortened, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ROW: Final = 22.0
_TOP, _BOTTOM = 6.0, 20.0
_LEFT, _RIGHT = 88.0, WIDTH - 60.0
_DOT: Final = 4.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate; all three are shares of 1, and None (or not a number) where nothing was counted."""

    label: str
    rate: float | None
    low: float | None
    high: float | None
    note: str
    """What the rate stands on, for example `156 of 195`."""


def intervals(rows: Sequence[Interval], *, title: str) -> Markup:
    """Return the chart, with a row for each rate."""
    height = _TOP + _ROW * len(rows) + _BOTTOM
    parts = [*_grid(height - _BOTTOM), *(part for at, row in enumerate(rows) for part in _row(row, _middle(at)))]
    return drawing("intervals", height, parts, title=title, summary="; ".join(map(_said, rows)) or "no rates yet")


def _grid(bottom: float) -> Iterator[Markup]:
    for quarter in range(5):
        x = _across(quarter / 4)
        yield line(x, _TOP, x, bottom, kind="grid" if quarter else "axis")
        yield text(x, bottom + _BOTTOM - 6, f"{25 * quarter} %", anchor="middle")


def _row(row: Interval, y: float) -> Iterator[Markup]:
    base = y + 0.35 * TEXT
    yield text(0, base, shortened(row.label, _LEFT - 8), kind="label name")
    found = _shares(row)
    if found is None:
        yield text(WIDTH, base, "none yet", anchor="end")
        return
    rate, low, high = found
    yield Markup("<g><title>{}</title>{}{}{}{}</g>").format(
        _said(row),
        line(_across(low), y, _across(high), y, kind="whisker"),
        line(_across(low), y - 3, _across(low), y + 3, kind="whisker"),
        line(_across(high), y - 3, _across(high), y + 3, kind="whisker"),
        Markup('<circle class="dot" cx="{}" cy="{}" r="{}"/>').format(*map(number, (_across(rate), y, _DOT))),
    )
    yield text(WIDTH, base, share(rate), kind="label value", anchor="end")


def _shares(row: Interval) -> tuple[float, float, float] | None:
    """Return rate, low and high, each from 0 to 1; None where there is no rate."""
    if row.rate is None or row.low is None or row.high is None:
        return None
    found = (row.rate, row.low, row.high)
    if any(map(isnan, found)):
        return None
    rate, low, high = (min(1.0, max(0.0, value)) for value in found)
    return rate, low, high


def _said(row: Interval) -> str:
    found = _shares(row)
    if found is None:
        return safe(f"{row.label}: none yet")
    rate, low, high = map(share, found)
    return safe(f"{row.label}: {rate} ({row.note}), probably between {low} and {high}")


def _middle(at: int) -> float:
    return _TOP + _ROW * (at + 0.5)


def _across(part: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * part
