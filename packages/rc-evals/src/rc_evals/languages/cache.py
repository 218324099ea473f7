"""Things that are installed once and then shared by all runs: the test dependencies of the languages."""

from __future__ import annotations

import hashlib
import shutil
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rc_evals._errors import ToolchainError
from rc_evals.languages import waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache folder. Several processes may use it at once; it may be deleted when no run is active."""

    root: Path
    installing: bool = True
    """Without it nothing is made: `folder` only tells where things would be."""

    def folder(self, name: str, inputs: Iterable[bytes], install: Callable[[Path], None]) -> Path:
        """Return a folder that `install` has filled, now or at any time before.

        Args:
            name: how the folder's name starts.
            inputs: everything that decides what is installed; other inputs are another folder.
            install: fills the given folder, which is empty. It runs in one process at a time, at the final place,
                because what is installed may hold absolute paths.

        Raises:
            ToolchainError: the cache cannot be written; whatever `install` raises, and then nothing is kept.
        """
        seal = hashlib.sha256(b"\0".join(inputs)).hexdigest()[:16]
        folder = self.root / f"{name}-{seal}"
        done = self.root / f"{name}-{seal}.done"
        if done.exists() or not self.installing:
            return folder
        try:
            with self._lock(f"{name}-{seal}.lock"):
                if not done.exists():
                    _fill(folder, install)
                    done.touch()
        except OSError as error:
            raise ToolchainError(f"cache folder {self.root} cannot be written: {error.strerror}") from error
        return folder

    @contextmanager
    def _lock(self, name: str) -> Generator[None]:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.root / name).open("w") as file:
            waiting.lock(file)
            yield


def _fill(folder: Path, install: Callable[[Path], None]) -> None:
    # What is here was left by a process that died before it was done.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        install(folder)
        _open_to_readers(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _open_to_readers(folder: Path) -> None:
    """Let the unprivileged user of a sandbox read everything, whatever our umask is."""
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode) or stat.S_ISREG(mode):
            path.chmod(stat.S_IMODE(mode) | 0o444 | (0o111 if mode & 0o100 else 0))
