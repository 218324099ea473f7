"""Tests of token_bucket."""

import pytest

from token_bucket import TokenBucket


def test_a_new_bucket_is_full() -> None:
    bucket = TokenBucket(3, 100)
    assert bucket.available(0) == 3
    assert bucket.take(3, 0)
    assert bucket.available(0) == 0


def test_take_is_all_or_nothing() -> None:
    bucket = TokenBucket(3, 100)
    assert bucket.take(2, 0)
    assert not bucket.take(2, 0)
    assert bucket.available(0) == 1


def test_a_token_arrives_at_the_end_of_each_interval() -> None:
    bucket = TokenBucket(3, 100, now_ms=1_000)
    assert bucket.take(3, 1_000)
    assert [bucket.available(now) for now in (1_099, 1_100, 1_199, 1_200, 1_300, 9_000)] == [0, 1, 1, 2, 3, 3]


def test_a_take_does_not_disturb_the_refill_under_way() -> None:
    bucket = TokenBucket(2, 100)
    assert bucket.take(1, 0)
    assert bucket.take(1, 50)
    assert [bucket.available(now) for now in (99, 100, 199, 200)] == [0, 1, 1, 2]


def test_progress_survives_being_asked_often() -> None:
    bucket = TokenBucket(2, 100)
    assert bucket.take(2, 0)
    assert [bucket.available(now) for now in range(0, 201, 30)] == [0, 0, 0, 0, 1, 1, 1]


def test_a_full_bucket_saves_up_nothing() -> None:
    bucket = TokenBucket(2, 100)
    assert bucket.take(1, 0)
    assert bucket.take(2, 190)
    assert [bucket.available(now) for now in (200, 289, 290, 390)] == [0, 0, 1, 2]


def test_wait_tells_the_time_that_is_missing() -> None:
    bucket = TokenBucket(3, 100)
    assert bucket.wait_ms(3, 0) == 0
    assert bucket.take(3, 0)
    assert [bucket.wait_ms(count, 130) for count in (1, 2, 3)] == [0, 70, 170]
    assert bucket.take(1, 130)
    assert bucket.wait_ms(1, 130) == 70


def test_a_clock_that_jumps_backward_changes_nothing() -> None:
    bucket = TokenBucket(2, 100, now_ms=500)
    assert bucket.take(2, 400)
    assert bucket.available(599) == 0
    assert bucket.available(100) == 0
    assert bucket.wait_ms(1, 100) == 1
    assert bucket.available(600) == 1


def test_asking_for_the_waiting_time_also_tells_the_time() -> None:
    bucket = TokenBucket(2, 100)
    assert bucket.take(2, 0)
    assert bucket.wait_ms(2, 150) == 50
    assert bucket.take(1, 20)
    assert bucket.wait_ms(1, 0) == 50


@pytest.mark.parametrize(("capacity", "every"), [(0, 100), (-1, 100), (3, 0), (3, -100)])
def test_a_bucket_needs_room_and_a_rate(capacity: int, every: int) -> None:
    with pytest.raises(ValueError):
        TokenBucket(capacity, every)


@pytest.mark.parametrize("count", [0, -1, 4])
def test_an_impossible_count_is_refused(count: int) -> None:
    bucket = TokenBucket(3, 100)
    with pytest.raises(ValueError):
        bucket.take(count, 0)
    with pytest.raises(ValueError):
        bucket.wait_ms(count, 0)
    assert bucket.available(0) == 3
