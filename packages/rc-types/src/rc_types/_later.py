"""Members whose class is imported when the first of them is met: whoever only listens never pays for settings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from rc_types._readers import Reader, core_schema_of, reader_of
from rc_types._specialise import Variant, specialise


@dataclass(frozen=True, slots=True)
class Later:
    """Annotation of a member, declared as `Any`, that holds a model of another module.

    Args:
        module: Name of the module.
        name: Name of the model in it.
    """

    module: str
    name: str

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_Instance(self))

    def model(self) -> type[BaseModel]:
        """Import the module and return the model."""
        found: type[BaseModel] = getattr(import_module(self.module), self.name)
        return found


class _Instance:
    """Checks an argument of a constructor."""

    def __init__(self, place: Later) -> None:
        self._place = place

    def __call__(self, value: Any) -> Any:
        model = self._place.model()
        return value if isinstance(value, model) else model.model_validate(value)

    def reader_for(self, variant: Variant) -> Callable[[Any], Any]:
        """Return the check of wire data in place of this one."""
        return _Wire(self._place, variant)


class _Wire:
    """Checks decoded data of a peer."""

    def __init__(self, place: Later, variant: Variant) -> None:
        self._place, self._variant = place, variant

    def __call__(self, value: Any) -> Any:
        return self._reader.validate_python(value)

    def json_schema(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the model in the member's place."""
        return handler(specialise(core_schema_of(self._place.model()), self._variant))

    @cached_property
    def _reader(self) -> Reader:
        return reader_of(self._place.model(), self._variant)
