"""The file `.roomodes`, in which a project keeps modes of its own. Source: types spec 3.34.

This is the published description of the file, for editors and other tools. The assistant itself reads the file by
`rc_types.mode.CustomModesSettings`, which drops deprecated groups and refuses a group or a slug that occurs twice.
"""

from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias, cast

from pydantic import ConfigDict, Strict, model_validator
from pydantic_core import PydanticCustomError

from rc_types._base import Omittable, WireModel
from rc_types._json_schema import json_schema_of
from rc_types._scalars import Array
from rc_types._texts import NonEmpty, Slug
from rc_types.mode import GroupOptions
from rc_types.tool import ToolGroup

ROOMODES_SCHEMA_ID: Final = "https://raw.githubusercontent.com/RooCodeInc/Roo-Code/main/schemas/roomodes.json"
"""`$id` of the document, which is upstream's: both describe the same file."""

RoomodesGroup: TypeAlias = Literal[ToolGroup, "browser"]
"""A bundle of tools that a mode may use; `browser` is deprecated, and dropped by the assistant."""

RoomodesGroupEntry: TypeAlias = RoomodesGroup | Annotated[tuple[RoomodesGroup, GroupOptions], Strict(False)]
"""A group of tools, alone or with options that narrow it."""


class RulesFile(WireModel):
    """A file with rules of a mode; comes with modes that are exported or imported."""

    relative_path: str
    """Where the file is, from the folder of the mode's rules."""
    content: Omittable[str] = None


class RoomodesMode(WireModel):
    """One mode of the project."""

    slug: Slug
    """Id of the mode: letters, digits and dashes, used once in the file."""
    name: NonEmpty
    """What the user sees."""
    role_definition: NonEmpty
    """Who the assistant is in this mode; the first words of its instructions."""
    when_to_use: Omittable[str] = None
    """For whoever has to choose a mode, a user or an orchestrating assistant."""
    description: Omittable[str] = None
    """One line for lists of modes."""
    custom_instructions: Omittable[str] = None
    """What is added to the instructions at their end."""
    groups: Array[RoomodesGroupEntry]
    """Tools that the mode may use, each group at most once."""
    source: Omittable[Literal["global", "project"]] = None
    """Where the mode comes from; the assistant writes it."""
    rules_files: Omittable[Array[RulesFile]] = None
    """Rules that are exported or imported with the mode."""


class RoomodesFile(WireModel):
    """Modes of a project, in its file `.roomodes`."""

    # The only shape that refuses unknown keys, at its top level.
    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"additionalProperties": False})

    custom_modes: Array[RoomodesMode]
    """The modes, each with a slug of its own."""

    @model_validator(mode="before")
    @classmethod
    def _without_other_keys(cls, value: Any) -> Any:
        if isinstance(value, dict) and len(cast("dict[str, Any]", value)) > 1:
            raise PydanticCustomError("wire_keys", "must have no key but customModes")
        return cast("object", value)


def roomodes_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft-07) of the file, such as editors use to check it and to help write it."""
    document = json_schema_of(RoomodesFile, "Roo Code Custom Modes")
    return {"$schema": document.pop("$schema"), "$id": ROOMODES_SCHEMA_ID, **document}
