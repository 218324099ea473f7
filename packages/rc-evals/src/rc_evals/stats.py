"""Statistics of verdicts (spec 24.8). Counts in, numbers out; chance is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt
from operator import itemgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

Z_95: Final = 1.959963984540054
"""Standard deviations around the mean that hold 95 % of a normal distribution."""

ROUNDS: Final = 1_000
"""Resamples behind an interval; more would change its ends by less than the next exercise does."""

_PASSED: Final = itemgetter(0)
_DECIDED: Final = itemgetter(1)


@dataclass(frozen=True, slots=True)
class PassRate:
    """Passed of decided tasks, with the 95 % interval from `low` to `high`; all three are shares of 1."""

    passed: int
    decided: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The share that passed."""
        return self.passed / self.decided


def wilson(passed: int, decided: int) -> PassRate:
    """Return the rate with its Wilson interval. Right when no two tasks are the same exercise.

    Args:
        passed: successes, at most `decided`.
        decided: trials, at least 1.
    """
    share, spread = passed / decided, Z_95**2 / decided
    middle = share + spread / 2
    reach = Z_95 * sqrt(share * (1 - share) / decided + spread / (4 * decided))
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    # Exact at the ends, where rounding would leave 1e-17 or 0.9999.
    return PassRate(passed, decided, 0.0 if passed == 0 else low, 1.0 if passed == decided else high)


def resampled(exercises: Sequence[tuple[int, int]], chance: Random) -> PassRate:
    """Return the rate over exercises that were tried several times, with an interval by resampling exercises.

    Iterations of one exercise are not independent, so they say less than as many exercises would. Where every task went
    the same way there is nothing to resample; then each exercise counts as one trial.

    Args:
        exercises: (passed, decided) of each, decided at least 1; not empty.
        chance: draws the resamples; seed it to get the same interval again.
    """
    passed, decided = (sum(column) for column in zip(*exercises, strict=True))
    if passed in (0, decided):
        alike = wilson(len(exercises) if passed else 0, len(exercises))
        return PassRate(passed, decided, alike.low, alike.high)
    shares: list[float] = []
    for _ in range(ROUNDS):
        drawn = chance.choices(exercises, k=len(exercises))
        shares.append(sum(map(_PASSED, drawn)) / sum(map(_DECIDED, drawn)))
    shares.sort()
    edge = ROUNDS // 40  # 2.5 % on either side
    return PassRate(passed, decided, shares[edge - 1], shares[-edge])


def pass_at_k(tried: int, passed: int, k: int) -> float:
    """Return the chance that at least one of `k` iterations passes, of `tried` with `passed` passes; k <= tried."""
    return 1 - comb(tried - passed, k) / comb(tried, k)


def all_of_k(tried: int, passed: int, k: int) -> float:
    """Return the chance that all of `k` iterations pass, of `tried` with `passed` passes; k <= tried."""
    return comb(passed, k) / comb(tried, k)


@dataclass(frozen=True, slots=True)
class Repeats:
    """What `k` iterations of an exercise bring, averaged over the exercises with at least `k` decided ones."""

    k: int
    exercises: int
    pass_at_k: float
    all_of_k: float


def repeats(exercises: Sequence[tuple[int, int]], most: int) -> list[Repeats]:
    """Return the figures for every k from 1 to `most` for which there is an exercise.

    Args:
        exercises: (passed, decided) of each.
        most: iterations of the run.
    """
    found: list[Repeats] = []
    for k in range(1, most + 1):
        enough = [(passed, decided) for passed, decided in exercises if decided >= k]
        if not enough:
            break
        any_ = sum(pass_at_k(decided, passed, k) for passed, decided in enough) / len(enough)
        all_ = sum(all_of_k(decided, passed, k) for passed, decided in enough) / len(enough)
        found.append(Repeats(k, len(enough), any_, all_))
    return found
