"""Readers of the wire: validators that accept what one flavor accepts, by wire names only, built when first needed.

A model with very many members is read by the keys that are there. Pydantic's validators ask for every member that could
be there, and settings carry ten of two hundred.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeGuard, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import CoreConfig, CoreSchema, SchemaValidator, from_json

from rc_types._flavors import Only
from rc_types._specialise import Check, Deferred, Reader, Variant, specialise

MANY_MEMBERS: Final = 60
"""A model with more members than this is read by the keys that are there."""


_STRICT: Final = CoreConfig(strict=True)

_EXACT: Final[Mapping[str, type]] = {"str": str, "bool": bool}


def reader_of(shape: Any, variant: Variant) -> Reader:
    """Return a new reader of a shape: a model or any other annotation."""
    if _is_model(shape) and _is_read_sparsely(shape, variant):
        return SparseReader(shape, variant)
    schema = core_schema_of(shape)
    if schema["type"] == "function-plain" and isinstance(part := schema["function"]["function"], Deferred):
        return part.reader_for(variant)
    return validator_of(schema, variant)


def core_schema_of(shape: Any) -> CoreSchema:
    """Return the core schema that pydantic generates for a model or any other annotation."""
    if not _is_model(shape):
        return TypeAdapter[Any](shape).core_schema
    shape.model_rebuild()
    return shape.__pydantic_core_schema__


def validator_of(schema: CoreSchema, variant: Variant, *, root: type[BaseModel] | None = None) -> SchemaValidator:
    """Return pydantic's validator for one variant of a schema.

    Args:
        schema: As pydantic generates it.
        variant: Whose schemas judge.
        root: A model that is read by this validator however many members it has; others may have readers of their own.
    """

    def read_apart(model: type[BaseModel], variant: Variant) -> Check | None:
        apart = model is not root and _is_read_sparsely(model, variant)
        return SparseReader(model, variant).validate_python if apart else None

    # A finished class would put its own validator, which accepts every flavor, in the place of its part of the schema.
    return SchemaValidator(specialise(schema, variant, read_apart=read_apart), _STRICT, _use_prebuilt=False)


def _is_model(shape: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(shape, type) and issubclass(cast("type[Any]", shape), BaseModel)


def _is_read_sparsely(model: type[BaseModel], variant: Variant) -> bool:
    """A sparse reader ignores what it does not know."""
    return len(model.model_fields) > MANY_MEMBERS and variant.unknown == "ignored"


class _Member(NamedTuple):
    name: str
    kind: type | None
    """Values of exactly this type need no further check."""
    check: Check


class SparseReader:
    """Reads a model by the keys that are there; what it does not like, pydantic's own validator judges and explains.

    Args:
        model: A model whose optional members are None when absent.
        variant: Whose schemas judge; one that ignores unknown members.
    """

    def __init__(self, model: type[BaseModel], variant: Variant) -> None:
        self._model = model
        self._variant = variant
        fields = model.model_fields
        self._names: Mapping[str, str] = {
            _key(model, name): name
            for name, field in fields.items()
            if all(only.is_known_to(variant.flavor) for only in field.metadata if isinstance(only, Only))
        }
        self._required = frozenset(name for name, field in fields.items() if field.is_required())
        self._blank = {name: None if name in self._required else field.default for name, field in fields.items()}
        self._members: dict[str, _Member] = {}

    def validate_json(self, data: bytes, /) -> Any:
        """Parse and check a JSON document."""
        try:
            value = from_json(data)
        except ValueError:
            return self._all_members.validate_json(data)
        return self.validate_python(value)

    def validate_python(self, value: Any, /) -> Any:
        """Check a decoded JSON value."""
        if type(value) is not dict:
            return self._all_members.validate_python(value)
        members = self._members
        values, given = self._blank.copy(), set[str]()
        try:
            for key, item in cast("dict[str, Any]", value).items():
                member = members.get(key) or self._member(key)
                if member is not None:
                    name, kind, check = member
                    values[name] = item if type(item) is kind else check(item)
                    given.add(name)
        except ValidationError:
            return self._all_members.validate_python(value)
        if not self._required <= given:
            return self._all_members.validate_python(value)
        return _instance(self._model, values, given)

    def _member(self, key: str) -> _Member | None:
        name = self._names.get(key)
        if name is None:
            return None
        schema = core_schema_of(self._model.model_fields[name].rebuild_annotation())
        kind = _EXACT.get(schema["type"]) if len(schema) == 1 else None
        member = _Member(name, kind, validator_of(schema, self._variant).validate_python)
        return self._members.setdefault(key, member)

    @cached_property
    def _all_members(self) -> SchemaValidator:
        return validator_of(core_schema_of(self._model), self._variant, root=self._model)


def _key(model: type[BaseModel], name: str) -> str:
    alias = model.model_fields[name].validation_alias
    return cast("str", alias)


def _instance(model: type[BaseModel], values: dict[str, Any], given: set[str]) -> Any:
    """Make a model of checked values, as pydantic's core does."""
    made = model.__new__(model)
    _set(made, "__dict__", values)
    _set(made, "__pydantic_fields_set__", given)
    _set(made, "__pydantic_extra__", None)
    _set(made, "__pydantic_private__", None)
    return made


_set: Final = object.__setattr__  # models are frozen
