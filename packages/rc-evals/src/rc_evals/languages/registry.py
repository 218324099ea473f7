"""Which languages there are: the files in `data/`, and those that the user put into HOME/languages."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rc_evals._errors import UnknownLanguageError, UsageError
from rc_evals.languages.control import NAME
from rc_evals.languages.model import Control, Language, SkipMarker
from rc_evals.languages.results import PARSERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

_ID: Final = re.compile(r"[a-z][a-z0-9_+#-]*\Z")
"""A language's id: the name of its file, and of its folder in a suite."""

Argument = Annotated[str, Field(pattern=r"^[^\x00]+$")]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return pattern


class _Marker(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    glob: str
    pattern: str
    replacement: str

    _compiles = field_validator("pattern")(_compiles)


class _Control(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    where: str
    passing: Annotated[str, Field(pattern=NAME)]
    failing: Annotated[str, Field(pattern=NAME)]

    _compiles = field_validator("where")(_compiles)


class _LanguageFile(BaseModel):
    """The shape of a language file; its keys are the fields of `Language`."""

    model_config = ConfigDict(extra="forbid", str_min_length=1)

    title: str
    prompt: str
    programs: tuple[Argument, ...]
    version: tuple[Argument, ...]
    remedy: str
    test_globs: Annotated[tuple[str, ...], Field(min_length=1)]
    protected_globs: tuple[str, ...]
    build_globs: tuple[str, ...] = ()
    commands: Annotated[tuple[Annotated[tuple[Argument, ...], Field(min_length=1)], ...], Field(min_length=1)]
    results: str
    test_seconds: Annotated[float, Field(gt=0, le=86_400)] = 120
    skip_markers: tuple[_Marker, ...] = ()
    environment: dict[str, str] = Field(default_factory=dict)
    control: _Control | None = None

    @field_validator("results")
    @classmethod
    def _is_a_parser(cls, name: str) -> str:
        if name not in PARSERS:
            raise ValueError(f"no parser of this name; there are {', '.join(PARSERS)}")
        return name


def load_languages(user: Path | None = None) -> dict[str, Language]:
    """Return the known languages by id, sorted: the built-in ones, with the user's files added or put in their place.

    Args:
        user: folder with `ID.toml` files, usually `Home.languages`; may be missing.

    Raises:
        UsageError: a file is damaged; the message names the file, the key and what is wrong with it.
    """
    sources = _language_files(files("rc_evals.languages") / "data")
    if user is not None and user.is_dir():
        sources |= _language_files(user)
    return {name: _read(name, sources[name]) for name in sorted(sources)}


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


def _language_files(folder: Traversable) -> dict[str, Traversable]:
    return {
        entry.name.removesuffix(".toml"): entry
        for entry in folder.iterdir()
        if entry.name.endswith(".toml") and not entry.name.startswith(".")
    }


def _read(name: str, source: Traversable) -> Language:
    if _ID.match(name) is None:
        raise UsageError(f"language file {source}: its name must be a language's id, like kotlin.toml; rename the file")
    try:
        file = _LanguageFile.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"language file {source}: {where}: {first['msg']}; mend the file or remove it") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"language file {source}: {error}; mend the file or remove it") from error
    return Language(
        id=name,
        title=file.title,
        prompt=file.prompt.strip() + "\n",
        programs=file.programs,
        version=file.version,
        remedy=file.remedy,
        test_globs=file.test_globs,
        protected_globs=file.protected_globs,
        build_globs=file.build_globs,
        commands=file.commands,
        results=file.results,
        test_seconds=file.test_seconds,
        skip_markers=tuple(SkipMarker(**marker.model_dump()) for marker in file.skip_markers),
        environment=file.environment,
        control=Control(**file.control.model_dump()) if file.control else None,
    )
