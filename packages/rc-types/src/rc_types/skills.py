"""Skills: folders with instructions that the assistant reads when they are needed. Source: types spec 3.25."""

import re
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Strict

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Array

SKILL_NAME_MIN_LENGTH: Final = 1
"""Characters."""

SKILL_NAME_MAX_LENGTH: Final = 64
"""UTF-16 units, as JavaScript counts."""

SKILL_NAME_REGEX: Final = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
"""Lower-case words joined by single hyphens. Use `fullmatch`: in Python `$` also matches before a last line feed."""


class SkillMetadata(WireModel):
    """The head of a skill, and where it is."""

    name: str
    description: str
    path: str
    """Absolute path of its `SKILL.md`."""
    source: Literal["global", "project"]
    mode: Omittable[str] = None
    """Older form of `mode_slugs`, for one mode."""
    mode_slugs: Omittable[Array[str]] = None
    """Modes that the skill is for; none or an empty list means every mode."""


class SkillNameValidationError(StrEnum):
    """What is wrong with a name."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    INVALID_FORMAT = "invalid_format"


class SkillNameValidationResult(WireModel):
    """Verdict on a name."""

    valid: bool
    error: Omittable[Annotated[SkillNameValidationError, Strict(False)]] = None
    """Absent when the name is fine."""


def validate_skill_name(name: str) -> SkillNameValidationResult:
    """Judge the name of a skill, which is also the name of its folder."""
    error = _problem(name)
    if error is None:
        return SkillNameValidationResult(valid=True)
    return SkillNameValidationResult(valid=False, error=error)


def _problem(name: str) -> SkillNameValidationError | None:
    if not name:
        return SkillNameValidationError.EMPTY
    if len(name.encode("utf-16-le", "surrogatepass")) // 2 > SKILL_NAME_MAX_LENGTH:
        return SkillNameValidationError.TOO_LONG
    return None if SKILL_NAME_REGEX.fullmatch(name) else SkillNameValidationError.INVALID_FORMAT
