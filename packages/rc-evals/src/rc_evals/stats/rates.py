"""Pass rates and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from rc_evals.stats.quantiles import Z_95

if TYPE_CHECKING:
    from collections.abc import Sequence


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

    For every number of tasks from 10 to 500 it holds the true rate with 94 to 97 %, averaged over any ten percentage
    points of true rates. For one exact true rate it can be less, by the steps of counting: 91 to 98 % between rates of
    0.2 and 0.8, and down to 84 % for rates so extreme that less than one task would pass, or fail.

    Args:
        passed: successes, at most `decided`.
        decided: trials, at least 1.
    """
    return _scored(passed, decided, decided)


def clustered(exercises: Sequence[tuple[int, int]]) -> PassRate:
    """Return the rate over exercises that were tried several times, with an interval that knows it.

    Iterations of one exercise are not independent, so they say less than as many exercises would. The interval is
    Wilson's for the number of independent tasks that would say as much: decided tasks over the design effect
    `1 + (m - 1) c`, where m is how often an exercise was tried (weighted by itself) and c how alike its iterations are:
    the intraclass correlation, by analysis of variance.

    That correlation is hardly known where nearly all exercises went the same way. So to those that did not, one is
    added whose iterations are all alike. The interval then is rather too wide than too narrow; when all tasks went the
    same way, each exercise counts as one trial. Measured coverage: docs/decisions/0034.

    Args:
        exercises: (passed, decided) of each, decided at least 1; not empty.
    """
    passed, decided = sum(each[0] for each in exercises), sum(each[1] for each in exercises)
    informative = min(sum(won > 0 for won, _ in exercises), sum(won < tried for won, tried in exercises))
    alike = (informative * _correlation(exercises, passed / decided) + 1) / (informative + 1)
    repeated = sum(tried * tried for _, tried in exercises) / decided
    return _scored(passed, decided, decided / (1 + (repeated - 1) * alike))


def _correlation(exercises: Sequence[tuple[int, int]], rate: float) -> float:
    """Return how alike iterations of one exercise are: 0 like those of different ones, 1 always the same."""
    count, decided = len(exercises), sum(tried for _, tried in exercises)
    if count == 1 or count == decided:
        return 1.0
    between = sum((won - rate * tried) ** 2 / tried for won, tried in exercises) / (count - 1)
    within = sum(won * (tried - won) / tried for won, tried in exercises) / (decided - count)
    usual = (decided - sum(tried * tried for _, tried in exercises) / decided) / (count - 1)
    spread = between + (usual - 1) * within
    return min(max((between - within) / spread, 0.0), 1.0) if spread else 1.0


def _scored(passed: int, decided: int, size: float) -> PassRate:
    """Return the rate with the Wilson interval of a sample of `size` independent trials."""
    share, spread = passed / decided, Z_95**2 / size
    middle = share + spread / 2
    reach = Z_95 * sqrt(share * (1 - share) / size + spread / (4 * size))
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    # Exact at the ends, where rounding would leave 1e-17 or 0.9999.
    return PassRate(passed, decided, 0.0 if passed == 0 else low, 1.0 if passed == decided else high)
