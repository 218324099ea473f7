"""Arguments of the assistant's own tools, as models call them. Source: types spec 3.29."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from rc_types._base import Omittable, WireModel, spelled
from rc_types._scalars import Array, Number

ReadFileMode: TypeAlias = Literal["slice", "indentation"]
"""How to read: lines one after the other, or the block around a line."""


class IndentationParams(WireModel):
    """Which block to read."""

    anchor_line: Annotated[Omittable[Number], spelled("anchor_line")] = None
    """A line of the block, counted from 1; the offset when absent."""
    max_levels: Annotated[Omittable[Number], spelled("max_levels")] = None
    """How far out from the line; 0 for all the way."""
    include_siblings: Annotated[Omittable[bool], spelled("include_siblings")] = None
    include_header: Annotated[Omittable[bool], spelled("include_header")] = None
    max_lines: Annotated[Omittable[Number], spelled("max_lines")] = None


class ReadFileParams(WireModel):
    """Arguments of `read_file`."""

    path: str
    mode: Omittable[ReadFileMode] = None
    """The tool takes `slice` when absent."""
    offset: Omittable[Number] = None
    """First line, counted from 1; the tool takes 1 when absent."""
    limit: Omittable[Number] = None
    """Lines; the tool takes 2000 when absent."""
    indentation: Omittable[IndentationParams] = None
    """For the mode `indentation` only."""


class LineRange(WireModel):
    """Lines counted from 1, the last one included."""

    start: Number
    end: Number


class FileEntry(WireModel):
    """A file, or parts of it."""

    path: str
    line_ranges: Omittable[Array[LineRange]] = None


class _NotOne:
    """Refuses the number 1, which pydantic's literals take for true."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.chain_schema([core_schema.bool_schema(strict=True), handler(source)])


class LegacyReadFileParams(WireModel):
    """Arguments of the older `read_file`, which read several files at once."""

    files: Array[FileEntry]
    legacy_format: Annotated[Literal[True], _NotOne(), spelled("_legacyFormat")]
    """What the older form is known by; the assistant adds it, models never do."""


ReadFileToolParams: TypeAlias = Annotated[ReadFileParams | LegacyReadFileParams, Field(union_mode="left_to_right")]
"""Arguments of either form."""


def is_legacy_read_file_params(params: Mapping[str, Any] | ReadFileToolParams) -> bool:
    """Return whether the arguments, decoded JSON or a model, are of the older form."""
    if isinstance(params, Mapping):
        return params.get("_legacyFormat") is True
    return isinstance(params, LegacyReadFileParams)


class Coordinate(WireModel):
    """A point on a screen, in pixels from the upper left corner."""

    x: Number
    y: Number


class Size(WireModel):
    """Size of a screen in pixels."""

    width: Number
    height: Number


class GenerateImageParams(WireModel):
    """Arguments of `generate_image`."""

    prompt: str
    path: str
    """Where the picture goes."""
    image: Omittable[str] = None
    """A picture to change, by its path."""
