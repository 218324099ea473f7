"""What a suite is: named exercises, each a set of files, a prompt and perhaps a reference solution."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from rc_evals._errors import BrokenSuiteError, SuiteChangedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path, PurePosixPath

    from rc_evals.languages.model import Language

MAX_FILE: Final = 16 * 1024**2
"""Bytes of the largest file that an exercise may hold."""


_RESTORE: Final = "restore it, or start a new run"


@dataclass(slots=True)
class _Seal:
    """What a file was when it was first read."""

    digest: bytes | None = None

    def holds(self, content: bytes) -> bool:
        """Return whether this is the content; the first one is."""
        digest = hashlib.sha256(content).digest()
        self.digest = self.digest or digest
        return self.digest == digest


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as the suite holds it, and the place where a workspace shows it.

    It has one content, the first that is read. So whatever becomes of the suite meanwhile, every attempt of a run is
    given, and tested with, what the digest of its task stands for.
    """

    path: PurePosixPath
    """Relative to the workspace."""
    source: Path
    """In the suite; a regular file inside the suite's root, never a link out of it."""
    executable: bool = False
    transform: Callable[[bytes], bytes] | None = None
    """Applied to the content on its way into a workspace (removal of skip markers)."""
    _seal: _Seal = field(default_factory=_Seal, compare=False, repr=False)

    def read(self) -> bytes:
        """Return the content that a workspace gets.

        Raises:
            BrokenSuiteError: it cannot be read.
            SuiteChangedError: it could be read before, and is gone or another one now.
        """
        try:
            content = _read_regular(self.source)
        except OSError as error:
            if self._seal.digest is None:
                raise BrokenSuiteError(f"{self.source} cannot be read: {error.strerror}; {_RESTORE}") from error
            raise SuiteChangedError(f"{self.source} can no longer be read: {error.strerror}; {_RESTORE}") from error
        if not self._seal.holds(content):
            raise SuiteChangedError(f"{self.source} is not what it was when the run began; {_RESTORE}")
        return content if self.transform is None else self.transform(content)


def _read_regular(path: Path) -> bytes:
    """Read a file, but never what may have been put in its place: a link, a pipe that nobody fills, a giant."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode) or state.st_size > MAX_FILE:
            raise OSError(errno.EINVAL, "no file of a suite is in its place")
        return file.read()


@dataclass(frozen=True)
class Exercise:
    """One exercise, ready to be laid out in an empty workspace any number of times."""

    language: str
    name: str
    prompt: str
    """What the agent is told: the language's prompt of the suite."""
    files: tuple[SourceFile, ...]
    """All files of the workspace, sorted by path; neither reference nor metadata is among them."""
    shared: tuple[SourceFile, ...]
    """Language-level files; they lie beside the workspace, read-only, paths relative to its parent."""
    tests: frozenset[str]
    """Paths (of `files`) that decide the verdict: restored before testing, whatever an agent did to them."""
    reference: tuple[SourceFile, ...] | None
    """The known solution, paths relative to the workspace; None when the suite has none."""

    def __post_init__(self) -> None:
        """Refuse a name that cannot be stored and shown.

        Raises:
            BrokenSuiteError: it has control characters in it, or none that a file name in UTF-8 has.
        """
        if not self.id.isprintable():
            raise BrokenSuiteError(f"exercise {self.id!r} has an unusable name; rename its folder")

    @property
    def id(self) -> str:
        """The name that commands and reports use: `language/name`."""
        return f"{self.language}/{self.name}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that shapes the task: prompt, files, modes. Same digest, same task."""
        seal = hashlib.sha256()
        for part in (self.language, self.name, self.prompt):
            seal.update(part.encode() + b"\0")
        for file in (*self.files, *self.shared):
            content = file.read()
            seal.update(f"{file.path}\0{int(file.executable)}\0{len(content)}\0".encode())
            seal.update(content)
        return seal.hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """An exercise that a suite lists, not loaded yet."""

    language: str
    name: str
    folder: Path

    @property
    def id(self) -> str:
        """`language/name`."""
        return f"{self.language}/{self.name}"


class Suite(Protocol):
    """A source of exercises. Layouts (Roo, Exercism) implement it."""

    @property
    def name(self) -> str:
        """Short name for people."""
        ...

    @property
    def root(self) -> Path:
        """The folder it was opened from."""
        ...

    @property
    def languages(self) -> Mapping[str, Language]:
        """The languages that are known, by id."""
        ...

    def entries(self) -> Sequence[Entry]:
        """List all exercises, sorted by language and name; reads no exercise."""
        ...

    def load(self, entry: Entry) -> Exercise:
        """Read one exercise.

        Raises:
            BrokenSuiteError: no tests, no prompt, damaged `config.json`, files outside of the suite.
        """
        ...
