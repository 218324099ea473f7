"""Takes a shape apart, so that values for it can be put together.

The structure comes from the annotations. Which values a rule accepts is asked of the reader itself: rules of all kinds,
also those of other people's models, need no entry here.
"""

from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NewType,
    TypeAlias,
    TypeGuard,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BaseModel, Strict

from rc_types._base import NullRefused
from rc_types._codec import WireCodec
from rc_types._errors import InvalidWireError
from rc_types._flavors import Only
from rc_types._later import Later, TaggedBy
from rc_types._scalars import FailFast, JsonNumber
from rc_types._spelling import to_camel


@dataclass(frozen=True, slots=True)
class Scalar:
    """Values of one kind without bounds."""

    kind: Literal["text", "boolean", "null", "anything"]


@dataclass(frozen=True, slots=True)
class Numeric:
    """Numbers within bounds, both inclusive."""

    least: int | None = None
    most: int | None = None
    whole: bool = False

    def holds(self, number: float) -> bool:
        """Return whether a number is within the bounds."""
        above = self.least is None or number >= self.least
        below = self.most is None or number <= self.most
        return above and below and not (self.whole and number % 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these literals."""

    values: tuple[Any, ...]


NOTHING: Final = Choice(())
"""What no value is made for, such as members of another product."""


@dataclass(frozen=True, slots=True)
class Either:
    """A value of one of these parts."""

    options: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A JSON list of any length."""

    item: "Part"


@dataclass(frozen=True, slots=True)
class Positional:
    """A JSON list of fixed length."""

    items: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A JSON object with free keys."""

    key: "Part"
    value: "Part"


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object with declared members."""

    model: type[BaseModel]


@dataclass(frozen=True, slots=True)
class Joined:
    """A JSON object made of several, and of members of its own (types spec C6)."""

    objects: tuple["Part", ...]
    members: tuple["Member", ...]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A part whose values have to pass a reader as well."""

    part: "Part"
    reader: WireCodec[Any]

    def accepts(self, value: object) -> bool:
        """Return the reader's verdict."""
        try:
            self.reader.from_wire(value)
        except InvalidWireError:
            return False
        return True


Part: TypeAlias = Scalar | Numeric | Choice | Either | Sequence | Positional | Dictionary | Object | Joined | Ruled


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object by its key on the wire."""

    key: str
    part: Part
    required: bool


_SIMPLE: Final[dict[Any, Part]] = {
    str: Scalar("text"),
    bool: Scalar("boolean"),
    type(None): Scalar("null"),
    None: Scalar("null"),
    Any: Scalar("anything"),
    object: Scalar("anything"),
    int: Numeric(whole=True),
    float: Numeric(),
    int | float: Numeric(),
}


def part_of(shape: Any) -> Part:
    """Take an annotation apart.

    Raises:
        TypeError: It holds something that JSON has no value for, such as a function.
    """
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return Object(shape)
    if isinstance(shape, type) and issubclass(shape, Enum):
        return Choice(tuple(member.value for member in shape))
    if isinstance(shape, type) and is_dataclass(shape):
        return _joined(shape)
    origin, arguments = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if isinstance(shape, NewType):
        return part_of(cast("object", shape.__supertype__))
    if shape in _SIMPLE:
        return _SIMPLE[shape]
    if origin is Literal:
        return Choice(arguments)
    if origin in {Union, UnionType}:
        return Either(tuple(map(part_of, arguments)))
    return _container(shape, origin, arguments)


def _joined(shape: type) -> Joined:
    """Take a dataclass apart; on the wire its parts are one object."""
    hints = get_type_hints(shape, include_extras=True)
    parts = {field: part_of(hints[field.name]) for field in fields(shape)}
    objects = tuple(part for part in parts.values() if _is_object(part))
    members = tuple(
        Member(to_camel(field.name), _without_null(part), field.default is MISSING)
        for field, part in parts.items()
        if part not in objects
    )
    return Joined(objects, members)


def _is_object(part: Part) -> bool:
    return all(map(_is_object, part.options)) if isinstance(part, Either) else isinstance(part, Object | Joined)


def _container(shape: Any, origin: Any, arguments: tuple[Any, ...]) -> Part:
    if origin is list:
        return Sequence(part_of(arguments[0]))
    if origin is tuple:
        return Positional(tuple(map(part_of, arguments)))
    if origin is dict:
        return Dictionary(part_of(arguments[0]), part_of(arguments[1]))
    raise TypeError(f"rc_types.testing makes JSON values, and there is none for {shape!r}")


def _annotated(shape: Any, marks: tuple[Any, ...]) -> Part:
    rules: list[Any] = []
    part = part_of(shape)
    for mark in marks:
        match mark:
            case Later():
                part = Object(mark.model())
            case Only(flavor="kilo"):
                return NOTHING
            case JsonNumber(ge, le, whole):
                part = Numeric(ge, le, whole)
            case NullRefused():
                part = _without_null(part)
            case FailFast() | Strict() | TaggedBy() | Only():  # refuse nothing that is made as the annotated type says
                pass
            case _:
                rules.append(mark)
    return Ruled(part, WireCodec(Annotated[shape, *marks], "value")) if rules else part


def _without_null(part: Part) -> Part:
    options = tuple(option for option in part.options if option != Scalar("null")) if isinstance(part, Either) else ()
    return options[0] if len(options) == 1 else Either(options) if options else part


@cache
def members_of(model: type[BaseModel]) -> tuple[Member, ...]:
    """Return the members of a model in declared order."""
    model.model_rebuild()  # what is declared further down is known by now, and every member has its wire name
    return tuple(
        Member(field.serialization_alias or name, part_of(field.rebuild_annotation()), field.is_required())
        for name, field in model.model_fields.items()
    )


def codec_of(shape: object) -> WireCodec[Any]:
    """Return the codec of a shape, or the codec that was given."""
    return shape if _is_codec(shape) else WireCodec(shape, getattr(shape, "__name__", "value"))


def _is_codec(shape: object) -> TypeGuard[WireCodec[Any]]:
    return isinstance(shape, WireCodec)
