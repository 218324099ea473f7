"""Modes: who the assistant is, and which tools it may use. Source: types spec 3.20, rules of 2.8."""

from functools import lru_cache
from typing import Annotated, Any, Final, Literal, TypeAlias, cast

from pydantic import AfterValidator, BeforeValidator, Field, Strict
from pydantic_core import PydanticCustomError

from rc_types._base import KiloOnly, Omittable, WireModel
from rc_types._default_modes import DEFAULT_MODES
from rc_types._flavors import ROO_ONLY, Vocabulary
from rc_types._js_regexp import RegexpSyntaxError, check_js_regexp
from rc_types._scalars import Array, Record
from rc_types._texts import NonEmpty, Slug
from rc_types.tool import DEPRECATED_TOOL_GROUPS, AnyToolGroup

__all__ = [
    "DEFAULT_MODES",
    "CustomModePrompts",
    "CustomModesSettings",
    "CustomSupportPrompts",
    "GroupEntries",
    "GroupEntry",
    "GroupOptions",
    "ModeConfig",
    "PromptComponent",
    "group_name",
]


_LONGEST_KEPT_PATTERN: Final = 200
"""Characters of a pattern whose verdict is kept: the same few come again with every mode."""


def _compiles(pattern: str) -> str:
    fault = _known_fault(pattern) if len(pattern) <= _LONGEST_KEPT_PATTERN else _fault(pattern)
    if fault:
        raise PydanticCustomError("wire_regexp", "must be a regular expression of JavaScript: {why}", {"why": fault})
    return pattern


def _fault(pattern: str) -> str:
    try:
        check_js_regexp(pattern)
    except RegexpSyntaxError as error:
        return str(error)
    return ""


_known_fault: Final = lru_cache(256)(_fault)


class GroupOptions(WireModel):
    """Narrows what the tools of a group may touch."""

    file_regex: Omittable[Annotated[str, AfterValidator(_compiles)]] = None
    """Only files whose path this JavaScript pattern matches; empty for all."""
    description: Omittable[str] = None


GroupEntry: TypeAlias = AnyToolGroup | Annotated[tuple[AnyToolGroup, GroupOptions], Strict(False)]
"""A group of tools, alone or with its options."""


def group_name(entry: GroupEntry) -> str:
    """Return the group that an entry is about."""
    return entry if isinstance(entry, str) else entry[0]


def _without_deprecated(entries: object) -> object:
    if not isinstance(entries, list):
        return entries
    return [entry for entry in cast("list[object]", entries) if not _is_deprecated(entry)]


def _is_deprecated(entry: object) -> bool:
    if isinstance(entry, list | tuple):
        elements = cast("list[object]", entry)
        return bool(elements) and elements[0] in DEPRECATED_TOOL_GROUPS
    return entry in DEPRECATED_TOOL_GROUPS


def _with_each_group_once(entries: list[GroupEntry]) -> list[GroupEntry]:
    if len(set(map(group_name, entries))) < len(entries):
        raise PydanticCustomError("wire_groups", "must not name a group twice")
    return entries


_DeprecatedEntry: TypeAlias = (
    Literal["browser"] | Annotated[list[Any], Field(json_schema_extra={"items": [{"const": "browser"}], "minItems": 1})]
)
_DROP_DEPRECATED: Final = BeforeValidator(
    _without_deprecated, json_schema_input_type=list[GroupEntry | _DeprecatedEntry]
)

_EachGroupOnce: TypeAlias = Annotated[Array[GroupEntry], AfterValidator(_with_each_group_once)]

GroupEntries: TypeAlias = Annotated[
    _EachGroupOnce | Annotated[_EachGroupOnce, _DROP_DEPRECATED, ROO_ONLY], Field(union_mode="left_to_right")
]
"""The groups of a mode, none twice; Roo Code drops entries of deprecated groups."""


class ModeConfig(WireModel):
    """One mode."""

    slug: Slug
    name: NonEmpty
    role_definition: NonEmpty
    """Who the assistant is in this mode; the first words of its instructions."""
    when_to_use: Omittable[str] = None
    description: Omittable[str] = None
    custom_instructions: Omittable[str] = None
    groups: GroupEntries
    source: Omittable[Annotated[Literal["global", "project"] | str, Vocabulary("modeSources")]] = None
    icon_name: KiloOnly[str] = None


def _with_each_slug_once(modes: list[ModeConfig]) -> list[ModeConfig]:
    if len({mode.slug for mode in modes}) < len(modes):
        raise PydanticCustomError("wire_slugs", "must not use a slug twice")
    return modes


class CustomModesSettings(WireModel):
    """Contents of a file of custom modes."""

    custom_modes: Annotated[Array[ModeConfig], AfterValidator(_with_each_slug_once)]


class PromptComponent(WireModel):
    """What a user changed about a mode's prompt."""

    role_definition: Omittable[str] = None
    when_to_use: Omittable[str] = None
    description: Omittable[str] = None
    custom_instructions: Omittable[str] = None


CustomModePrompts: TypeAlias = Record[PromptComponent]
"""Changed prompts by mode slug."""

CustomSupportPrompts: TypeAlias = Record[str]
"""Changed prompts of the assistant's helpers, by name."""
