"""The verdict on two runs as people say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rc_evals.stats import Interval

MOST_RUNS: Final = 8
"""That can be looked at beside each other."""

LIKELY_CHANCE: Final = 0.05
"""From this p value on, a difference is one that could be chance."""


def verdict(*, exercises: int, fixed: int, broken: int, p_value: float) -> str:
    """Return for example `12 fixed, 4 broken: p = 0.08, could be chance`."""
    if not exercises:
        return "no exercise is decided in both runs, so there is nothing to compare"
    if not fixed and not broken:
        return f"no difference in {exercises:,} {'exercise' if exercises == 1 else 'exercises'}"
    chance = "could be chance" if p_value >= LIKELY_CHANCE else "hardly chance"
    return f"{fixed:,} fixed, {broken:,} broken: {probability(p_value)}, {chance}"


def probability(p_value: float) -> str:
    """Return a p value with as many digits as it takes not to round it to a limit that matters: 0, 0.05 or 1."""
    if p_value >= 1:
        return "p = 1"
    if p_value < 0.001:
        return "p < 0.001"
    digits = 2 if 0.01 <= p_value < 0.995 and round(p_value, 2) != LIKELY_CHANCE else 3
    if round(p_value, digits) in {LIKELY_CHANCE, 1.0}:
        digits = 4
    return f"p = {p_value:.{digits}f}"


def points(difference: Interval) -> str:
    """Return a difference of rates, for example `+4.1 points (-0.5 to +8.6)`."""
    estimate, low, high = (f"{100 * part:+.1f}" for part in (difference.estimate, difference.low, difference.high))
    return f"{estimate} points ({low} to {high})"


def times(ratio: Interval) -> str:
    """Return a ratio, for example `0.82 times (0.74 to 0.91)`."""
    return f"{ratio.estimate:.3g} times ({ratio.low:.3g} to {ratio.high:.3g})"
