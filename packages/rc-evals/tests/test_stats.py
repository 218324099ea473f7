"""Statistics: the figures of the specification, and laws that hold for any counts."""

from math import isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.stats import PassRate, all_of_k, pass_at_k, repeats, resampled, wilson

counts = st.integers(1, 5_000).flatmap(lambda decided: st.tuples(st.integers(0, decided), st.just(decided)))


@pytest.mark.parametrize(("passed", "decided", "low", "high"), [(156, 195, 73.8, 85.0), (20, 25, 60.9, 91.1)])
def test_the_wilson_interval_is_that_of_the_specification(passed: int, decided: int, low: float, high: float) -> None:
    """Spec 24.8."""
    rate = wilson(passed, decided)
    assert (round(100 * rate.rate, 1), round(100 * rate.low, 1), round(100 * rate.high, 1)) == (80.0, low, high)


@given(counts)
def test_the_rate_lies_in_its_interval_and_the_interval_between_nothing_and_everything(count: tuple[int, int]) -> None:
    rate = wilson(*count)
    assert 0 <= rate.low <= rate.rate <= rate.high <= 1
    assert rate.low < rate.high


@given(counts)
def test_failures_are_to_passes_as_passes_are_to_failures(count: tuple[int, int]) -> None:
    passed, decided = count
    rate, mirrored = wilson(passed, decided), wilson(decided - passed, decided)
    assert isclose(rate.low, 1 - mirrored.high, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("tried", "passed", "k", "expected"),
    [(10, 3, 1, 0.3), (10, 3, 5, 0.9167), (5, 1, 2, 0.4), (7, 0, 3, 0.0), (4, 3, 2, 1.0)],
)
def test_pass_at_k_is_that_of_the_specification(tried: int, passed: int, k: int, expected: float) -> None:
    """Spec 24.8; the last is its case of fewer failures than k."""
    assert round(pass_at_k(tried, passed, k), 4) == expected


def test_all_of_k_is_that_of_the_specification() -> None:
    """Spec 24.8."""
    assert round(all_of_k(10, 3, 2), 4) == 0.0667


@given(st.integers(1, 100).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_one_of_k_is_no_harder_than_one_and_all_of_k_no_easier(case: tuple[int, int, int]) -> None:
    tried, passed, k = case
    single = passed / tried
    assert all_of_k(tried, passed, k) <= single + 1e-12
    assert single <= pass_at_k(tried, passed, k) + 1e-12


def test_repeats_count_only_exercises_with_enough_decided_iterations() -> None:
    found = repeats([(3, 3), (1, 3), (1, 1), (0, 0)], most=4)
    assert [(each.k, each.exercises) for each in found] == [(1, 3), (2, 2), (3, 2)]
    assert isclose(found[0].pass_at_k, (1 + 1 / 3 + 1) / 3)
    assert (found[2].pass_at_k, found[2].all_of_k) == (1.0, 0.5)


def test_iterations_of_an_exercise_say_less_than_as_many_exercises() -> None:
    """Spec 24.8, several iterations: exercises that always pass or always fail are each one observation."""
    alike = resampled([(5, 5)] * 10 + [(0, 5)] * 10, Random(1))
    apart = wilson(50, 100)
    assert (alike.passed, alike.decided) == (50, 100)
    assert alike.high - alike.low > 1.5 * (apart.high - apart.low)


def test_a_resampled_interval_is_the_same_again() -> None:
    exercises = [(1, 3), (2, 3), (3, 3), (0, 3)]
    assert resampled(exercises, Random(0)) == resampled(exercises, Random(0))


@pytest.mark.parametrize("passed", [0, 3])
def test_where_all_went_the_same_way_each_exercise_counts_once(passed: int) -> None:
    alike = wilson(4 if passed else 0, 4)
    assert resampled([(passed, 3)] * 4, Random(0)) == PassRate(4 * passed, 12, alike.low, alike.high)


@given(st.lists(counts, min_size=1, max_size=12), st.integers(0, 9))
def test_a_resampled_interval_is_one(exercises: list[tuple[int, int]], seed: int) -> None:
    rate = resampled(exercises, Random(seed))
    assert 0 <= rate.low <= rate.high <= 1
