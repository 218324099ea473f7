"""What a language file must look like. Only files of users are held against it here; tests do so with our own."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rc_evals.languages.control import NAME
from rc_evals.languages.results import PARSERS

Argument = Annotated[str, Field(pattern=r"^[^\x00]+$")]


def problem_in(data: dict[str, Any]) -> str:
    """Return the first thing that is wrong with the content of a language file, and where; empty for nothing."""
    try:
        _LanguageFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return ""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return pattern


class _Marker(BaseModel):
    model_config = ConfigDict(extra="forbid")

    glob: str
    pattern: str
    replacement: str

    _compiles = field_validator("pattern")(_compiles)


class _Control(BaseModel):
    model_config = ConfigDict(extra="forbid")

    where: str
    passing: Annotated[str, Field(pattern=NAME)]
    failing: Annotated[str, Field(pattern=NAME)]
    files: list[str] = []

    _compiles = field_validator("where")(_compiles)


class _LanguageFile(BaseModel):
    """The keys are the fields of `Language`, and what may be missing has its default there."""

    model_config = ConfigDict(extra="forbid", str_min_length=1)

    title: str
    prompt: str
    programs: list[Argument]
    version: list[Argument]
    remedy: str
    test_globs: Annotated[list[str], Field(min_length=1)]
    protected_globs: list[str]
    build_globs: list[str] = []
    commands: list[Annotated[list[Argument], Field(min_length=1)]]
    results: str
    test_seconds: Annotated[float, Field(gt=0, le=86_400, strict=True)] = 1
    skip_markers: list[_Marker] = []
    environment: dict[str, str] = {}
    merged: dict[str, list[str]] = {}
    control: _Control | None = None

    @field_validator("results")
    @classmethod
    def _is_a_parser(cls, name: str) -> str:
        if name not in PARSERS:
            raise ValueError(f"no parser of this name; there are {', '.join(PARSERS)}")
        return name
