"""Whether an attack has left anything that runs or lies about: whatever holds memory or disk is one of these.

What is free on the whole machine says less: others take of it and give back while an attack goes on.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PATIENCE: Final = 15.0
"""Seconds for what has been killed to go: a process with gigabytes of memory takes a while."""


def leftovers(marks: Iterable[str], folder: Path, *, patience: float = PATIENCE) -> list[str]:
    """Tell what is left of an attack, once there was time for it to go. What still runs is killed then.

    Args:
        marks: texts that only its processes have in their command lines, environments, mounts or folders.
        folder: where it worked; gone by now.
        patience: how long to wait, seconds.
    """
    names = [os.fsencode(mark) for mark in marks]
    deadline = time.monotonic() + patience
    while left := list(_left(names, folder)):
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    for pid in _running(names):
        with suppress(ProcessLookupError, PermissionError):  # whoever merely names it may be somebody else's
            os.kill(pid, signal.SIGKILL)
    return left


def _left(names: list[bytes], folder: Path) -> Iterator[str]:
    if number := sum(1 for _ in _running(names)):
        yield f"{number} processes that outlived it"
    mounts = _read(Path("/proc/self/mountinfo"))
    if any(name in mounts for name in names):
        yield "a mount that outlived it"
    if folder.exists():
        yield "a folder that outlived it"


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
