"""Whether two runs differ by more than chance. Both tried the same exercises, so each exercise is compared with itself.

The one test is to flip: were there no difference between the runs, it would be chance which of two unlike results of an
exercise belongs to which run. The p value is the share of all such assignments that differ by at least as much as what
was seen, on either side. With one iteration this is McNemar's exact test. With several, all iterations of an exercise
are flipped together, because they are not independent.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import cos, exp, gcd, lgamma, log, pi, sin, sqrt
from typing import TYPE_CHECKING, Final

from rc_evals.stats.quantiles import Z_95

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_NOTHING: Final = 1e-18
"""A part of 1 that no sum of doubles notices."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval from `low` to `high`."""

    estimate: float
    low: float
    high: float


def mcnemar(fixed: int, broken: int) -> float:
    """Return the exact two-sided p value of McNemar's test for the pairs that went from fail to pass and back.

    The sum of the smaller tail of a fair coin, doubled; it takes as many steps as matter, so large numbers are cheap.
    """
    flips, fewer = fixed + broken, min(fixed, broken)
    if 2 * fewer >= flips - 1:  # the two tails meet: every outcome is as far from the middle
        return 1.0
    term = exp(lgamma(flips + 1) - lgamma(fewer + 1) - lgamma(flips - fewer + 1) - flips * log(2))
    tail = 0.0
    for heads in range(fewer, -1, -1):
        tail += term
        if term <= tail * _NOTHING:
            break
        term *= heads / (flips - heads + 1)
    return min(1.0, 2 * tail)


def sign_flip(differences: Iterable[int]) -> float:
    """Return the exact two-sided p value of flipping the sign of every difference.

    Args:
        differences: one whole number per exercise, by how much the second run did better; their unit is of no matter.
    """
    signed = Counter(differences)
    del signed[0]
    unit = gcd(*signed)
    sizes = Counter[int]()
    for difference, times in signed.items():
        sizes[abs(difference) // unit] += times
    if set(sizes) <= {1}:
        return mcnemar(signed[unit], signed[-unit])
    return _flipped(sizes, abs(sum(difference * times for difference, times in signed.items())) // unit)


def _flipped(sizes: Mapping[int, int], seen: int) -> float:
    """Return the chance that differences with random signs, `sizes[size]` of each, sum up to `seen` or more, or less.

    The sum is distributed over whole numbers, so its distribution is a finite Fourier sum of its characteristic
    function, a product of cosines; summing over all that is nearer than `seen` leaves one sine quotient per frequency.
    """
    if not seen:
        return 1.0
    points = sum(size * times for size, times in sizes.items()) + 1
    nearer = float(seen - 1)
    for index in range(1, points // 2 + 1):
        half = pi * index / points
        weight = 1.0
        for size, times in sizes.items():
            weight *= cos(half * size) ** times
            if abs(weight) < _NOTHING:
                break
        else:
            mirrored = 1 if 2 * index == points else 2
            nearer += mirrored * weight * sin((seen - 1) * half) / sin(half)
    return min(max(1 - nearer / points, 0.0), 1.0)


def rate_difference(differences: Sequence[float]) -> Interval:
    """Return by how much the share of passes differs, with the interval of Bonett and Price (2012).

    Two exercises are added, one fixed and one broken; that makes the usual interval hold for few exercises too, and
    finite where none differs.

    Args:
        differences: share of passes in the second run less that in the first, per exercise; not empty.
    """
    count = len(differences) + 2
    mean = sum(differences) / count
    variance = (sum(difference * difference for difference in differences) + 2) / count - mean * mean
    reach = Z_95 * sqrt(variance / count)
    estimate = sum(differences) / len(differences)
    return Interval(estimate, max(mean - reach, -1.0), min(mean + reach, 1.0))


def holm(values: Sequence[float]) -> list[float]:
    """Return p values made comparable after several comparisons (Holm 1979): the more there are, the larger each."""
    adjusted = [1.0] * len(values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - rank) * values[index]))
        adjusted[index] = largest
    return adjusted
