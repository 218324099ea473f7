"""Lays an exercise out as the folder that an agent works in: a git repository with the exercise as its one commit."""

from __future__ import annotations

import os
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final

from rc_evals.suites.repository import FOLDERS, Tracked, repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from rc_evals.suites.model import Exercise, SourceFile

GIT: Final = ".git"

ROOM: Final = 16 * 1024**2
"""Bytes of repositories that are kept for the next attempt at the same exercise."""

_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


def lay_out(exercise: Exercise, parent: Path) -> Path:
    """Write a fresh workspace and return it: `parent/NAME`, with the shared files beside it in `parent`.

    Its `.git` is for the agent alone. Nothing of the platform reads it afterwards, or runs git there.

    Raises:
        FileExistsError: the workspace is there already.
        OSError: it cannot be written.
    """
    parent.mkdir(parents=True, exist_ok=True)
    workspace = parent / exercise.name
    workspace.mkdir()
    write(exercise.files, workspace)
    write(exercise.shared, parent)
    history = Writer(workspace / GIT)
    for name in FOLDERS:
        history.make_folder(name)
    for path, content in _repositories.of(exercise).items():
        history.write(path, content)
    return workspace


def write(files: Iterable[SourceFile], folder: Path) -> None:
    """Write files of a suite below a folder, over what is there.

    The folder must be ours: links in it would be followed. So a solution is written into a fresh workspace only.
    """
    writer = Writer(folder)
    for file in files:
        writer.write(str(file.path), file.read(), executable=file.executable)


class Writer:
    """Writes files below a folder of ours: everybody may read them, whatever our umask is."""

    def __init__(self, folder: Path) -> None:
        self._root = str(folder)
        self._made: set[str] = set()

    def write(self, path: str, content: bytes, *, executable: bool = False) -> None:
        """Write a file, with the folders that it is in.

        Raises:
            OSError: it cannot be written.
        """
        self.make_folder(path.rpartition("/")[0])
        handle = os.open(f"{self._root}/{path}", _CREATE, 0o600)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(handle, left) :]
            os.fchmod(handle, 0o755 if executable else 0o644)
        finally:
            os.close(handle)

    def make_folder(self, path: str) -> None:
        """Make a folder, with those that it is in; one that is there is fine."""
        if path in self._made:
            return
        folder = f"{self._root}/{path}"
        try:
            os.mkdir(folder)  # noqa: PTH102 - a hot path, as is all here
        except FileExistsError:
            pass
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        self._made.add(path)


class _Repositories:
    """The repositories of the exercises that were laid out last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Mapping[str, bytes]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def of(self, exercise: Exercise) -> Mapping[str, bytes]:
        """Return the files of the `.git` folder of an exercise."""
        with self._lock:
            if kept := self._kept.get(exercise.digest):
                self._kept.move_to_end(exercise.digest)
                return kept
        made = repository(Tracked(str(file.path), file.read(), file.executable) for file in exercise.files)
        with self._lock:
            if exercise.digest not in self._kept:
                self._kept[exercise.digest] = made
                self._size += _size(made)
            while self._size > ROOM:
                self._size -= _size(self._kept.popitem(last=False)[1])
        return made


def _size(files: Mapping[str, bytes]) -> int:
    return sum(map(len, files.values()))


_repositories: Final = _Repositories()
