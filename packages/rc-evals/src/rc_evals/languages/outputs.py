"""Reads the results folder, which code under test could write: nothing is followed, everything is bounded."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILES: Final = 50
MAX_BYTES: Final = 16 * 1024**2
"""What is read at most, in sum; a report that is larger is not read, and its tests count as not run."""


def read_outputs(folder: Path) -> dict[str, bytes]:
    """Return the reports (`*.xml`, `*.json`) that lie directly in the folder, by name.

    Links, devices, folders and unreadable files are left out, as is all beyond the bounds. Blocks on nothing.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return {}
    try:
        with os.scandir(handle) as entries:
            names = sorted(entry.name for entry in entries if entry.name.endswith((".xml", ".json")))
        outputs: dict[str, bytes] = {}
        left = MAX_BYTES
        for name in names[:MAX_FILES]:
            if (content := _read(handle, name, left)) is not None:
                outputs[name] = content
                left -= len(content)
        return outputs
    finally:
        os.close(handle)


def _read(folder: int, name: str, limit: int) -> bytes | None:
    try:
        # O_NONBLOCK: opening a FIFO that nobody writes to must not hang.
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode) or state.st_size > limit:
            return None
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(limit)
    finally:
        os.close(handle)
