"""Folders for temporary files that go with their process, also when that one is killed."""

from __future__ import annotations

import fcntl
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rc_evals.threads import remove

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def passing_folder(prefix: str, parent: Path | None = None) -> Generator[Path]:
    """Have a folder of one's own within the block; what killed processes left of theirs is removed first.

    Whoever has a folder holds a lock on it, which the kernel takes from the dead.

    Args:
        prefix: of its name; nothing else beside it begins so.
        parent: where it is; None for where temporary files are.

    Raises:
        OSError: there is no room for temporary files.
    """
    place = parent or Path(tempfile.gettempdir())
    for left in place.glob(f"{prefix}*"):
        _remove_unless_held(left)
    folder, handle = _make(place, prefix)
    try:
        yield folder
    finally:
        remove(folder)
        os.close(handle)


def _make(place: Path, prefix: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if folder.exists():
            return folder, handle
        os.close(handle)  # somebody has taken it for a dead one's before it was locked


def _remove_unless_held(folder: Path) -> None:
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if os.fstat(handle).st_uid == os.geteuid():
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(folder)
        finally:
            os.close(handle)
