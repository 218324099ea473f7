"""Reads the folders of a suite with care: they come from strangers."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from rc_evals._errors import BrokenSuiteError
from rc_evals.languages.globs import Globs
from rc_evals.suites.model import MAX_FILE, SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rc_evals.languages.model import Language

MAX_FILES: Final = 5_000
"""Files that an exercise may hold."""

NEVER: Final = frozenset({".git", ".meta", ".approaches", ".articles"})
"""What holds solutions, or history with solutions, or leads to it: no workspace ever shows it."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def walk(folder: Path, root: Path, leave_out: Globs) -> Iterator[tuple[PurePosixPath, Path]]:
    """Yield the regular files below a folder, sorted: the path relative to it, and the file to read.

    What `NEVER` names, and what `leave_out` matches, is passed over. A link to a file inside the suite is followed.

    Raises:
        BrokenSuiteError: a link that leads out of `root` or to a folder, a device, a name with control characters,
            a file or a number of files beyond the bounds, an unreadable folder.
    """
    for count, (path, entry) in enumerate(_entries(folder, PurePosixPath(), leave_out)):
        if count == MAX_FILES:
            raise BrokenSuiteError(f"{folder} holds more than {MAX_FILES} files; remove build outputs from the suite")
        yield path, regular_file(Path(entry), root)


def regular_file(path: Path, root: Path) -> Path:
    """Return the file to read for a path of the suite: the path itself, or what it links to inside the suite.

    Raises:
        BrokenSuiteError: it is no regular file, is too large, or leads out of `root`.
    """
    try:
        if path.is_symlink():
            path = _inside(path, root)
        state = path.lstat()
    except (OSError, RuntimeError) as error:
        raise BrokenSuiteError(f"{path} cannot be read: {error}") from error
    if not stat.S_ISREG(state.st_mode):
        raise BrokenSuiteError(f"{path} is neither a file nor a folder; a suite holds nothing else, remove it")
    if state.st_size > MAX_FILE:
        raise BrokenSuiteError(f"{path} is larger than {MAX_FILE // 1024**2} MiB; remove it from the suite")
    return path


def read_text(path: Path, root: Path) -> str:
    """Return the text of a file of the suite.

    Raises:
        BrokenSuiteError: it is not there, not readable, not UTF-8, or leads out of `root`.
    """
    try:
        return regular_file(path, root).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BrokenSuiteError(f"{path} cannot be read: {error}") from error


def folders(parent: Path) -> list[str]:
    """Return the names of the folders in a folder, sorted; dot folders are none of a suite's business (spec 12.2)."""
    try:
        with os.scandir(parent) as entries:
            return sorted(e.name for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))
    except OSError as error:
        raise BrokenSuiteError(f"{parent} cannot be read: {error.strerror}") from error


def source_file(path: PurePosixPath, source: Path, language: Language) -> SourceFile:
    """Return the file as a workspace shows it: tests lose their skip markers (spec 12.8)."""
    markers = [marker for marker in language.skip_markers if Globs((marker.glob,)).matches(str(path))]

    def unskip(content: bytes) -> bytes:
        for marker in markers:
            content = re.sub(marker.pattern.encode(), marker.replacement.encode(), content)
        return content

    transform: Callable[[bytes], bytes] | None = unskip if markers else None
    return SourceFile(path, source, executable=bool(source.stat().st_mode & 0o111), transform=transform)


def _entries(folder: Path, path: PurePosixPath, leave_out: Globs) -> Iterator[tuple[PurePosixPath, str]]:
    try:
        with os.scandir(folder) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
    except OSError as error:
        raise BrokenSuiteError(f"{folder} cannot be read: {error.strerror}") from error
    for entry in entries:
        if _CONTROL.search(entry.name):
            raise BrokenSuiteError(f"{str(folder)!r} holds a file with the unusable name {entry.name!r}; rename it")
        below = path / entry.name
        if entry.name in NEVER or leave_out.matches(str(below)):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), below, leave_out)
        else:
            yield below, entry.path


def _inside(link: Path, root: Path) -> Path:
    target = link.resolve(strict=True)
    if link.readlink().is_absolute() or not target.is_relative_to(root.resolve()):
        raise BrokenSuiteError(f"{link} is a link that leads out of the suite; put the file in its place")
    return target
