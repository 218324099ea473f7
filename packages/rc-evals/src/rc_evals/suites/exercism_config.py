"""Reads the two kinds of `config.json` in Exercism's layout: that of an exercise, and that of a track."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from rc_evals._errors import BrokenSuiteError
from rc_evals.suites.files import read_text

if TYPE_CHECKING:
    from pathlib import Path


def _relative(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == "/" or ".." in parts or not path.isprintable():
        raise ValueError("must be a relative path inside the exercise")
    return path


class ExerciseFiles(BaseModel):
    """Which files of an exercise are what."""

    solution: list[Annotated[str, AfterValidator(_relative)]]
    """The stub's."""
    test: list[Annotated[str, AfterValidator(_relative)]] = Field(min_length=1)
    example: list[Annotated[str, AfterValidator(_relative)]] = []
    exemplar: list[Annotated[str, AfterValidator(_relative)]] = []
    editor: list[Annotated[str, AfterValidator(_relative)]] = []


class _Config(BaseModel):
    """What counts of `.meta/config.json`; authors, blurbs and the like are nobody's business here."""

    files: ExerciseFiles


class _Track(BaseModel):
    """What counts of a track's own `config.json`."""

    slug: str


def files_of(folder: Path, root: Path) -> ExerciseFiles:
    """Return what the configuration of the exercise in a folder says.

    Raises:
        BrokenSuiteError: it is missing or damaged, or leads out of `root`.
    """
    path = folder / ".meta" / "config.json"
    try:
        return _Config.model_validate_json(read_text(path, root)).files
    except ValidationError as error:
        raise BrokenSuiteError(f"{path} is damaged: {_first(error)}") from error


def language_of_track(path: Path, root: Path) -> str:
    """Return the language that the configuration of a track names.

    Raises:
        BrokenSuiteError: it is damaged, or leads out of `root`.
    """
    try:
        return _Track.model_validate_json(read_text(path, root)).slug
    except ValidationError as error:
        raise BrokenSuiteError(f"{path} is damaged: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
