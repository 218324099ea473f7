"""How many attempts fit on this machine at the same time (spec 24.3)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rc_evals.asking import MOST_AT_ONCE

CORES_EACH: Final = 2
BYTES_EACH: Final = 3 * 1024**3
"""What one attempt of a full coding agent takes; one that only calls a model takes far less."""

_CGROUP: Final = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Capacity:
    """What this process may use."""

    cores: float
    memory_bytes: int

    @property
    def attempts(self) -> int:
        """Attempts at the same time that fit; at least 1, for people may always try."""
        return max(1, min(int(self.cores / CORES_EACH), self.memory_bytes // BYTES_EACH, MOST_AT_ONCE))


def capacity() -> Capacity:
    """Measure the machine, or the container when that is smaller."""
    cores = float(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    quota, _, period = _limit("cpu.max").partition(" ")
    if quota.isdecimal() and period.isdecimal():
        cores = min(cores, int(quota) / int(period))
    allowed = _limit("memory.max")
    return Capacity(cores, min(memory, int(allowed)) if allowed.isdecimal() else memory)


def _limit(name: str) -> str:
    """Read a limit of the container; `max`, or empty where there is none."""
    try:
        return (_CGROUP / name).read_text("ascii").strip()
    except OSError:
        return ""
