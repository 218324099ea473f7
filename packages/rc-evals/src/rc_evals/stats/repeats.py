"""What several iterations of an exercise bring: at least one pass, or nothing but passes."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


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
