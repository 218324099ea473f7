"""Tests of expiring_cache."""

import pytest

from expiring_cache import ExpiringCache


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_stored_value_comes_back(clock: Clock) -> None:
    cache = ExpiringCache(2, 10, clock)
    cache.put("a", 1)
    assert cache.get("a") == 1
    assert cache.get("b") is None
    assert cache.get("b", "nothing") == "nothing"


def test_none_is_a_value_like_any_other(clock: Clock) -> None:
    cache = ExpiringCache(2, 10, clock)
    cache.put("a", None)
    assert cache.get("a", "nothing") is None
    assert "a" in cache


def test_an_entry_is_dead_from_exactly_its_last_moment_on(clock: Clock) -> None:
    cache = ExpiringCache(2, 10, clock)
    cache.put("a", 1)
    clock.now = 9.75
    assert cache.get("a") == 1
    clock.now = 10
    assert (cache.get("a"), "a" in cache, len(cache), cache.keys()) == (None, False, 0, [])


def test_an_entry_can_have_a_life_of_its_own(clock: Clock) -> None:
    cache = ExpiringCache(3, 10, clock)
    cache.put("short", 1, ttl=2)
    cache.put("long", 2, ttl=30)
    cache.put("usual", 3)
    clock.now = 2
    assert cache.keys() == ["long", "usual"]
    clock.now = 29
    assert cache.keys() == ["long"]


def test_being_used_does_not_lengthen_a_life(clock: Clock) -> None:
    cache = ExpiringCache(2, 10, clock)
    cache.put("a", 1)
    clock.now = 8
    assert cache.get("a") == 1
    clock.now = 11
    assert cache.get("a") is None


def test_storing_again_starts_a_new_life_and_pushes_nothing_out(clock: Clock) -> None:
    cache = ExpiringCache(2, 10, clock)
    cache.put("a", 1)
    cache.put("b", 2)
    clock.now = 8
    cache.put("a", 3)
    assert (cache.keys(), cache.evicted) == (["b", "a"], 0)
    clock.now = 12
    assert cache.get("a") == 3


def test_the_least_recently_used_entry_goes_first(clock: Clock) -> None:
    cache = ExpiringCache(2, 10, clock)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert (cache.keys(), cache.evicted) == (["a", "c"], 1)


def test_looking_without_reading_is_not_a_use(clock: Clock) -> None:
    cache = ExpiringCache(2, 10, clock)
    cache.put("a", 1)
    cache.put("b", 2)
    assert "a" in cache
    assert cache.keys() == ["a", "b"]
    assert len(cache) == 2
    cache.put("c", 3)
    assert cache.keys() == ["b", "c"]


def test_dead_entries_make_room_before_live_ones(clock: Clock) -> None:
    cache = ExpiringCache(3, 10, clock)
    cache.put("oldest", 1)
    cache.put("brief", 2, ttl=1)
    cache.put("newest", 3)
    clock.now = 5
    cache.put("more", 4)
    assert (cache.keys(), cache.evicted) == (["oldest", "newest", "more"], 0)


def test_a_dead_key_that_is_stored_again_is_new(clock: Clock) -> None:
    cache = ExpiringCache(2, 10, clock)
    cache.put("a", 1, ttl=1)
    cache.put("b", 2)
    clock.now = 3
    cache.put("a", 3)
    assert (cache.keys(), cache.evicted) == (["b", "a"], 0)


@pytest.mark.parametrize(("capacity", "ttl"), [(0, 10), (-2, 10), (2, 0), (2, -1)])
def test_a_cache_needs_room_and_time(clock: Clock, capacity: int, ttl: float) -> None:
    with pytest.raises(ValueError):
        ExpiringCache(capacity, ttl, clock)


@pytest.mark.parametrize("ttl", [0, -3])
def test_a_refused_life_changes_nothing(clock: Clock, ttl: float) -> None:
    cache = ExpiringCache(1, 10, clock)
    cache.put("a", 1)
    with pytest.raises(ValueError):
        cache.put("b", 2, ttl=ttl)
    assert (cache.keys(), cache.evicted) == (["a"], 0)
