"""How long to wait before the next attempt to connect. No I/O; chance is passed in. Source: IPC spec R-10."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_DELAY: Final = 0.1
"""Seconds, upper bound of the first delay. Source: R-10."""

LONGEST_DELAY: Final = 5.0
"""Seconds, upper bound of every delay. Source: R-10."""

SETTLED_AFTER: Final = 10.0
"""Seconds that a connection has to be ready before its loss starts the delays anew. Source: R-10."""


@dataclass(slots=True)
class Backoff:
    """Doubling upper bounds with full jitter, so that many clients of one host do not come back at once."""

    chance: Callable[[], float] = random.random
    """Returns a number from 0 to 1."""
    failures: int = 0

    def next_delay(self) -> float:
        """Return the seconds to wait after one more failure."""
        bound = min(FIRST_DELAY * 2.0 ** min(self.failures, 16), LONGEST_DELAY)
        self.failures += 1
        return bound * self.chance()

    def note_ready_for(self, seconds: float) -> None:
        """Forget earlier failures if the connection that just ended had been ready long enough."""
        if seconds >= SETTLED_AFTER:
            self.failures = 0
