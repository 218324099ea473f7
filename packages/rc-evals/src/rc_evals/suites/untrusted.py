"""Walks a folder that hostile code wrote: follows nothing, believes nothing, and ends."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAX_FILES: Final = 20_000
"""Entries of a folder, and files in all, that are looked at."""

MAX_BYTES: Final = 256 * 1024**2
"""Content that is read at most, in sum."""

MAX_DEPTH: Final = 32
MAX_PATH: Final = 1_024
"""Folders inside folders, and bytes of a relative path."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True)
class Found:
    """A regular file, as long as the walk stands at it."""

    path: str
    """Relative, with `/`; undecodable bytes as surrogate escapes."""
    size: int
    executable: bool
    content: bytes


class Walk:
    """One walk through a folder. Iterate it once, then see what had to be left out.

    Args:
        folder: where to start; when it is gone or no folder any more, there is nothing to find.
        leave_out: paths of files and folders to pass over silently.
        largest: bytes of the largest file whose content is read; larger ones are found with empty content.
    """

    def __init__(self, folder: Path, leave_out: Callable[[str], bool], *, largest: int = MAX_BYTES) -> None:
        self.dropped = 0
        """Links, sockets, devices, unreadable things: never part of a solution."""
        self.cut = False
        """Whether a bound was reached, so that regular files were left out."""
        self._folder = folder
        self._leave_out = leave_out
        self._largest = largest
        self._files_left = MAX_FILES
        self._bytes_left = MAX_BYTES

    def __iter__(self) -> Iterator[Found]:
        """Yield the regular files, folder by folder, names sorted."""
        try:
            handle = os.open(self._folder, _FOLDER)
        except OSError:
            return
        yield from self._enter(handle, "", 0)

    def _enter(self, handle: int, path: str, depth: int) -> Iterator[Found]:
        try:
            for name in self._names(handle):
                below = f"{path}{name}"
                if name == ".git" or self._leave_out(below):
                    continue
                if len(os.fsencode(below)) > MAX_PATH:
                    self.cut = True
                    continue
                yield from self._visit(handle, name, below, depth)
        finally:
            os.close(handle)

    def _names(self, handle: int) -> list[str]:
        with os.scandir(handle) as entries:
            names = [entry.name for entry in islice(entries, MAX_FILES + 1)]
        if len(names) > MAX_FILES:
            self.cut = True
        return sorted(names)[:MAX_FILES]

    def _visit(self, parent: int, name: str, path: str, depth: int) -> Iterator[Found]:
        try:
            state = os.stat(name, dir_fd=parent, follow_symlinks=False)
            if stat.S_ISDIR(state.st_mode):
                if depth == MAX_DEPTH:
                    self.cut = True
                    return
                child = os.open(name, _FOLDER, dir_fd=parent)
            elif stat.S_ISREG(state.st_mode):
                if (found := self._read(parent, name, path, state.st_size)) is not None:
                    yield found
                return
            else:
                self.dropped += 1
                return
        except OSError:
            self.dropped += 1
            return
        yield from self._enter(child, f"{path}/", depth + 1)

    def _read(self, parent: int, name: str, path: str, size: int) -> Found | None:
        wanted = 0 if size > self._largest else size
        if self._files_left == 0 or wanted > self._bytes_left:
            self.cut = True
            return None
        handle = os.open(name, _FILE, dir_fd=parent)
        try:
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode):
                self.dropped += 1
                return None
            with os.fdopen(handle, "rb", closefd=False) as file:
                content = file.read(wanted)
        finally:
            os.close(handle)
        self._files_left -= 1
        self._bytes_left -= len(content)
        return Found(path, state.st_size, bool(state.st_mode & 0o111), content)
