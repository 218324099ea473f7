"""Which suites there are, and how one is opened: by name or by path."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals import paths
from rc_evals._errors import BrokenSuiteError, EvalsError, UnknownSuiteError, UsageError
from rc_evals.languages.registry import load_languages
from rc_evals.suites.exercism import ExercismSuite
from rc_evals.suites.files import folders
from rc_evals.suites.reference import open_pack
from rc_evals.suites.roo import RooSuite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.home import Home
    from rc_evals.suites.model import Suite

BUNDLED: Final = "bundled"
"""The name of our own suite, which comes with the package and has a solution for every exercise."""


@dataclass(frozen=True, slots=True)
class KnownSuite:
    """A suite that has a name."""

    name: str
    root: Path
    exercises: Mapping[str, int]
    """How many there are per language."""
    problem: str = ""
    """Why it cannot be opened; empty when it can."""


def open_suite(name_or_path: str, *, home: Home, reference: Path | None = None) -> Suite:
    """Open a suite: `bundled`, the name of a folder in HOME/suites, or the path of any folder.

    Args:
        name_or_path: a name wins over a folder of the same name in the working directory; `./NAME` means the folder.
        home: tells where named suites and the user's language files are.
        reference: folder with solutions for a suite in the Roo layout, which holds none; the bundled suite has its own.

    Raises:
        UnknownSuiteError: there is no suite of this name, and no folder of this path.
        BrokenSuiteError: the folder holds no layout that we know.
        UsageError: the reference folder is not there, or the layout has its own solutions; a damaged language file.
    """
    languages = load_languages(home.languages)
    if name_or_path == BUNDLED:
        root = _bundled()
        return RooSuite(BUNDLED, root / "exercises", languages, open_pack(reference or root / "reference", languages))
    root = _find(name_or_path, home)
    if ExercismSuite.recognises(root):
        if reference is not None:
            raise UsageError(f"{root} brings its own solutions; leave the reference folder {reference} out")
        return ExercismSuite(root.name, root, languages)
    if RooSuite.recognises(root):
        return RooSuite(root.name, root, languages, None if reference is None else open_pack(reference, languages))
    raise BrokenSuiteError(
        f"{root} is no suite: it holds neither LANGUAGE/NAME/docs/instructions.md (Roo layout) "
        "nor LANGUAGE/exercises/practice/NAME (Exercism layout)"
    )


def known_suites(home: Home) -> list[KnownSuite]:
    """List the suites that have a name: the bundled one first, then the folders of HOME/suites, sorted."""
    return [_look_at(name, home) for name in (BUNDLED, *_named(home))]


def _bundled() -> Path:
    return Path(str(files("rc_evals.suites") / "bundled"))


def _named(home: Home) -> list[str]:
    return [name for name in folders(home.suites) if name != BUNDLED] if home.suites.is_dir() else []


def _find(name_or_path: str, home: Home) -> Path:
    if name_or_path in _named(home):
        return home.suites / name_or_path
    path = paths.named(name_or_path).absolute()
    if name_or_path and paths.is_folder(path):
        return path.resolve()
    if "/" in name_or_path:
        raise UnknownSuiteError(f"suite folder {path} is not there")
    raise UnknownSuiteError(
        f"no suite is called {name_or_path!r}; there are {', '.join((BUNDLED, *_named(home)))}; "
        f"put a folder into {home.suites}, or name one by its path, like ./{name_or_path or 'suite'}"
    )


def _look_at(name: str, home: Home) -> KnownSuite:
    try:
        suite = open_suite(name, home=home)
        counts: dict[str, int] = {}
        for entry in suite.entries():
            counts[entry.language] = counts.get(entry.language, 0) + 1
    except EvalsError as error:
        return KnownSuite(name, home.suites / name, {}, str(error))
    return KnownSuite(name, suite.root, counts)
