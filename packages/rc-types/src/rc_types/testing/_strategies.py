"""Hypothesis strategies for any shape: values for the wire, instances, and values with one thing wrong."""

from collections import ChainMap
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from rc_types._codec import WireCodec
from rc_types.testing._hypothesis import st
from rc_types.testing._minimal import candidates
from rc_types.testing._mutations import changed
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
from rc_types.testing._scalar_strategies import NUMBERS, TEXTS, Family, json_values, keys, numbers, texts

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy
    from pydantic import BaseModel

T = TypeVar("T")

MOST_OPTIONAL: Final = 8
"""Optional members that one object gets at most; some shapes have two hundred."""

MOST_ELEMENTS: Final = 3
"""Elements that one list or dictionary gets at most."""


def wire_values(shape: object) -> "SearchStrategy[Any]":
    """Return a strategy for decoded JSON that the shape accepts, upstream's schema too.

    The values keep away from what JavaScript and Python cannot agree on: lone surrogates, numbers that are infinite or
    beyond 2^53, the key `__proto__`, addresses and patterns that engines judge differently. An optional member is left
    out when only another product has it, or when `minimal` would find no value for it.

    Args:
        shape: A model, a codec such as `rc_types.ipc.task_command`, or any annotation made of JSON types and models.

    Raises:
        TypeError: The shape holds something that JSON has no value for.
        ModuleNotFoundError: Hypothesis is not installed (`pip install rc-types[testing]`).
    """
    return _strategy(part_of(codec_of(shape).shape))


@overload
def instances(shape: type[T]) -> "SearchStrategy[T]": ...
@overload
def instances(shape: WireCodec[T]) -> "SearchStrategy[T]": ...
@overload
def instances(shape: object) -> "SearchStrategy[Any]": ...
def instances(shape: object) -> "SearchStrategy[Any]":
    """Return a strategy for instances of the shape; arguments and errors are those of `wire_values`."""
    return wire_values(shape).map(codec_of(shape).from_wire)


def mutants(shape: object) -> "SearchStrategy[Any]":
    """Return a strategy for decoded JSON of the shape with one place changed: a key gone, a value of another kind.

    Most mutants are refused, some happen to be fine. Arguments and errors are those of `wire_values`.
    """
    return wire_values(shape).flatmap(lambda value: st.sampled_from(list(changed(value))))


def _strategy(part: Part) -> "SearchStrategy[Any]":
    match part:
        case Scalar(kind):
            return _SCALARS[kind]()
        case Numeric(least, most, whole):
            return numbers(least, most, whole=whole)
        case Choice(values):
            return st.sampled_from(values)
        case Either(options):
            return _either(options)
        case Sequence(item):
            return st.lists(_strategy(item), max_size=MOST_ELEMENTS)
        case Positional(items):
            return st.tuples(*map(_strategy, items)).map(list)
        case Dictionary(key, value):
            return st.dictionaries(_key(key), _strategy(value), max_size=MOST_ELEMENTS)
        case Object(model):
            return _object(model)
        case Joined(objects, members):
            pieces = st.tuples(*map(_strategy, objects), _entries(members))
            return pieces.map(lambda found: dict(ChainMap(*found)))
        case Ruled(inner):
            return _ruled(part, inner)


_SCALARS: Final[dict[str, Callable[[], "SearchStrategy[Any]"]]] = {
    "text": texts,
    "boolean": lambda: st.booleans(),
    "null": lambda: st.none(),
    "anything": json_values,
}


def _either(options: tuple[Part, ...]) -> "SearchStrategy[Any]":
    return st.one_of([_strategy(option) for option in options if _is_possible(option)])


def _is_possible(part: Part) -> bool:
    return any(True for _ in candidates(part))


def _key(part: Part) -> "SearchStrategy[str]":
    return keys() if part == Scalar("text") else _strategy(part)


def _ruled(rule: Ruled, inner: Part) -> "SearchStrategy[Any]":
    match inner:
        case Choice(values):
            return st.sampled_from([value for value in values if rule.accepts(value)])
        case Either(options):
            return _either(tuple(Ruled(option, rule.reader) for option in options))
        case Scalar("text"):
            return _related(rule, TEXTS)
        case Numeric(least=None, most=None):
            return _related(rule, NUMBERS)
        case _:
            return _strategy(inner).filter(rule.accepts)


def _related(rule: Ruled, families: tuple[Family, ...]) -> "SearchStrategy[Any]":
    """Make values of the kind that the rule is about; if none is, those of the first kind that it happens to accept."""
    fitting = (family for family in families if all(map(rule.accepts, family.typical)))
    return next(fitting, families[0]).make().filter(rule.accepts)


@cache
def _object(model: "type[BaseModel]") -> "SearchStrategy[dict[str, Any]]":
    """Deferred, since a model may hold itself."""
    return st.deferred(lambda: _entries(members_of(model)))


def _entries(members: tuple[Member, ...]) -> "SearchStrategy[dict[str, Any]]":
    possible = [member for member in members if member.required or _is_possible(member.part)]
    strategies = {member.key: _strategy(member.part) for member in possible}
    required = [member.key for member in possible if member.required]
    optional = [member.key for member in possible if not member.required]
    count = st.integers(0, min(len(optional), MOST_OPTIONAL))
    any_optional = st.sampled_from(optional)

    @st.composite
    def build(draw: "DrawFn") -> dict[str, Any]:
        entries = {key: draw(strategies[key]) for key in required}
        for _ in range(draw(count)):
            key = draw(any_optional)
            entries[key] = draw(strategies[key])
        return entries

    return build()
