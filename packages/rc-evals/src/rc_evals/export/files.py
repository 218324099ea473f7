"""Puts what is exported into a file: all of it or none, and what was there before stays until then."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rc_evals._errors import DiskError, UsageError
from rc_evals.disk import FAULTS

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import BinaryIO


@contextmanager
def whole_file(path: Path) -> Generator[BinaryIO]:
    """Open a file that gets its name, and takes the place of another one, when the block has ended well.

    What is no plain file, such as a pipe or a device, is written as it is.

    Raises:
        UsageError: nothing can be written there.
        DiskError: the disk is full or broken.
    """
    target = path.resolve()
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as out:
                yield out
        else:
            with _renamed_at_last(target) as out:
                yield out
    except OSError as error:
        if error.errno in FAULTS:
            raise DiskError(
                f"{path}: {error.strerror}; nothing was written, free space or name another file"
            ) from error
        raise UsageError(f"{path} cannot be written: {error.strerror}; name another file") from error


@contextmanager
def _renamed_at_last(target: Path) -> Generator[BinaryIO]:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)  # as any other program would make it; that of mkstemp is for its owner only
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
