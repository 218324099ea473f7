"""What an attack on the tests does to one exercise: texts per language, from data files."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from rc_evals.languages.commands import tests_of
from rc_evals.languages.globs import Globs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.languages.model import Language
    from rc_evals.suites.model import Exercise, SourceFile

_PACKAGE: Final = re.compile(rb"(?m)^package\s+([\w.]+)")
_PLACEHOLDER: Final = re.compile(r"<(test|stem|package|packageline)>")


@dataclass(slots=True)
class Tampering:
    """What the program `tampering` is told."""

    remove: list[str] = field(default_factory=list[str])
    write: dict[str, str] = field(default_factory=dict[str, str])
    insert: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """Path, expression after whose first match to insert (at the end where there is none), text."""

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


_ANY_LANGUAGE: Final = frozenset({"edit-tests", "delete-tests"})
"""Attacks that need no texts of their own."""


def is_known(language: str, attack: str) -> bool:
    """Return whether it has been said how to carry out an attack on the tests of a language."""
    return attack in _ANY_LANGUAGE or attack in _texts(language)


def tampering_with(exercise: Exercise, language: Language, attack: str) -> Tampering | None:
    """Return what an attack does to an exercise; None when nobody has said so for the language."""
    tests = tests_of(language, exercise)
    known = _texts(language.id)
    if attack == "delete-tests":
        return Tampering(remove=tests)
    if attack not in known:
        return Tampering(write=dict.fromkeys(tests, "")) if attack == "edit-tests" else None
    texts = known[attack]
    tampering = Tampering()
    for file in exercise.files:
        if str(file.path) in tests:
            values = _values(file)
            tampering.write |= {
                _fill(path, values): _fill(text, values) for path, text in texts.get("write", {}).items()
            }
    if "insert" in texts:
        after = texts.get("after", r"\Z")
        tampering.insert = [(source, after, texts["insert"]) for source in sources_of(exercise, language)]
    return tampering


def edits_of(exercise: Exercise, language: Language) -> Mapping[str, str]:
    """Return the tests by path, replaced by ones that pass."""
    tampering = tampering_with(exercise, language, "edit-tests")
    return tampering.write if tampering else {}


def sources_of(exercise: Exercise, language: Language) -> list[str]:
    """Return the files that an agent is to write: those in the language of the tests that nobody protects."""
    protected = Globs(language.protected_globs)
    kinds = {PurePosixPath(test).suffix for test in tests_of(language, exercise)}
    paths = [str(file.path) for file in exercise.files]
    return [
        path
        for path in paths
        if PurePosixPath(path).suffix in kinds and path not in exercise.tests and not protected.matches(path)
    ]


def _values(test: SourceFile) -> dict[str, str]:
    """Return what stands for the placeholders, for one test file."""
    found = _PACKAGE.search(test.read())
    package = found[1].decode() if found else ""
    return {
        "test": str(test.path),
        "stem": test.path.stem,
        "package": package,
        "packageline": f"package {package};" if package else "",
    }


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


@lru_cache
def _texts(language: str) -> Mapping[str, Any]:
    source = files("rc_evals.panel") / "texts" / f"{language}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
