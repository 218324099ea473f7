"""The smallest value of any shape, found by trying small values in a fixed order."""

from collections import ChainMap
from collections.abc import Iterator
from typing import Any, Final, TypeVar, overload

from rc_types._codec import WireCodec
from rc_types.testing._parts import (
    Choice,
    Dictionary,
    Either,
    Joined,
    Member,
    Numeric,
    Object,
    Part,
    Positional,
    Ruled,
    Scalar,
    Sequence,
    codec_of,
    members_of,
    part_of,
)

T = TypeVar("T")

_SMALL: Final = {
    "text": ("", "a", "https://example.com/", "00000000-0000-4000-8000-000000000000"),
    "boolean": (False, True),
    "null": (None,),
    "anything": (None,),
}
_NUMBERS: Final = (0, 1, -1, 10, 100, 1000, 0.5)


@overload
def minimal(shape: type[T]) -> T: ...
@overload
def minimal(shape: WireCodec[T]) -> T: ...
@overload
def minimal(shape: object) -> Any: ...
def minimal(shape: object) -> Any:
    """Return the smallest valid instance of a shape: required members only, empty texts and lists, the first of names.

    The same shape gives an equal instance every time, and upstream's schema accepts what is written of it.

    Args:
        shape: A model, a codec such as `rc_types.ipc.task_command`, or any annotation made of JSON types and models.

    Raises:
        TypeError: The shape holds something that JSON has no value for.
        LookupError: A rule accepts none of the small values that were tried; happens with rules of foreign models only.
    """
    codec = codec_of(shape)
    return codec.from_wire(smallest(part_of(codec.shape)))


def smallest(part: Part) -> Any:
    """Return the smallest wire value of a part. Raises LookupError when none is found."""
    for value in candidates(part):
        return value
    raise LookupError(f"none of the small values that were tried passes the rules of {part}")


def candidates(part: Part) -> Iterator[Any]:
    """Yield wire values of a part, smallest first; at most a handful, and none when its rules accept none of them."""
    match part:
        case Scalar(kind):
            yield from _SMALL[kind]
        case Numeric(least, most):
            bounds = [bound for bound in (least, most) if bound is not None]
            yield from (number for number in (*_NUMBERS, *bounds) if part.holds(number))
        case Choice(values):
            yield from values
        case Either(options):
            for option in options:
                yield from candidates(option)
        case Ruled(inner):
            yield from filter(part.accepts, candidates(inner))
        case Sequence(item):
            yield []
            yield from ([element] for element in candidates(item))
        case Positional(items):
            yield [smallest(item) for item in items]
        case Dictionary():
            yield {}
        case Object(model):
            yield _required(members_of(model))
        case Joined(objects, members):
            yield dict(ChainMap(*map(smallest, objects), _required(members)))


def _required(members: tuple[Member, ...]) -> dict[str, Any]:
    return {member.key: smallest(member.part) for member in members if member.required}
