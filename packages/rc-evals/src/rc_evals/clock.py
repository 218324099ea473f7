"""The two clocks: that of what is stored, and that of what is only shown while it goes on."""

import time


def now_ms() -> int:
    """Return milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def ticks_ms() -> int:
    """Return milliseconds of a clock that nobody sets; where it began is its own affair."""
    return time.monotonic_ns() // 1_000_000
