"""Where the marks of an axis are."""

from __future__ import annotations

from bisect import bisect_left
from math import floor, isfinite, log10
from typing import Final

_LEAST: Final = 1e-9
"""What is below this is nothing."""

_STEPS: Final = (1, 2, 5, 10)
_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_TIMES: Final = (
    *(step * _SECOND for step in (1, 2, 5, 10, 15, 30)),
    *(step * _MINUTE for step in (1, 2, 5, 10, 15, 30)),
    *(step * _HOUR for step in (1, 2, 3, 6, 12)),
)
"""Milliseconds between marks that people find natural; below and above these, decimal ones of a unit."""


def whole_marks(most: int, count: int = 4) -> list[int]:
    """Return round whole numbers from 0 up to `most`."""
    step = max(1, round(_decimal(most / count))) if most > 0 else 1
    return list(range(0, max(0, most) + 1, step))


def time_marks(most: float, count: int = 4) -> list[float]:
    """Return natural times from 0 up to `most`, in milliseconds."""
    if not isfinite(most) or most < _LEAST:
        return [0.0]
    wanted = most / count
    if wanted <= _TIMES[0]:
        return _multiples(_decimal(wanted), most)
    if wanted > _TIMES[-1]:
        return _multiples(_DAY * max(1.0, _decimal(wanted / _DAY)), most)
    return _multiples(_TIMES[bisect_left(_TIMES, wanted)], most)


def brief_count(count: int) -> str:
    """Return a number of things as it fits beside an axis: `9,999`, `10k`."""
    return f"{count:,}" if count < 10_000 else f"{count / 1000:,.0f}k"


def brief_time(milliseconds: float) -> str:
    """Return a time in one unit: `250 ms`, `1.5 s`, `10 min`, `2 h`, `3 d`."""
    if milliseconds <= 0:
        return "0"
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (_SECOND, "s")):
        if milliseconds >= (2 * size if unit == "d" else size):
            return f"{milliseconds / size:.3g} {unit}"
    return f"{milliseconds:.3g} ms"


def _decimal(wanted: float) -> float:
    """Return the smallest of 1, 2 and 5 times a power of ten that is not below `wanted`."""
    power = 10.0 ** floor(log10(wanted))
    return next(step * power for step in _STEPS if step * power >= wanted * (1 - 1e-9) or step == _STEPS[-1])


def _multiples(step: float, most: float) -> list[float]:
    return [each * step for each in range(floor(most / step * (1 + 1e-9)) + 1)]
