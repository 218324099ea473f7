"""When an attempt that the platform failed is tried again. Wrong answers, time-outs and limits never are."""

from __future__ import annotations

from typing import Final

RETRIES: Final = 2
"""Attempts after the first; then the task is `infra_failed`."""

LONGEST_DELAY: Final = 1.5 * 2.0 ** (RETRIES - 1)
"""Seconds; no task has to wait longer, whatever the clock was set to meanwhile."""


def retry_delay(failures: int, *, chance: float) -> float | None:
    """Return seconds to wait before the next attempt, or None when there is none.

    Args:
        failures: attempts of the task that the platform has failed so far, this one included; at least 1.
        chance: uniformly from [0, 1); spreads attempts that failed together.
    """
    if failures > RETRIES:
        return None
    return float(2.0 ** (failures - 1) * (0.5 + chance))
