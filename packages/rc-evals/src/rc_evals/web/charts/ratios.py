"""How many times as much the second of two runs took, with the intervals in which that may really lie."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from rc_evals.comparison.words import times
from rc_evals.web.charts.drawing import TEXT, WIDTH, drawing, line, number, safe, shortened, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rc_evals.stats import Interval

_ROW: Final = 22.0
_TOP, _BOTTOM = 6.0, 20.0
_LEFT, _RIGHT = 88.0, WIDTH - 60.0
_DOT: Final = 4.0
_TIMES: Final = "\N{MULTIPLICATION SIGN}"

_ENDS: Final = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 100.0, 1_000.0)
"""How many times as much, or as little, an axis may reach; what lies beyond is drawn at its end."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio and what it is of; None where it is not known."""

    label: str
    ratio: Interval | None


def ratios(rows: Sequence[Ratio], *, title: str) -> Markup:
    """Return the chart, with a row for each ratio, on an axis where twice and half are equally far from the same."""
    height = _TOP + _ROW * len(rows) + _BOTTOM
    reach = log(_end(rows))
    parts = [*_grid(height - _BOTTOM, reach), *(part for at, row in enumerate(rows) for part in _row(row, at, reach))]
    return drawing("ratios", height, parts, title=title, summary="; ".join(map(_said, rows)))


def _end(rows: Sequence[Ratio]) -> float:
    known = [row.ratio for row in rows if row.ratio]
    most = max((max(ratio.high, 1 / ratio.low if ratio.low else _ENDS[-1]) for ratio in known), default=_ENDS[0])
    return next((end for end in _ENDS if end >= most), _ENDS[-1])


def _grid(bottom: float, reach: float) -> Iterator[Markup]:
    for part in (-1.0, -0.5, 0.0, 0.5, 1.0):
        x = _across(part * reach, reach)
        yield line(x, _TOP, x, bottom, kind="grid" if part else "axis")
        yield text(x, bottom + _BOTTOM - 6, f"{_TIMES}{exp(part * reach):.2g}", anchor="middle")


def _row(row: Ratio, at: int, reach: float) -> Iterator[Markup]:
    y = _TOP + _ROW * (at + 0.5)
    base = y + 0.35 * TEXT
    yield text(0, base, shortened(row.label, _LEFT - 8), kind="label name")
    if row.ratio is None:
        yield text(WIDTH, base, "unknown", anchor="end")
        return
    low, middle, high = (_across(_log(each), reach) for each in (row.ratio.low, row.ratio.estimate, row.ratio.high))
    yield Markup("<g><title>{}</title>{}{}{}{}</g>").format(
        _said(row),
        line(low, y, high, y, kind="whisker"),
        line(low, y - 3, low, y + 3, kind="whisker"),
        line(high, y - 3, high, y + 3, kind="whisker"),
        Markup('<circle class="dot" cx="{}" cy="{}" r="{}"/>').format(number(middle), number(y), number(_DOT)),
    )
    yield text(WIDTH, base, f"{_TIMES}{row.ratio.estimate:.3g}", kind="label value", anchor="end")


def _said(row: Ratio) -> str:
    return safe(f"{row.label}: {times(row.ratio)}" if row.ratio else f"{row.label}: unknown")


def _log(ratio: float) -> float:
    return log(min(max(ratio, 1 / _ENDS[-1]), _ENDS[-1]))


def _across(value: float, reach: float) -> float:
    part = (min(max(value / reach, -1.0), 1.0) + 1) / 2
    return _LEFT + (_RIGHT - _LEFT) * part
