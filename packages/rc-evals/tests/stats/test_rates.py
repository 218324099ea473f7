"""Pass rates: the figures of the specification, and laws that hold for any counts."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.stats import PassRate, all_of_k, clustered, pass_at_k, repeats, wilson

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


def test_iterations_that_are_all_alike_say_as_much_as_one() -> None:
    """Spec 24.8, several iterations: exercises that always pass or always fail are each one observation."""
    alike, single = clustered([(5, 5)] * 10 + [(0, 5)] * 10), wilson(10, 20)
    assert (alike.passed, alike.decided) == (50, 100)
    assert (alike.low, alike.high) == (single.low, single.high)


def test_iterations_that_are_not_alike_say_more_than_one_and_less_than_as_many_exercises() -> None:
    some = clustered([(4, 5), (1, 5), (5, 5), (2, 5)] * 5)
    least, most = wilson(12, 20), wilson(60, 100)
    assert most.high - most.low < some.high - some.low < least.high - least.low


@pytest.mark.parametrize("passed", [0, 3])
def test_where_all_went_the_same_way_each_exercise_counts_once(passed: int) -> None:
    alike = wilson(4 if passed else 0, 4)
    assert clustered([(passed, 3)] * 4) == PassRate(4 * passed, 12, alike.low, alike.high)


@given(counts)
def test_exercises_that_were_each_tried_once_have_the_wilson_interval(count: tuple[int, int]) -> None:
    passed, decided = count
    assert clustered([(1, 1)] * passed + [(0, 1)] * (decided - passed)) == wilson(passed, decided)


@given(st.lists(counts, min_size=1, max_size=12))
def test_a_clustered_interval_holds_the_rate_in_whatever_order_the_exercises_come(
    exercises: list[tuple[int, int]],
) -> None:
    rate = clustered(exercises)
    assert 0 <= rate.low <= rate.rate <= rate.high <= 1
    shuffled = clustered(sorted(exercises))
    assert isclose(rate.low, shuffled.low, abs_tol=1e-9)
    assert isclose(rate.high, shuffled.high, abs_tol=1e-9)
