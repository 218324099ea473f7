"""Narrows the core schema of a shape to what one reader accepts.

Classes declare what any product knows, and their own validators, which check constructor arguments, accept all of it.
Readers of the wire are built from the same schema: one for each flavor, a lenient one, and one that is quick.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias, cast, runtime_checkable

from pydantic import BaseModel
from pydantic_core import CoreSchema, core_schema

from rc_types._flavors import NAMES, ONLY, Flavor, Only, names_of
from rc_types._scalars import ANY_JSON

Check: TypeAlias = Callable[[Any], Any]
"""Returns what a decoded JSON value stands for; raises `pydantic.ValidationError`."""

ReadApart: TypeAlias = Callable[[type[BaseModel], "Variant"], Check | None]
"""Returns the check of a model that is not read by pydantic's validators, or None."""

NOWHERE: Final = f"\0{id(CoreSchema):x}"
"""Where a reader looks for a member that its product does not have: a key of this process, an address in its memory."""


class Reader(Protocol):
    """Checks a value; each method raises `pydantic.ValidationError`."""

    def validate_python(self, value: Any, /) -> Any:
        """Check a decoded JSON value."""
        ...

    def validate_json(self, data: bytes, /) -> Any:
        """Parse and check a JSON document."""
        ...


@runtime_checkable
class Deferred(Protocol):
    """A validator function that stands for a part of the schema which is built later."""

    def reader_for(self, variant: "Variant") -> Reader:
        """Return the reader of wire data in the function's place."""
        ...

    def part_for(self, variant: "Variant") -> CoreSchema:
        """Return what stands in the function's place in a reader: as much of the part as is built by now."""
        ...

    def core_schema(self, flavor: Flavor) -> CoreSchema:
        """Return the part itself, as far as one product has it."""
        ...


class Variant(NamedTuple):
    """One way to read a shape."""

    flavor: Flavor = "roo"
    unknown: Literal["ignored", "kept", "refused"] = "ignored"
    """What becomes of members that nobody knows. If they are kept, so are such names and trailing elements."""


LENIENT: Final = Variant("any", "kept")
"""Loses nothing (IPC spec R-14)."""

EXACT: Final = Variant("any", "refused")
"""Takes only what it knows to the last member, for those who have another way for everything else."""


def specialise(schema: CoreSchema, variant: Variant, *, read_apart: ReadApart | None = None) -> CoreSchema:
    """Return the schema for one reader; the given one is not changed.

    Args:
        schema: As pydantic generates it for a shape.
        variant: Which reader it is for.
        read_apart: Says for a model inside the schema who reads it; None shows every part of the shape in its place.
    """
    walk = _Walk(variant, read_apart)
    made = cast("CoreSchema", walk.node(schema))
    return core_schema.definitions_schema(made, [*walk.shared.values()]) if walk.shared else made


