"""The disk under the data folder: whether there is room to go on, and whether it is to blame for what went wrong."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rc_evals._errors import DiskError, InfrastructureError
from rc_evals.formats import size

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

RESERVE_BYTES: Final = 32 * 1024**2
"""Has to be free: for what a run that is being stopped still writes, and for the database to be read afterwards."""

RESERVE_FILES: Final = 1_000
"""Files that there has to be room for, on disks that hold a fixed number of them."""

FAULTS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""What a disk says that is full, read-only or broken."""


def free_bytes(folder: Path) -> int:
    """Return how much may still be written to the disk of a folder, made yet or not.

    Raises:
        OSError: the disk does not answer.
    """
    disk = _look_at(folder)
    return disk.f_bavail * disk.f_frsize


def shortage(folder: Path) -> str:
    """Return what is wrong with the disk of a folder, made yet or not, and what to do; empty for nothing."""
    try:
        disk = _look_at(folder)
    except OSError as error:
        return f"its disk does not answer ({error.strerror}); mend it"
    free = disk.f_bavail * disk.f_frsize
    if disk.f_flag & os.ST_RDONLY:
        return "its disk can only be read; make it writable"
    if disk.f_blocks and free < RESERVE_BYTES:  # file systems of programs may say nothing of their size: all is 0
        return f"its disk has only {size(free)} left, {size(RESERVE_BYTES)} have to be; free space"
    if disk.f_files and disk.f_favail < RESERVE_FILES:  # some file systems make room for files as they go, and say 0
        return f"its disk has room for only {disk.f_favail} more files, {RESERVE_FILES} have to be; remove some"
    return ""


def check(folder: Path) -> None:
    """Look at the disk of a folder in which a run keeps something.

    Raises:
        DiskError: the run had better stop.
    """
    if wrong := shortage(folder):
        raise DiskError(f"{folder}: {wrong}, then resume the run")


@contextmanager
def blamed(folder: Path) -> Generator[None]:
    """Tell the faults of the disk from all others that the platform has within the block.

    Args:
        folder: where the block writes.

    Raises:
        DiskError: in the place of an OSError or InfrastructureError, if the disk is at the bottom of it.
    """
    try:
        yield
    except DiskError:
        raise
    except (OSError, InfrastructureError) as error:
        for each in _causes(error):
            if isinstance(each, OSError) and each.errno in FAULTS:
                place = each.filename or folder
                raise DiskError(f"{place}: {each.strerror}; mend that, then resume the run") from error
        check(folder)  # some tools only say in their own words what went wrong
        raise


def _look_at(folder: Path) -> os.statvfs_result:
    try:
        return os.statvfs(folder)
    except FileNotFoundError:
        return _look_at(folder.parent)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
