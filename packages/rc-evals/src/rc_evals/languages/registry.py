"""Which languages there are: the files in `data/`, and those that the user put into HOME/languages."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

from rc_evals._errors import UnknownLanguageError, UsageError
from rc_evals.languages.model import Control, Language, SkipMarker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

_ID: Final = re.compile(r"[a-z][a-z0-9_+#-]*\Z")
"""A language's id: the name of its file, and of its folder in a suite."""


def load_languages(user: Path | None = None) -> dict[str, Language]:
    """Return the known languages by id, sorted: the built-in ones, with the user's files added or put in their place.

    Args:
        user: folder with `ID.toml` files, usually `Home.languages`; may be missing.

    Raises:
        UsageError: a file is damaged; the message names the file, the key and what is wrong with it.
    """
    own = _language_files(user) if user is not None and user.is_dir() else {}
    known = _built_in() | {name: _language(name, _checked(name, file)) for name, file in own.items()}
    return dict(sorted(known.items()))


def language_named(name: str, known: Mapping[str, Language]) -> Language:
    """Return one language.

    Raises:
        UnknownLanguageError: there is none of this name.
    """
    if (language := known.get(name)) is None:
        raise UnknownLanguageError(
            f"no language is called {name!r}; known are {', '.join(known)}; "
            f"a file {name}.toml in the folder `languages` of the data folder adds one"
        )
    return language


@cache
def _built_in() -> dict[str, Language]:
    """Return the built-in languages, read once: pages that show a run ask for them over and over."""
    found = _language_files(files("rc_evals.languages") / "data")
    return {name: _language(name, tomllib.loads(file.read_text("utf-8"))) for name, file in found.items()}


def _language_files(folder: Traversable) -> dict[str, Traversable]:
    return {
        entry.name.removesuffix(".toml"): entry
        for entry in folder.iterdir()
        if entry.name.endswith(".toml") and not entry.name.startswith(".")
    }


def _checked(name: str, source: Traversable) -> dict[str, Any]:
    """Return the content of a user's language file, which may be anything."""
    from rc_evals.languages.schema import problem_in  # late: pydantic takes longer than the rest of a start

    if _ID.match(name) is None:
        raise UsageError(f"language file {source}: its name must be a language's id, like kotlin.toml; rename the file")
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
        problem = problem_in(data)
    except (OSError, ValueError) as error:
        raise UsageError(f"language file {source}: {error}; mend the file or remove it") from error
    if problem:
        raise UsageError(f"language file {source}: {problem}; mend the file or remove it")
    return data


def _language(name: str, data: dict[str, Any]) -> Language:
    fields: dict[str, Any] = {key: _frozen(value) for key, value in data.items()}
    fields["prompt"] = data["prompt"].strip() + "\n"
    fields["skip_markers"] = tuple(SkipMarker(**marker) for marker in data.get("skip_markers", ()))
    if "control" in data:
        fields["control"] = Control(**data["control"])
    return Language(id=name, **fields)


def _frozen(value: object) -> object:
    return tuple(map(_frozen, cast("list[object]", value))) if isinstance(value, list) else value
