"""Delays between attempts to connect."""

from hypothesis import given
from hypothesis import strategies as st
from rc_ipc._backoff import Backoff


def test_the_bounds_double_from_a_tenth_of_a_second_to_five() -> None:
    """IPC spec R-10."""
    backoff = Backoff(chance=lambda: 1.0)
    assert [backoff.next_delay() for _ in range(8)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


@given(chance=st.floats(0, 1), failures=st.integers(0, 10_000))
def test_a_delay_is_never_negative_nor_over_five_seconds(chance: float, failures: int) -> None:
    """IPC spec R-10: full jitter."""
    assert 0 <= Backoff(chance=lambda: chance, failures=failures).next_delay() <= 5


def test_only_a_connection_that_lasted_ten_seconds_clears_the_record() -> None:
    """IPC spec R-10."""
    backoff = Backoff(chance=lambda: 1.0, failures=5)
    backoff.note_ready_for(9.9)
    assert backoff.failures == 5
    backoff.note_ready_for(10)
    assert backoff.next_delay() == 0.1
