"""Tests of free_slots."""

import pytest

from free_slots import free_slots

DAY = (480, 1020)


def test_an_empty_calendar_is_one_gap() -> None:
    assert free_slots([], DAY, 30) == [(480, 1020)]


def test_gaps_lie_before_between_and_after_the_meetings() -> None:
    assert free_slots([(540, 600), (720, 780)], DAY, 30) == [(480, 540), (600, 720), (780, 1020)]


def test_order_does_not_matter_and_the_list_is_left_alone() -> None:
    busy = [(720, 780), (540, 600)]
    assert free_slots(busy, DAY, 30) == [(480, 540), (600, 720), (780, 1020)]
    assert busy == [(720, 780), (540, 600)]


def test_a_meeting_inside_another_frees_nothing() -> None:
    assert free_slots([(500, 900), (520, 560), (600, 640)], DAY, 30) == [(900, 1020)]


def test_overlapping_and_touching_meetings_are_one_block() -> None:
    assert free_slots([(480, 600), (590, 660), (660, 700)], DAY, 1) == [(700, 1020)]


@pytest.mark.parametrize(
    ("busy", "gaps"),
    [
        ([(300, 500)], [(500, 1020)]),
        ([(1000, 1300)], [(480, 1000)]),
        ([(100, 200), (1100, 1200)], [(480, 1020)]),
        ([(0, 1440)], []),
        ([(1100, 1200), (1020, 1060)], [(480, 1020)]),
    ],
)
def test_nothing_outside_the_day_is_offered(busy: list[tuple[int, int]], gaps: list[tuple[int, int]]) -> None:
    assert free_slots(busy, DAY, 15) == gaps


def test_a_gap_of_exactly_the_needed_length_is_enough() -> None:
    busy = [(480, 500), (530, 600), (629, 1020)]
    assert free_slots(busy, DAY, 30) == [(500, 530)]


def test_a_meeting_without_length_does_not_split_a_gap() -> None:
    assert free_slots([(600, 600), (700, 760)], DAY, 200) == [(480, 700), (760, 1020)]


def test_an_iterable_that_can_be_read_once_is_enough() -> None:
    assert free_slots(iter([(900, 1020), (480, 840)]), DAY, 60) == [(840, 900)]


@pytest.mark.parametrize(
    ("busy", "day", "needed"),
    [([(600, 599)], DAY, 30), ([(50, 40)], DAY, 30), ([], (1020, 480), 30), ([], DAY, 0), ([], DAY, -5)],
)
def test_impossible_questions_are_refused(busy: list[tuple[int, int]], day: tuple[int, int], needed: int) -> None:
    with pytest.raises(ValueError):
        free_slots(busy, day, needed)
