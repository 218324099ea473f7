"""Comparing runs: tests by flipping are checked against trying every flip."""

from itertools import product
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.stats import holm, mcnemar, paired_amounts, rate_difference, sign_flip

few = st.lists(st.integers(-6, 6), max_size=9)
many = st.lists(st.integers(-6, 6), max_size=60)


def by_trying(differences: list[int]) -> float:
    seen = abs(sum(differences))
    sums = [
        abs(sum(sign * each for sign, each in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return sum(each >= seen for each in sums) / len(sums)


def test_the_p_value_of_mcnemar_is_that_of_the_specification() -> None:
    """Spec 24.8: 12 against 4."""
    assert round(mcnemar(12, 4), 3) == 0.077


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemar_doubles_the_tail_of_a_fair_coin(fixed: int, broken: int) -> None:
    flips = fixed + broken
    tail = sum(comb(flips, heads) for heads in range(min(fixed, broken) + 1))
    assert isclose(mcnemar(fixed, broken), min(1.0, 2 * tail / 2**flips), rel_tol=1e-12)


@pytest.mark.parametrize(("fixed", "broken"), [(100_000, 0), (0, 3_000), (60_000, 40_000)])
def test_what_no_chance_explains_has_a_p_value_of_nothing(fixed: int, broken: int) -> None:
    assert 0 <= mcnemar(fixed, broken) < 1e-300


def test_large_numbers_have_the_p_value_of_the_normal_distribution() -> None:
    """100,000 flips, 600 off the middle: 3.79 standard deviations with the correction for steps, so 1.5 in 10,000."""
    assert mcnemar(50_600, 49_400) == pytest.approx(0.0001497, rel=1e-3)


@given(few)
def test_flipping_signs_gives_what_trying_all_of_them_gives(differences: list[int]) -> None:
    assert isclose(sign_flip(differences), by_trying(differences), abs_tol=1e-9)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(1, 9))
def test_with_one_iteration_it_is_mcnemar(fixed: int, broken: int, same: int, unit: int) -> None:
    assert sign_flip([unit] * fixed + [-unit] * broken + [0] * same) == mcnemar(fixed, broken)


@given(many)
def test_which_run_comes_first_does_not_matter(differences: list[int]) -> None:
    p = sign_flip(differences)
    assert 0 <= p <= 1
    assert isclose(p, sign_flip([-each for each in differences]), abs_tol=1e-9)
    there, back = rate_difference([*differences, 0]), rate_difference([*(-each for each in differences), 0])
    assert isclose(there.estimate, -back.estimate, abs_tol=1e-12)


@given(many, st.integers(2, 10))
def test_neither_order_nor_unit_of_the_differences_matters(differences: list[int], unit: int) -> None:
    scaled = [unit * each for each in sorted(differences)]
    assert isclose(sign_flip(differences), sign_flip(scaled), abs_tol=1e-9)


@given(st.integers(0, 500))
def test_runs_that_do_not_differ_do_so_by_chance(exercises: int) -> None:
    assert sign_flip([0] * exercises) == 1.0


@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.2, 1.0]), min_size=1, max_size=200))
def test_the_interval_of_a_difference_is_one(differences: list[float]) -> None:
    found = rate_difference(differences)
    assert -1 <= found.low < found.high <= 1
    assert -1 <= found.estimate <= 1


def test_the_interval_of_a_difference_is_that_of_its_authors() -> None:
    """Adding one to either kind of disagreement: (12 + 1 - 4 - 1) / 102, and its standard error."""
    found = rate_difference([1] * 12 + [-1] * 4 + [0] * 84)
    p, q = 13 / 102, 5 / 102
    reach = 1.959964 * ((p + q - (p - q) ** 2) / 102) ** 0.5
    assert (found.estimate, found.low, found.high) == pytest.approx((0.08, p - q - reach, p - q + reach))


def test_several_comparisons_make_each_less_sure() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_the_order_of_comparisons_stays(values: list[float]) -> None:
    adjusted = holm(values)
    assert all(p <= more <= 1 for p, more in zip(values, adjusted, strict=True))
    assert sorted(range(len(values)), key=values.__getitem__) == sorted(
        range(len(values)), key=lambda index: (adjusted[index], values[index])
    )


amounts = st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), min_size=1, max_size=40)


@given(amounts)
def test_amounts_of_swapped_runs_are_swapped(pairs: list[tuple[int, int]]) -> None:
    there, back = paired_amounts(pairs), paired_amounts([(second, first) for first, second in pairs])
    assert there is not None
    assert back is not None
    assert (there.first, there.second) == (back.second, back.first)
    assert isclose(there.mean_difference, -back.mean_difference)
    assert isclose(there.median_difference, -back.median_difference)
    assert (there.ratio is None) == (back.ratio is None)
    if there.ratio and back.ratio:
        assert isclose(there.ratio.estimate * back.ratio.estimate, 1)
        assert there.ratio.low <= there.ratio.estimate <= there.ratio.high


def test_equal_amounts_have_a_ratio_of_one() -> None:
    found = paired_amounts([(3, 3), (70, 70), (900, 900)])
    assert found is not None
    assert found.ratio is not None
    assert (found.ratio.low, found.ratio.estimate, found.ratio.high) == (1.0, 1.0, 1.0)


def test_what_cost_nothing_has_no_ratio_but_counts_in_the_sums() -> None:
    found = paired_amounts([(0, 5), (5, 0), (4, 2), (4, 2)])
    assert found is not None
    assert (found.first, found.second, found.median_difference, found.ratio) == (13, 9, -2, None)
    assert paired_amounts([]) is None
