"""Reads what attempts left, piece by piece: an agent has written it, and may be writing it still.

A log can be 64 MB long while its attempt goes on. So nothing reads a whole file, and whatever stands in the place of
one (a link, a pipe, a folder) counts as not there.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, Literal

from rc_evals import artifacts

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

Name = Literal["agent.log", "tests.log", "transcript.jsonl", "diff.patch"]
"""The files that an attempt may leave (see `artifacts`)."""

NAMES: Final[tuple[Name, ...]] = artifacts.FILES

_UNFINISHED: Final = re.compile(
    rb"(?:\x1b\[?[0-9;:]{0,64}|[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z"
)
"""The beginning of a character or of a colour: its rest is still to come."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An open file of an attempt."""

    folder: Path
    """Of the attempt."""
    file: BinaryIO
    size: int
    """Bytes, when it was opened."""
    changed: int
    """When it was last written, in nanoseconds."""

    def read(self, offset: int, count: int) -> bytes:
        """Return up to `count` bytes from `offset` on, none of what came after the file was opened."""
        return os.pread(self.file.fileno(), max(0, min(count, self.size - offset)), offset)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text that may be too long to be shown at once."""

    text: str
    start: int
    """Byte of the file at which it begins."""
    end: int
    """Byte after it: where the next window begins."""
    size: int
    """Bytes of the whole file."""


@contextmanager
def opened(folder: Path, name: Name) -> Generator[Kept | None]:
    """Open what an attempt left under a name; None when it left nothing, or no regular file.

    Args:
        folder: of the attempt (`artifacts.attempt_folder`).
        name: of the file.
    """
    file = artifacts.open_kept(folder, name)
    if file is None:
        yield None
        return
    with file:
        state = os.fstat(file.fileno())
        yield Kept(folder, file, state.st_size, state.st_mtime_ns)


def sizes(folder: Path) -> dict[Name, int]:
    """Return which files an attempt left, with their sizes in bytes."""
    found: dict[Name, int] = {}
    for name in NAMES:
        with opened(folder, name) as kept:
            if kept is not None:
                found[name] = kept.size
    return found


def window(kept: Kept, offset: int, count: int, *, ended: bool) -> Window:
    """Return a part of a text file, up to the end of a line where there is one.

    Args:
        kept: the file.
        offset: byte to begin with; a negative one counts from the end, and the window begins with a whole line.
        count: bytes at most.
        ended: whether nothing more will be written; else a character that is not whole yet waits for the next window.
    """
    start = min(offset, kept.size) if offset >= 0 else max(0, kept.size + offset)
    data = kept.read(start, count)
    if offset < 0 < start and b"\n" in data[:-1]:
        skipped = data.index(b"\n") + 1
        start, data = start + skipped, data[skipped:]
    is_last = start + len(data) >= kept.size
    if not is_last and b"\n" in data:
        data = data[: data.rindex(b"\n") + 1]
    elif not (is_last and ended):
        data = _UNFINISHED.sub(b"", data)
    return Window(data.decode("utf-8", "replace"), start, start + len(data), kept.size)