class _Walk:
    def __init__(self, variant: Variant, read_apart: ReadApart | None) -> None:
        self._variant = variant
        self._flavor: Flavor = variant.flavor
        self._lenient = variant.unknown == "kept"
        self._read_apart = read_apart
        self.shared: dict[str, CoreSchema] = {}
        """Parts that are met more than once, by their reference; one validator must not define them twice."""
        self._rules: Mapping[str, Any] = {
            "model": self._model,
            "model-fields": self._members,
            "literal": self._literal,
            "union": self._union,
            "tuple": self._tuple,
            "tagged-union": self._tagged,
            "function-plain": self._function,
            "definitions": self._definitions,
        }

    def node(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.node(each) for each in value]  # pyright: ignore[reportUnknownVariableType] - mypy knows
        if not isinstance(value, dict):
            return value
        node = cast("dict[str, Any]", value)
        kind = node.get("type")
        # Below a key such as "fields" or "choices", "type" is the name of a member.
        if not isinstance(kind, str):
            return {key: self.node(each) for key, each in node.items()}
        rule = self._rules.get(kind)
        inner = {
            key: each if key in _LEAVES else self.node(each) for key, each in node.items() if key != "serialization"
        }
        ref = inner.pop("ref", None)
        made = rule(inner) if rule else inner
        return {**made, "ref": ref} if ref else made

    def _model(self, node: dict[str, Any]) -> dict[str, Any]:
        apart = self._read_apart and self._read_apart(node["cls"], self._variant)
        if apart:
            return _node(core_schema.no_info_plain_validator_function(apart))
        names = {"validate_by_alias": True, "validate_by_name": False}
        keeps_more = self._lenient or node["config"].get("extra_fields_behavior") == "allow"
        otherwise = "forbid" if self._variant.unknown == "refused" else "ignore"
        extra = {"extra_fields_behavior": "allow" if keeps_more else otherwise}
        model = {**node, "config": {**node["config"], **names, **extra}}
        if not keeps_more:
            return model
        return _node(core_schema.no_info_after_validator_function(_tell_extra_from_members, cast("CoreSchema", model)))

    def _members(self, node: dict[str, Any]) -> dict[str, Any]:
        made = {**node, "fields": {name: self._member(field) for name, field in node["fields"].items()}}
        return {**made, "extras_schema": ANY_JSON} if self._lenient else made

    def _member(self, field: dict[str, Any]) -> dict[str, Any]:
        only = _only(field["schema"])
        if only is None:
            return field
        if not only.is_known_to(self._flavor):
            return {**field, "validation_alias": NOWHERE}
        needed = only.required and self._flavor == only.flavor
        return {**field, "schema": field["schema"]["schema"]} if needed else field

    def _literal(self, node: dict[str, Any]) -> dict[str, Any]:
        vocabulary = node.get("metadata", {}).get(NAMES)
        if vocabulary is None:
            return node
        name, roo = cast("tuple[str, tuple[Any, ...]]", vocabulary)
        known = core_schema.literal_schema(names_of(name, roo, self._flavor))
        schema = core_schema.union_schema([known, _TEXT], mode="left_to_right") if self._lenient else known
        return _node(schema)

    def _union(self, node: dict[str, Any]) -> dict[str, Any]:
        choices = [
            choice for choice in node["choices"] if (only := _only(choice)) is None or only.is_known_to(self._flavor)
        ]
        return {**node, "choices": choices} if len(choices) > 1 else choices[0]

    def _tuple(self, node: dict[str, Any]) -> dict[str, Any]:
        if not self._lenient:
            return node
        items = node["items_schema"]
        return {**node, "items_schema": [*items, ANY_JSON], "variadic_item_index": len(items)}

    def _tagged(self, node: dict[str, Any]) -> dict[str, Any]:
        on_the_wire, *_names = node["discriminator"]
        return {**node, "discriminator": [on_the_wire]}

    def _function(self, node: dict[str, Any]) -> dict[str, Any]:
        part = node["function"]["function"]
        if not isinstance(part, Deferred):
            return node
        if self._read_apart is None:
            return cast("dict[str, Any]", self.node(part.core_schema(self._flavor)))
        return cast("dict[str, Any]", self.node(part.part_for(self._variant)))

    def _definitions(self, node: dict[str, Any]) -> dict[str, Any]:
        self.shared.update((each["ref"], each) for each in node["definitions"])
        return cast("dict[str, Any]", node["schema"])


_TEXT: Final = core_schema.str_schema(strict=True)

_LEAVES: Final = frozenset({"metadata", "expected", "cls", "config", "default", "discriminator", "function"})
"""Parts of a schema that hold no schemas."""


def _tell_extra_from_members(model: BaseModel) -> BaseModel:
    """Undo that pydantic takes an unknown key that is spelled like one of our attributes for that attribute."""
    if extra := model.model_extra:
        extra.pop("__proto__", None)  # as JavaScript does (types spec J3)
        absent = {name for name in extra.keys() & type(model).model_fields if getattr(model, name) is None}
        model.model_fields_set.difference_update(absent)
    if not extra and type(model).model_config.get("extra") != "allow":
        object.__setattr__(model, "__pydantic_extra__", None)  # as constructed instances have it, which are equal then
    return model


def _node(schema: CoreSchema) -> dict[str, Any]:
    return cast("dict[str, Any]", schema)


def _only(schema: Mapping[str, Any]) -> Only | None:
    inner = schema["schema"] if schema["type"] == "default" else schema
    return cast("Only | None", inner.get("metadata", {}).get(ONLY))
