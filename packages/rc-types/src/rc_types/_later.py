"""Parts of a shape that are built when the first data for them arrive.

A host says three of thirty kinds of messages before anybody looks at settings; whoever listens shall not wait until
readers of everything are built. In a core schema such a part is a function with a reader for each flavor behind it;
`specialise` puts that reader in its place, or the part's own schema for those who want to see the whole.
"""

from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, SchemaValidator, core_schema, from_json

from rc_types._flavors import Flavor, Only
from rc_types._readers import core_schema_of, reader_of
from rc_types._specialise import Reader, Variant
from rc_types._spelling import to_camel

SETTLED_AFTER: Final = 500
"""Texts of a union after which most of what will come in its members has come."""


class Later(NamedTuple):
    """Annotation of a member, declared as `Any`, that holds a model of another module.

    Args:
        module: Name of the module, imported when the first such member is met.
        name: Name of the model in it.
    """

    module: str
    name: str

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return _standing_for(_Imported(self))

    def model(self) -> type[BaseModel]:
        """Import the module and return the model."""
        found: type[BaseModel] = getattr(import_module(self.module), self.name)
        return found


class _Imported:
    """Checks an argument of a constructor; stands for the readers of the model."""

    def __init__(self, place: Later) -> None:
        self._place = place

    def __call__(self, value: Any) -> Any:
        return self._place.model().model_validate(value)

    def core_schema(self, _flavor: Flavor) -> CoreSchema:
        return core_schema_of(self._place.model())

    def reader_for(self, variant: Variant) -> Reader:
        return _Imports(self._place, variant)

    def part_for(self, variant: Variant) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.reader_for(variant).validate_python)


class _Imports:
    """Reads the model, once it is imported."""

    def __init__(self, place: Later, variant: Variant) -> None:
        self._place, self._variant = place, variant

    def validate_python(self, value: Any, /) -> Any:
        return self._reader.validate_python(value)

    def validate_json(self, data: bytes, /) -> Any:
        return self._reader.validate_json(data)

    @cached_property
    def _reader(self) -> Reader:
        return reader_of(self._place.model(), self._variant)


class TaggedBy(NamedTuple):
    """Annotation that makes a union of models a tagged one.

    Pydantic's own discriminators look for the tag under its Python name first. That finds it in instances, but a peer
    could hide the tag on the wire behind a key that means nothing there.

    An alternative that only one product has is marked `Annotated[Model, KILO_ONLY]` or `ROO_ONLY`.

    Args:
        field: Python name of the tag, which every model declares as a literal.
    """

    field: str

    def __get_pydantic_core_schema__(self, source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        tagged = {
            tag: (model, only)
            for model, only in map(_unmarked, get_args(source))
            for tag in get_args(model.model_fields[self.field].annotation)
        }
        return _standing_for(_Alternatives(self.field, tagged))


def _unmarked(alternative: Any) -> tuple[type[BaseModel], Only | None]:
    return get_args(alternative) if get_origin(alternative) is Annotated else (alternative, None)


class _Alternatives:
    """Checks an argument of a constructor; stands for the readers of the models."""

    def __init__(self, field: str, tagged: Mapping[Any, tuple[type[BaseModel], Only | None]]) -> None:
        self._field, self._tagged_models = field, tagged
        self._models = {tag: model for tag, (model, _) in tagged.items()}

    def __call__(self, value: Any) -> Any:
        return value if isinstance(value, tuple(self._models.values())) else self._validator.validate_python(value)

    def core_schema(self, flavor: Flavor) -> CoreSchema:
        return self._tagged({tag: core_schema_of(model) for tag, model in self._models_of(flavor).items()})

    def reader_for(self, variant: Variant) -> Reader:
        return ByTag(to_camel(self._field), self._models_of(variant.flavor), variant)

    def part_for(self, variant: Variant) -> CoreSchema:
        models = self._models_of(variant.flavor)
        later = core_schema.no_info_plain_validator_function(self.reader_for(variant).validate_python)
        return self._tagged(
            {tag: core_schema_of(each) if each.__pydantic_complete__ else later for tag, each in models.items()}
        )

    def _models_of(self, flavor: Flavor) -> dict[Any, type[BaseModel]]:
        return {
            tag: model for tag, (model, only) in self._tagged_models.items() if only is None or only.is_known_to(flavor)
        }

    def _tagged(self, choices: dict[Any, CoreSchema]) -> CoreSchema:
        places: list[list[str | int]] = [[to_camel(self._field)], [self._field]]
        return core_schema.tagged_union_schema(choices, places)

    @cached_property
    def _validator(self) -> SchemaValidator:
        check = core_schema.no_info_plain_validator_function
        return SchemaValidator(self._tagged({tag: check(model.model_validate) for tag, model in self._models.items()}))


def _standing_for(part: _Imported | _Alternatives) -> CoreSchema:
    """Return the schema that stands for a part, and which pydantic describes as the part itself."""

    def describe(_function: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(part.core_schema("any"))

    return core_schema.no_info_plain_validator_function(part, metadata={"pydantic_js_functions": [describe]})


class ByTag:
    """Reads a tagged union by the reader of the one model that the tag names."""

    def __init__(self, key: str, models: dict[Any, type[BaseModel]], variant: Variant) -> None:
        self._key, self._models, self._variant = key, models, variant
        self._readers = _Readers(models, variant)
        marks = (mark for model in models.values() for field in model.model_fields.values() for mark in field.metadata)
        self._left = SETTLED_AFTER if any(isinstance(mark, TaggedBy) for mark in marks) else None

    def at_a_glance(self, data: bytes, /) -> Any:
        """Check a JSON document that begins with its tag; return None if it does not, or if anything is wrong.

        A document that only seems to begin so is refused by the model, which knows its own tag.
        """
        if self._left is not None:
            self._settle(self._left - 1)
        try:
            _, _, _, tag, _ = data.split(b'"', 4)
            return self._readers[tag.decode()].validate_json(data)
        except (LookupError, ValueError):
            return None

    def validate_python(self, value: Any, /) -> Any:
        try:
            reader = self._readers[value[self._key]]
        except (LookupError, TypeError):
            return self._refuser.validate_python(value)
        return reader.validate_python(value)

    def validate_json(self, data: bytes, /) -> Any:
        if (made := self.at_a_glance(data)) is not None:
            return made
        try:
            value = from_json(data)
        except ValueError:
            return self._refuser.validate_json(data)
        return self.validate_python(value)

    def _settle(self, left: int) -> None:
        """Make all readers anew once it is known which alternatives of inner unions come; those get into one piece."""
        self._left = left or None
        if not left:
            self._readers = _Readers(self._models, self._variant)

    @cached_property
    def _refuser(self) -> SchemaValidator:
        """Says what is wrong with a tag, or with what has none; accepts nothing."""
        nothing = core_schema.is_instance_schema(ByTag)
        return SchemaValidator(core_schema.tagged_union_schema(dict.fromkeys(self._models, nothing), self._key))


class _Readers(dict[Any, Reader]):
    """Readers by tag, each made when its first value arrives."""

    def __init__(self, models: dict[Any, type[BaseModel]], variant: Variant) -> None:
        super().__init__()
        self._models, self._variant = models, variant

    def __missing__(self, tag: Any) -> Reader:
        return self.setdefault(tag, reader_of(self._models[tag], self._variant))
