"""The folder in which a controller's attempts have their folders."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_GET_FLAGS: Final = 0x8008_6601 if sys.maxsize > 2**32 else 0x8004_6601
_SET_FLAGS: Final = 0x4008_6602 if sys.maxsize > 2**32 else 0x4004_6602
_UNRELATED: Final = 0x0002_0000
"""FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_TOPDIR_FL. Source: linux/fs.h."""


def make_scratch(folder: Path) -> None:
    """Make the folder, and let the file system spread its subfolders over the disk (attribute T of chattr(1)).

    Otherwise ext4 makes everything that lies below it in one part of the disk, and there, without a journal, passes
    over all that was removed within the last minute, one by one, for each file that it makes: most of the time that a
    short attempt takes. File systems that know no such attribute are left alone. What is wrong with the disk, an
    attempt says.
    """
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if sys.platform == "linux":
            _spread(folder)


def _spread(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        (flags,) = struct.unpack("i", fcntl.ioctl(handle, _GET_FLAGS, bytes(4)))
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("i", flags | _UNRELATED))
    finally:
        os.close(handle)
