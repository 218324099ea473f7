"""Unpacks an archive of a run that came from elsewhere. Where a file goes, the run says, never the archive."""

from __future__ import annotations

import shutil
import stat
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, NoReturn, cast
from zipfile import BadZipFile, ZipFile

from rc_evals._errors import BrokenExportError
from rc_evals.artifacts import FILES, MAX_BYTES, attempt_path
from rc_evals.disk import RESERVE_BYTES
from rc_evals.export.archive import ARTIFACTS, DOCUMENT
from rc_evals.formats import size

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from zipfile import ZipInfo

    from rc_evals.export.shapes import TaskPart

LARGEST_FILE: Final = MAX_BYTES + 1024
"""Bytes of an artifact: as much as is kept of one, and the line that says what was cut out of it."""

MOST_FILES: Final = 500_000
"""In an archive: four for each of 125,000 attempts. Their list takes 300 MB."""

_ENTRY: Final = b"PK\x01\x02"
"""Begins every entry of the list of files (APPNOTE.TXT of the format, 4.3.12)."""

_LONGEST_LIST: Final = 512 * MOST_FILES
"""Bytes of that list; paths of ours take a fifth of it."""

_ENCRYPTED: Final = 1
_FAULTS: Final = (BadZipFile, zlib.error, EOFError, NotImplementedError)
"""What damaged archives, and those of other kinds, come to."""


class _Bounded:
    """An archive whose list of files is counted before objects are made of it.

    What its end says of their number need not be so; but the list is read at once, and nothing else in pieces as large.
    """

    def __init__(self, source: BinaryIO, name: str) -> None:
        self._source, self._name = source, name
        self.seek, self.tell, self.seekable = source.seek, source.tell, source.seekable

    def read(self, size: int = -1, /) -> bytes:
        if size > _LONGEST_LIST:
            self._refuse()
        data = self._source.read(size)
        if data.count(_ENTRY) > MOST_FILES:
            self._refuse()
        return data

    def _refuse(self) -> NoReturn:
        raise BrokenExportError(f"{self._name}: has more than {MOST_FILES:,} files; unpack it and import its document")


class Unpacking:
    """An archive, while its document is read. Get one from `unpacking`."""

    def __init__(self, archive: ZipFile, name: str, folder: Path) -> None:
        self._archive, self._name, self._folder = archive, name, folder
        self._members: dict[str, ZipInfo] = {}

    def check(self, *, room: int) -> None:
        """Look at the list of files before any is read; nothing in them can be larger than it says."""
        for member in self._archive.infolist():
            if member.filename in self._members:
                self._refuse(f"{member.filename[:200]!r} occurs twice")
            if stat.S_ISLNK(member.external_attr >> 16):
                self._refuse(f"{member.filename[:200]!r} is a link")
            if member.flag_bits & _ENCRYPTED:
                self._refuse("is encrypted; unpack it and import its document")
            if member.filename != DOCUMENT and member.file_size > LARGEST_FILE:
                self._refuse(f"{member.filename[:200]!r} is larger than {size(LARGEST_FILE)}, the most that is kept")
            self._members[member.filename] = member
        if DOCUMENT not in self._members:
            self._refuse(f"has no {DOCUMENT}; `rc-evals export RUN --format zip` makes an archive that can be imported")
        needed = sum(member.file_size for member in self._members.values())
        if needed > room - RESERVE_BYTES:
            self._refuse(f"comes to {size(needed)} unpacked, the disk has {size(room)} left; free space")

    @contextmanager
    def document(self) -> Generator[BinaryIO]:
        """Open the document; when the block has ended well, every other file belonged to an attempt in it."""
        with self._archive.open(self._members.pop(DOCUMENT)) as document:
            yield cast("BinaryIO", document)
        for name in self._members:
            self._refuse(f"{name[:200]!r} belongs to no attempt of the run; take it out")

    def unpack(self, task: TaskPart) -> None:
        """Write what the attempts at a task left to where they keep it."""
        for number in range(1, len(task.attempts) + 1):
            place = attempt_path(task.language, task.exercise, task.iteration, number)
            for file in FILES:
                if member := self._members.pop(f"{ARTIFACTS}/{place}/{file}", None):
                    target = self._folder / place / file
                    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    with self._archive.open(member) as source, target.open("wb") as out:
                        shutil.copyfileobj(source, out)

    def _refuse(self, wrong: str) -> NoReturn:
        raise BrokenExportError(f"{self._name}: {wrong}")


@contextmanager
def unpacking(source: BinaryIO, name: str, folder: Path, *, room: int) -> Generator[Unpacking]:
    """Open an archive that came from elsewhere.

    Args:
        source: the archive.
        name: of it, for messages.
        folder: made, when there is something to put into it.
        room: bytes that it may come to.

    Raises:
        BrokenExportError: it is damaged, not one of ours, or too large.
    """
    try:
        with ZipFile(_Bounded(source, name)) as archive:
            unpacked = Unpacking(archive, name, folder)
            unpacked.check(room=room)
            yield unpacked
    except _FAULTS as error:
        raise BrokenExportError(f"{name} is damaged, or no archive of ours ({error}); export the run again") from error
