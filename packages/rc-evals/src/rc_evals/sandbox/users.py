"""Who a job is, when its controller is root: a user of its own that no account, file or other job has."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Final

_QUIET: Final = range(0x6000_0000, 0x7000_0000)
"""No distribution gives these ids to accounts; systemd leaves them to containers. Source: systemd, UIDS-GIDS.md."""
_FEW: Final = 4096
"""How many ids are taken from the top, where a container has no more than it needs."""


def spare_users() -> range:
    """Return the ids that jobs may run as: empty unless we are root and can become somebody else."""
    if os.geteuid() != 0:
        return range(0)
    end = min(max(first + count for first, count in _mapped(kind)) for kind in ("uid_map", "gid_map"))
    if end >= _QUIET.stop:
        return _QUIET
    return range(end - _FEW, end) if end > 2 * _FEW else range(0)


def user_of(place: Path, users: range) -> int:
    """Return the id for the jobs of a place: the same one each time, and rarely that of another place."""
    return users[zlib.crc32(os.fsencode(place)) % len(users)]


def _mapped(kind: str) -> list[tuple[int, int]]:
    lines = Path("/proc/self", kind).read_text("utf-8").splitlines()
    return [(int(first), int(count)) for first, _, count in map(str.split, lines)]
