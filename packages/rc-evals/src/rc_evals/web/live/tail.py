"""Reads what is appended to a transcript. The file may be anything: every look and every line is bounded."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_LINE: Final = 512 * 1024
"""Bytes; twice what an agent's message may have. Longer lines are left out, and counted."""

LOOK_BYTES: Final = 256 * 1024
"""Read in one look at most; the rest is for the next one."""

_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""Neither a link to elsewhere nor a pipe that nobody writes to."""


class Tail:
    """Follows one file by its path, also while it is not there yet.

    Args:
        path: of the file.
        is_new: whether all of it is news; else what is there at the first look is not.
    """

    def __init__(self, path: Path, *, is_new: bool) -> None:
        self._path = path
        self._old_bytes: int | None = 0 if is_new else None
        self._inode = 0
        self.offset = 0
        """Bytes that were read."""
        self._line = bytearray()
        self._is_cut = False
        self.left_out = 0
        """Lines that were too long."""
        self.generation = 0
        """Grows when the file begins anew: whoever adopts an attempt tells all of it again."""

    @property
    def is_history(self) -> bool:
        """Whether what was read last was there before anybody looked."""
        return self.offset <= (self._old_bytes or 0)

    def look(self) -> list[bytes]:
        """Return the lines that have been completed since the last look; no more than there are in `LOOK_BYTES`."""
        try:
            status = self._path.lstat()
        except OSError:
            self._old_bytes = self._old_bytes or 0  # what is not there yet will be new
            return []
        if not stat.S_ISREG(status.st_mode):
            return []
        if status.st_ino != self._inode or status.st_size < self.offset:
            self._begin(status.st_ino)
        if self._old_bytes is None:
            self._old_bytes = status.st_size
        return self._cut(self._read()) if status.st_size > self.offset else []

    def _begin(self, inode: int) -> None:
        if self._inode:
            self.generation += 1
        self._inode, self.offset, self._is_cut = inode, 0, False
        self._line.clear()

    def _read(self) -> bytes:
        try:
            file = os.open(self._path, _FLAGS)
        except OSError:
            return b""
        try:
            chunk = os.pread(file, self._room(), self.offset)
        except OSError:
            return b""
        finally:
            os.close(file)
        self.offset += len(chunk)
        return chunk

    def _room(self) -> int:
        """Return how much to read: no look has both, what was there before and what is new."""
        old = (self._old_bytes or 0) - self.offset
        return min(LOOK_BYTES, old) if old > 0 else LOOK_BYTES

    def _cut(self, chunk: bytes) -> list[bytes]:
        first, *others = chunk.split(b"\n")
        self._grow(first)
        lines: list[bytes] = []
        for piece in others:
            if self._is_cut:
                self.left_out += 1
            elif self._line:
                lines.append(bytes(self._line))
            self._line.clear()
            self._is_cut = False
            self._grow(piece)
        return lines

    def _grow(self, piece: bytes) -> None:
        if self._is_cut or len(self._line) + len(piece) > LONGEST_LINE:
            self._is_cut = True
            self._line.clear()
        else:
            self._line += piece
