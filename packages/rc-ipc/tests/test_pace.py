"""When a writer may go on."""

from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import Pace
from rc_ipc._pace import Pacer

PACE = Pace(burst=100, pause=1.0)


@given(steps=st.lists(st.tuples(st.integers(1, 150), st.floats(0, 2)), max_size=50))
def test_no_burst_is_larger_than_agreed_without_a_pause_before_it(steps: list[tuple[int, float]]) -> None:
    """IPC spec R-6."""
    pacer, now, written, last = Pacer(PACE), 0.0, 0, -10.0
    for size, later in steps:
        now += later
        has_paused = now >= last + PACE.pause
        assert pacer.admits(size, now) is (has_paused or written + size <= PACE.burst)
        if pacer.admits(size, now):
            written = size if has_paused else written + size
            pacer.note(size, now)
            last = now


def test_a_frame_larger_than_a_burst_goes_out_alone() -> None:
    """IPC spec R-6: no more than a burst back to back, but every frame in one write."""
    pacer = Pacer(PACE)
    assert pacer.admits(1000, now=5.0)
    pacer.note(1000, now=5.0)
    assert not pacer.admits(1, now=5.5)
    assert pacer.admits(1, now=6.0)


def test_whoever_needs_no_pauses_is_never_held_up() -> None:
    """IPC spec R-6: configurable."""
    pacer = Pacer(Pace(pause=0))
    for _ in range(10):
        assert pacer.admits(1 << 20, now=1.0)
        pacer.note(1 << 20, now=1.0)
