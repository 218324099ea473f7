"""Reads the layout of the Roo evals repository (spec 12): `LANGUAGE/NAME`, `prompts/LANGUAGE.md`, no solutions."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from rc_evals import paths
from rc_evals._errors import BrokenSuiteError
from rc_evals.languages.globs import Globs
from rc_evals.languages.registry import language_named
from rc_evals.suites.files import folders, read_text, regular_file, source_file, walk
from rc_evals.suites.model import Entry, Exercise, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rc_evals.languages.model import Language
    from rc_evals.suites.reference import ReferencePack

INSTRUCTIONS: Final = "docs/instructions.md"
"""Every exercise has it (spec 12.4)."""


@dataclass(frozen=True)
class RooSuite:
    """A folder in this layout. Languages that nobody described in a language file are left out."""

    name: str
    root: Path
    languages: Mapping[str, Language]
    pack: ReferencePack | None = None
    """Where solutions come from."""

    @staticmethod
    def recognises(root: Path) -> bool:
        """Return whether the folder has this layout."""
        return paths.is_folder(root / "prompts") or any(
            paths.is_file(root / language / name / INSTRUCTIONS)
            for language in folders(root)
            for name in folders(root / language)
        )

    def entries(self) -> Sequence[Entry]:
        """List all exercises of known languages, sorted by language and name; reads no exercise."""
        return [
            Entry(language, name, self.root / language / name)
            for language in folders(self.root)
            if language in self.languages
            for name in folders(self.root / language)
            if not Globs(self.languages[language].build_globs).matches(name)
        ]

    def load(self, entry: Entry) -> Exercise:
        """Read one exercise.

        Raises:
            BrokenSuiteError: no instructions, no tests, an empty prompt, files outside of the suite.
        """
        language = language_named(entry.language, self.languages)
        files = tuple(self._files(entry.folder, language))
        tests = Globs(language.test_globs)
        exercise = Exercise(
            language=entry.language,
            name=entry.name,
            prompt=self._prompt(language),
            files=files,
            shared=self._shared(language),
            tests=frozenset(filter(tests.matches, (str(file.path) for file in files))),
            reference=self.pack.reference(entry.language, entry.name) if self.pack else None,
        )
        if PurePosixPath(INSTRUCTIONS) not in {file.path for file in files}:
            raise BrokenSuiteError(f"{entry.folder} has no {INSTRUCTIONS}; write what is to be done into it")
        if not exercise.tests:
            raise BrokenSuiteError(
                f"{entry.folder} has no tests: no file is called {' or '.join(language.test_globs)}; add one"
            )
        return exercise

    def _files(self, folder: Path, language: Language) -> Iterator[SourceFile]:
        for path, source in walk(folder, self.root, Globs(language.build_globs)):
            yield source_file(path, source, language)

    @cached_property
    def _known_shared(self) -> dict[str, tuple[SourceFile, ...]]:
        return {}

    def _shared(self, language: Language) -> tuple[SourceFile, ...]:
        """Return the files of the language's folder itself, such as the Python project file; looks there once."""
        if language.id not in self._known_shared:
            with os.scandir(self.root / language.id) as entries:
                names = sorted(e.name for e in entries if not e.name.startswith(".") and not e.is_dir())
            paths = (self.root / language.id / name for name in names)
            self._known_shared[language.id] = tuple(
                source_file(PurePosixPath(path.name), regular_file(path, self.root), language) for path in paths
            )
        return self._known_shared[language.id]

    def _prompt(self, language: Language) -> str:
        """The suite's own words, else those of the language file."""
        path = self.root / "prompts" / f"{language.id}.md"
        if not path.exists():
            return language.prompt
        prompt = read_text(path, self.root)
        if not prompt.strip():
            raise BrokenSuiteError(f"{path} is empty; write what an agent is told, or remove the file")
        return prompt
