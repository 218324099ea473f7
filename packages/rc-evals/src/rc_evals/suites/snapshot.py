"""Builds the folder that the verifier tests: what the agent wrote, with the tests as they were."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from rc_evals.languages.globs import Globs
from rc_evals.languages.manifest import merge
from rc_evals.suites.untrusted import Walk
from rc_evals.suites.workspace import Writer, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rc_evals.languages.model import Language
    from rc_evals.suites.model import Exercise, SourceFile
    from rc_evals.suites.untrusted import Found

MAX_NAMED: Final = 100
"""Paths that a report names per kind of change; the rest is counted in its last entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tampering:
    """What an agent did to files that are not its own, and what could not be taken over of its work."""

    modified: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    """Protected files, by path; all three are undone in the snapshot."""
    dropped: int = 0
    """Links, sockets, devices and unreadable things in the workspace."""
    cut: bool = False
    """Whether the workspace was beyond all bounds, so that a part of it is missing in the snapshot."""

    @property
    def tests_modified(self) -> tuple[str, ...]:
        """All protected files that were not as given (spec 24.6), sorted."""
        return tuple(sorted((*self.modified, *self.added, *self.deleted)))


class Protection:
    """Knows which files of an exercise an agent may neither change, add nor delete."""

    def __init__(self, exercise: Exercise, language: Language) -> None:
        self._globs = Globs(language.protected_globs)
        self._tests = exercise.tests
        self.files: dict[str, SourceFile] = {
            str(file.path): file for file in exercise.files if self.covers(str(file.path))
        }
        """The pristine ones by path."""
        self.folders = {str(parent) for path in self.files for parent in PurePosixPath(path).parents}
        """Folders of pristine files: a file of such a name would be in their way."""

    def covers(self, path: str) -> bool:
        """Return whether the path is protected, or lies below a protected path."""
        parents = (str(parent) for parent in PurePosixPath(path).parents)
        return self._globs.matches(path) or path in self._tests or not self._tests.isdisjoint(parents)


def snapshot(workspace: Path, exercise: Exercise, language: Language, into: Path) -> Tampering:
    """Copy a workspace for testing, with all protected files in their pristine state, and the shared files beside it.

    The workspace may be hostile, but nothing may be writing to it any more.

    Args:
        workspace: what the agent left; may be missing.
        exercise: gives the pristine files.
        language: tells which files are protected, and which are build outputs that are left out.
        into: the folder to make; its parent, which is there and gets the shared files, is shown to the tests as well.

    Raises:
        OSError: the copy cannot be written.
    """
    into.mkdir()
    copy = Writer(into)
    protection = Protection(exercise, language)
    walk = Walk(workspace, Globs(language.build_globs).matches)
    modified: list[str] = []
    added: list[str] = []
    merged: dict[str, bytes] = {}
    seen: set[str] = set()
    for found in walk:
        if protection.covers(found.path):
            seen.add(found.path)
            if (pristine := protection.files.get(found.path)) is None:
                added.append(found.path)
            elif (given := pristine.read()) != found.content:
                ours, complete = _merged(found, given, language)
                if ours != given:
                    merged[found.path] = ours
                if not complete:
                    modified.append(found.path)
        elif found.path in protection.folders:
            walk.dropped += 1
        else:
            copy.write(found.path, found.content, executable=found.executable)
    write(protection.files.values(), into)
    for path, content in merged.items():
        (into / path).write_bytes(content)
    write(exercise.shared, into.parent)
    return Tampering(
        modified=_named(modified),
        added=_named(added),
        deleted=_named(sorted(protection.files.keys() - seen)),
        dropped=walk.dropped,
        cut=walk.cut,
    )


def _merged(found: Found, given: bytes, language: Language) -> tuple[bytes, bool]:
    """Return what becomes of a protected file that was changed, and whether that is what the agent wanted."""
    tables = language.merged.get(found.path)
    return (given, False) if tables is None else merge(given, found.content, tables)


def _named(paths: Sequence[str]) -> tuple[str, ...]:
    readable = [os.fsencode(path).decode("utf-8", "backslashreplace") for path in paths[:MAX_NAMED]]
    return (*readable, f"and {len(paths) - MAX_NAMED} more") if len(paths) > MAX_NAMED else tuple(readable)
