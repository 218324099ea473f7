"""Reads the layout of Exercism's tracks, which the Aider polyglot benchmark shares.

An exercise is `LANGUAGE/exercises/practice/NAME`, or `exercises/practice/NAME` in the folder of a single track. Its
`.meta/config.json` names the files of the stub, the tests and the solution; `.docs` holds the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from rc_evals import paths
from rc_evals._errors import BrokenSuiteError
from rc_evals.languages.globs import Globs
from rc_evals.languages.registry import language_named
from rc_evals.suites.files import folders, regular_file, source_file, walk
from rc_evals.suites.model import Entry, Exercise, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rc_evals.languages.model import Language
    from rc_evals.suites.exercism_config import ExerciseFiles

PRACTICE: Final = PurePosixPath("exercises/practice")

_GENERIC: Final = frozenset({"example", "exemplar", "proof.ci"})
"""Names of solutions that say nothing; such a file takes the name of the stub with the same suffix."""

_MANIFEST: Final = ("Cargo-example.toml", "Cargo.toml")
"""In `.meta`: the manifest that a Rust solution needs when the one of the stub does not do (spec 12.8)."""


@dataclass(frozen=True)
class ExercismSuite:
    """A folder in this layout. Languages that nobody described in a language file are left out."""

    name: str
    root: Path
    languages: Mapping[str, Language]

    @staticmethod
    def recognises(root: Path) -> bool:
        """Return whether the folder has this layout."""
        return any(paths.is_folder(parent / PRACTICE) for parent in (root, *(root / name for name in folders(root))))

    @cached_property
    def tracks(self) -> Mapping[str, Path]:
        """The folder of exercises per language, whether the language is known or not.

        Raises:
            BrokenSuiteError: a single track does not tell its language.
        """
        if (self.root / PRACTICE).is_dir():
            return {self._language_of_track(): self.root / PRACTICE}
        found = {name: self.root / name / PRACTICE for name in folders(self.root)}
        return {name: path for name, path in found.items() if path.is_dir()}

    def entries(self) -> Sequence[Entry]:
        """List all exercises of known languages, sorted by language and name; reads no exercise."""
        return [
            Entry(language, name, track / name)
            for language, track in self.tracks.items()
            if language in self.languages
            for name in folders(track)
        ]

    def load(self, entry: Entry) -> Exercise:
        """Read one exercise.

        Raises:
            BrokenSuiteError: no instructions, no tests, damaged `config.json`, files outside of the suite.
        """
        language = language_named(entry.language, self.languages)
        config = _config(entry.folder, self.root)
        globs = Globs(language.test_globs)
        files = tuple(self._files(entry, language))
        paths = {str(file.path) for file in files}
        for path in (*config.solution, *config.test, *config.editor):
            if path not in paths:
                raise BrokenSuiteError(
                    f"{entry.folder}/.meta/config.json names {path}, which is not there; "
                    "add the file or take it off the list"
                )
        if "docs/instructions.md" not in paths:
            raise BrokenSuiteError(f"{entry.folder} has no .docs/instructions.md; write what is to be done into it")
        return Exercise(
            language=entry.language,
            name=entry.name,
            prompt=language.prompt,
            files=files,
            shared=(),
            tests=frozenset(config.test) | frozenset(filter(globs.matches, paths)),
            reference=reference_of(entry.folder, self.root, language),
        )

    def reference(self, language: str, name: str) -> tuple[SourceFile, ...] | None:
        """Return the solution of an exercise, for a suite in another layout that has none of its own.

        Raises:
            BrokenSuiteError: damaged `config.json`, or it names a file that is not there.
        """
        track = self.tracks.get(language)
        if track is None or not (track / name).is_dir():
            return None
        return reference_of(track / name, self.root, language_named(language, self.languages))

    def _files(self, entry: Entry, language: Language) -> Iterator[SourceFile]:
        found: dict[PurePosixPath, Path] = {}
        for path, source in walk(entry.folder, self.root, Globs(language.build_globs)):
            # Agents that pass over hidden files must see the text as well.
            shown = PurePosixPath("docs", *path.parts[1:]) if path.parts[0] == ".docs" else path
            found[shown] = source
        for path in sorted(found):
            yield source_file(path, found[path], language)

    def _language_of_track(self) -> str:
        """The track's own word for it, else the name of its folder."""
        config = self.root / "config.json"
        if config.is_file():
            from rc_evals.suites.exercism_config import language_of_track  # late, as below

            return language_of_track(config, self.root)
        if self.root.name in self.languages:
            return self.root.name
        raise BrokenSuiteError(
            f"{self.root} is a single track, but neither a config.json with a slug nor the folder's name tells its "
            f"language; rename the folder to one of {', '.join(self.languages)}"
        )


def reference_of(folder: Path, root: Path, language: Language) -> tuple[SourceFile, ...] | None:
    """Return the solution that an exercise brings in `.meta`, with the paths that it has in a workspace.

    Raises:
        BrokenSuiteError: damaged `config.json`, or it names a file that is not there.
    """
    config = _config(folder, root)
    examples = config.example or config.exemplar
    if not examples:
        return None
    targets = _targets(examples, config.solution)
    manifest, name = _MANIFEST
    if (folder / ".meta" / manifest).is_file():
        targets[f".meta/{manifest}"] = name
    try:
        files = {target: regular_file(folder / example, root) for example, target in targets.items()}
    except BrokenSuiteError as error:
        raise BrokenSuiteError(
            f"{folder}/.meta/config.json names a solution that cannot be used: {error}; "
            "add the file or take it off the list"
        ) from error
    return tuple(source_file(PurePosixPath(target), files[target], language) for target in sorted(files))


def _targets(examples: Sequence[str], solution: Sequence[str]) -> dict[str, str]:
    """Map each file of the solution to its place in a workspace.

    A file with a stub's name replaces this stub; `example.rs` and its like replace the stub with their suffix; what
    is left are further files that a solution brings, and they lie beside the first stub.
    """
    stubs = [PurePosixPath(path) for path in solution]
    targets: dict[str, str] = {}
    for example in map(PurePosixPath, examples):
        generic = example.name.removesuffix(example.suffix) in _GENERIC
        same = [stub for stub in stubs if stub.name == example.name or (generic and stub.suffix == example.suffix)]
        beside = (stubs[0].parent if stubs else PurePosixPath()) / example.name
        target = next((stub for stub in same if str(stub) not in targets.values()), beside)
        targets[str(example)] = str(target)
    return targets


def _config(folder: Path, root: Path) -> ExerciseFiles:
    from rc_evals.suites.exercism_config import files_of  # late: only suites in this layout have to pay for pydantic

    return files_of(folder, root)
