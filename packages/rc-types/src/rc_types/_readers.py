"""Readers of the wire: validators that accept what one flavor accepts, by wire names only, built when first needed.

A model with very many members is read by the keys that are there. Pydantic's validators ask for every member that could
be there, and settings carry ten of two hundred.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeGuard, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import CoreConfig, CoreSchema, SchemaValidator, core_schema, from_json

from rc_types._flavors import Only
from rc_types._quick_checks import quick_check
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
    return _validator(_narrowed(schema, variant, root))


def _narrowed(schema: CoreSchema, variant: Variant, root: type[BaseModel] | None = None) -> CoreSchema:
    def read_apart(model: type[BaseModel], variant: Variant) -> Check | None:
        apart = model is not root and _is_read_sparsely(model, variant)
        return SparseReader(model, variant).validate_python if apart else None

    return specialise(schema, variant, read_apart=read_apart)


def _validator(schema: CoreSchema) -> SchemaValidator:
    # A finished class would put its own validator, which accepts every flavor, in the place of its part of the schema.
    return SchemaValidator(schema, _STRICT, _use_prebuilt=False)


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
        # Pydantic's core makes the instance: of its members, what is there beside them, and which were given.
        self._instance = _validator(core_schema.model_schema(model, core_schema.any_schema())).validate_python

    def validate_json(self, data: bytes, /) -> Any:
        """Parse and check a JSON document."""
        try:
            value = from_json(data)
        except ValueError:
            return self._all_members.validate_json(data)
        return self.validate_python(value)

    def validate_python(self, value: Any, /) -> Any:
        """Check a decoded JSON value."""
        members: dict[str, Any] = value
        if type(value) is dict:
            try:
                given = self._checked(members)
                if self._required <= given.keys():
                    return self._instance((self._blank | given, None, set(given)))
            except ValidationError:
                pass
        return self._all_members.validate_python(value)

    def _checked(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return the members that the product knows, by their Python names. Raises `pydantic.ValidationError`."""
        members = self._members
        given: dict[str, Any] = {}
        for key, item in value.items():
            try:
                name, kind, check = members[key]
            except KeyError:
                if key not in self._names:
                    continue
                name, kind, check = self._made(key)
            given[name] = item if type(item) is kind else check(item)
        return given

    def _made(self, key: str) -> _Member:
        name = self._names[key]
        schema = _narrowed(core_schema_of(self._model.model_fields[name].rebuild_annotation()), self._variant)
        kind = _EXACT.get(schema["type"]) if len(schema) == 1 else None
        check = quick_check(schema, _validator(schema).validate_python)
        return self._members.setdefault(key, _Member(name, kind, check))

    @cached_property
    def _all_members(self) -> SchemaValidator:
        return validator_of(core_schema_of(self._model), self._variant, root=self._model)


def _key(model: type[BaseModel], name: str) -> str:
    alias = model.model_fields[name].validation_alias
    return cast("str", alias)
