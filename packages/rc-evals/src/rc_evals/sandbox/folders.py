"""Walks through folders that hostile code writes: never through a link, never without a bound."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from rc_evals._errors import SandboxStartError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

DEEPEST: Final = 128
"""Folders below this depth are not entered. A walk holds one open descriptor per level."""

_BLOCK: Final = 512
"""Unit of st_blocks on every system that we run on."""
_ENTRY: Final = 4096
"""The least that an entry is charged with, so that empty files are not free of charge."""
_OPEN_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class UnwalkableError(Exception):
    """A folder is too deep, or may not be read."""


def require_folders(place: Path, names: Iterable[str]) -> None:
    """Check that each name is a real folder directly in `place`.

    Raises:
        SandboxStartError: a name has a path in it, or is a link, a file, or missing.
    """
    for name in names:
        if name in {"", ".", ".."} or "/" in name:
            raise SandboxStartError(f"{name!r} is not the name of a folder in {place}; give a single name")
        try:
            mode = (place / name).lstat().st_mode
        except OSError as error:
            raise SandboxStartError(f"folder {place / name} cannot be shown to a job: {error.strerror}") from error
        if not stat.S_ISDIR(mode):
            raise SandboxStartError(f"{place / name} is not a folder; a job can only be shown real folders")


def used_bytes(folders: Iterable[Path], *, enough: int) -> int:
    """Return what folders take on disk; stops counting at the first value above `enough`.

    Raises:
        UnwalkableError: it cannot be measured, which no honest program causes.
    """
    total = 0
    linked: set[tuple[int, int]] = set()
    for folder in folders:
        for _, _, found in _entries(folder):
            if found.st_nlink > 1 and not stat.S_ISDIR(found.st_mode):
                if (found.st_dev, found.st_ino) in linked:
                    continue
                linked.add((found.st_dev, found.st_ino))
            total += max(found.st_blocks * _BLOCK, _ENTRY)
            if total > enough:
                return total
    return total


def give(folder: Path, owner: int) -> None:
    """Make `owner` the owner of a folder and of all that is in it. Links are given, not followed.

    Raises:
        SandboxStartError: it cannot be done.
    """
    try:
        os.chown(folder, owner, owner, follow_symlinks=False)
        for handle, name, found in _entries(folder):
            if found.st_uid != owner:
                os.chown(name, owner, owner, dir_fd=handle, follow_symlinks=False)
    except (OSError, UnwalkableError) as error:
        raise SandboxStartError(f"{folder} cannot be given to the user of its job: {error}") from error


def _entries(folder: Path) -> Iterator[tuple[int, str, os.stat_result]]:
    """Walk a tree: descriptor of the folder, name in it, what it is. What vanishes meanwhile is left out."""
    try:
        top = os.open(folder, _OPEN_FOLDER)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UnwalkableError(f"{folder}: {error.strerror}") from error
    try:
        yield from _below(top, depth=1)
    finally:
        os.close(top)


def _below(folder: int, *, depth: int) -> Iterator[tuple[int, str, os.stat_result]]:
    if depth > DEEPEST:
        raise UnwalkableError(f"folders are nested more than {DEEPEST} deep")
    with os.scandir(folder) as listed:
        for entry in listed:
            try:
                found = entry.stat(follow_symlinks=False)
                inner = os.open(entry.name, _OPEN_FOLDER, dir_fd=folder) if stat.S_ISDIR(found.st_mode) else None
            except FileNotFoundError:
                continue
            except OSError as error:
                raise UnwalkableError(f"{entry.name}: {error.strerror}") from error
            yield folder, entry.name, found
            if inner is not None:
                try:
                    yield from _below(inner, depth=depth + 1)
                finally:
                    os.close(inner)
