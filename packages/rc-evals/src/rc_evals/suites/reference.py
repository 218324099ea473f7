"""Where the known solutions of a suite come from when the suite itself holds none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rc_evals._errors import UsageError
from rc_evals.languages.globs import Globs
from rc_evals.suites.exercism import ExercismSuite
from rc_evals.suites.files import source_file, walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rc_evals.languages.model import Language
    from rc_evals.suites.model import SourceFile


class ReferencePack(Protocol):
    """Solutions by exercise."""

    def reference(self, language: str, name: str) -> tuple[SourceFile, ...] | None:
        """Return the files of a solution, paths relative to the workspace, or None when the pack has none.

        Raises:
            BrokenSuiteError: the pack is damaged at this place.
        """
        ...


@dataclass(frozen=True, slots=True)
class MirrorPack:
    """A folder that mirrors a suite: `LANGUAGE/NAME/` and below it the files of the solution."""

    root: Path
    languages: Mapping[str, Language]

    def reference(self, language: str, name: str) -> tuple[SourceFile, ...] | None:
        """Return all files of the exercise's folder."""
        folder = self.root / language / name
        if not folder.is_dir():
            return None
        known = self.languages[language]
        files = walk(folder, self.root, Globs(known.build_globs))
        return tuple(source_file(path, source, known) for path, source in files) or None


def open_pack(root: Path, languages: Mapping[str, Language]) -> ReferencePack:
    """Return the pack in a folder: a mirror of the suite, or a tree in Exercism's layout with its solutions.

    Raises:
        UsageError: there is no such folder.
    """
    if not root.is_dir():
        raise UsageError(
            f"reference folder {root} is not there; name a folder with LANGUAGE/NAME/FILES, or no reference"
        )
    if ExercismSuite.recognises(root):
        return ExercismSuite(root.name, root, languages)
    return MirrorPack(root, languages)
