"""Money and time of the same exercises in two runs."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from operator import mul, sub
from statistics import median
from typing import TYPE_CHECKING, Final

from rc_evals.stats.paired import Interval
from rc_evals.stats.quantiles import student_95

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEWEST: Final = 3
"""Exercises from which a spread can be told."""


@dataclass(frozen=True, slots=True)
class PairedAmounts:
    """What the same exercises took in two runs. Amounts keep the unit they came in.

    Attributes:
        exercises: those whose amount is known in both runs; everything here is over them.
        first: their sum in the first run.
        second: their sum in the second run.
        mean_difference: of an exercise, second less first.
        median_difference: likewise.
        ratio: of an exercise, second to first, typically: the geometric mean over those that took more than nothing in
            both, with a t interval of the logarithms; None for fewer than three.
    """

    exercises: int
    first: int
    second: int
    mean_difference: float
    median_difference: float
    ratio: Interval | None


def paired_amounts(pairs: Sequence[tuple[int, int]]) -> PairedAmounts | None:
    """Compare (first, second) of each exercise; None when there is none."""
    if not pairs:
        return None
    firsts, seconds = zip(*pairs, strict=True)  # sums over columns are several times as quick as over rows
    differences = list(map(sub, seconds, firsts))
    positive = pairs if min(min(firsts), min(seconds)) > 0 else [pair for pair in pairs if min(pair) > 0]
    return PairedAmounts(
        exercises=len(pairs),
        first=sum(firsts),
        second=sum(seconds),
        mean_difference=sum(differences) / len(pairs),
        median_difference=median(differences),
        ratio=_ratio([log(second / first) for first, second in positive]),
    )


def _ratio(logarithms: Sequence[float]) -> Interval | None:
    count = len(logarithms)
    if count < _FEWEST:
        return None
    mean = sum(logarithms) / count
    deviations = [each - mean for each in logarithms]
    variance = sum(map(mul, deviations, deviations)) / (count - 1)
    reach = student_95(count - 1) * sqrt(variance / count)
    return Interval(exp(mean), exp(mean - reach), exp(mean + reach))
