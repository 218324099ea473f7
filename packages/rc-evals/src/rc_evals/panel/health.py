"""Whether the machine is as it was: nothing left running or lying about, and room as before."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rc_evals.home import Home

PATIENCE: Final = 15.0
"""Seconds for a machine to recover: memory and disk are given back by and by, and others use them, too."""
MEMORY: Final = 1024**3
DISK: Final = 512 * 1024**2
"""Bytes that may be missing afterwards, as other programs go on working; an attack takes several times as much."""
INODES: Final = 50_000


@dataclass(frozen=True, slots=True)
class Health:
    """What is free."""

    memory_bytes: int
    disk_bytes: int
    inodes: int

    @staticmethod
    def of(home: Home) -> Health:
        """Look at the machine, and at the file system of the data folder."""
        disk = os.statvfs(home.root)
        # A file system without a fixed number of inodes reports none at all.
        return Health(_available(), disk.f_bavail * disk.f_frsize, disk.f_favail or INODES)

    def lost_since(self, before: Health) -> list[str]:
        """Tell what is missing in comparison, beyond what others may have taken."""
        lost = (
            ("memory", before.memory_bytes - self.memory_bytes, MEMORY),
            ("disk", before.disk_bytes - self.disk_bytes, DISK),
            ("inodes", before.inodes - self.inodes, INODES),
        )
        return [f"{missing:,} of {name}" for name, missing, allowed in lost if missing > allowed]


def ailments(home: Home, before: Health | None, marks: Iterable[str], *, patience: float = PATIENCE) -> list[str]:
    """Tell what is not as before, once there was time to recover. What still runs is killed then.

    Args:
        home: the data folder.
        before: how the machine was; None when it makes no difference.
        marks: texts that only processes of the attack have in their command lines, environments, mounts or folders.
        patience: how long to wait for recovery, seconds.
    """
    names = [os.fsencode(mark) for mark in marks]
    deadline = time.monotonic() + patience
    while left := [*_left(names), *(Health.of(home).lost_since(before) if before else ())]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    for pid in _running(names):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return left


def _left(names: list[bytes]) -> Iterator[str]:
    if number := sum(1 for _ in _running(names)):
        yield f"{number} processes that outlived it"
    mounts = _read(Path("/proc/self/mountinfo"))
    if any(name in mounts for name in names):
        yield "a mount that outlived it"


def _running(names: list[bytes]) -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            traces = b"\n".join((_folder(folder), *(_read(folder / name) for name in ("cmdline", "environ"))))
            if any(name in traces for name in names) or any(name in _read(folder / "mountinfo") for name in names):
                yield int(folder.name)


def _folder(process: Path) -> bytes:
    try:
        return os.fsencode((process / "cwd").readlink())
    except OSError:
        return b""


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended, or is somebody else's
        return b""


def _available() -> int:
    for line in _read(Path("/proc/meminfo")).splitlines():
        if line.startswith(b"MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0
