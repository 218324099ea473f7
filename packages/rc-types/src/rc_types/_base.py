"""What every model of this package stands on: `WireModel`, and the ways in which a member may be absent.

| declared as                | key absent   | `null`  | attribute when absent | written               |
|----------------------------|--------------|---------|-----------------------|-----------------------|
| `x: T`                     | refused      | refused |                       | always                |
| `x: Omittable[T] = None`   | fine         | refused | `None`                | when set              |
| `x: Nullish[T] = None`     | fine         | fine    | `None`                | when set, also `null` |
| `x: Absent = None`         | fine         | refused | `None`                | never                 |
| `x: T = value` (see below) | fine         | refused | `value`               | always                |

The last kind belongs into a `DefaultedWireModel`. Source: types spec 2.2.
"""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeAlias, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticUndefined, core_schema

from rc_types._codec import Gates, dump_json, dump_value
from rc_types._flavors import KILO_ONLY, ROO_ONLY, Flavor
from rc_types._spelling import to_camel

T = TypeVar("T")


class NullRefused:
    """Annotation that keeps `None` as the attribute of an absent member while `null` on the wire is refused."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        nullable = cast("core_schema.NullableSchema", handler(source))
        return nullable["schema"]


Omittable: TypeAlias = Annotated[T | None, NullRefused()]
"""A member that may be absent but not `null`; absent reads as `None`."""

Nullish: TypeAlias = T | None
"""A member that may be absent or `null`; both read as `None`, and each is written back as it came."""


class _KeyRefused:
    """Fails whatever is there, so that only an absent key passes."""

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.custom_error_schema(
            core_schema.is_instance_schema(_KeyRefused), "wire_absent", custom_error_message="must not be there"
        )


Absent: TypeAlias = Annotated[None, _KeyRefused()]
"""A member whose key must not be there (`ABSENT` in the types spec); declare it with the default `None`."""


KiloOnly: TypeAlias = Annotated[T | None, NullRefused(), KILO_ONLY]
"""An omittable member that only Kilo Code has."""

RooOnly: TypeAlias = Annotated[T | None, NullRefused(), ROO_ONLY]
"""An omittable member that only Roo Code has."""

KiloSecret: TypeAlias = Annotated[str | None, NullRefused(), KILO_ONLY, Field(repr=False)]
"""A secret that only Kilo Code has."""

Secret: TypeAlias = Annotated[str | None, NullRefused(), Field(repr=False)]
"""An omittable text that never shows in a `repr`."""


def spelled(wire_name: str) -> Any:
    """Return the field settings of a member whose wire name is not its Python name in camelCase."""
    return Field(validation_alias=wire_name, serialization_alias=wire_name)


class WireModel(BaseModel):
    """Base of every shape: camelCase on the wire, snake_case in Python, immutable.

    Construct with Python names (`ClineMessage(ts=1, type="say")`); that raises `pydantic.ValidationError`, since wrong
    arguments are the caller's own mistake. Data from elsewhere enters through `from_wire` or `from_json`.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
        ser_json_inf_nan="constants",  # which the writer refuses; `null` would be another message
    )

    __wire_gates__: ClassVar[Gates]

    @classmethod
    def __pydantic_init_subclass__(cls, **_kwargs: Any) -> None:
        """Give every shape its own gates, which cost nothing until they are used."""
        cls.__wire_gates__ = Gates(cls, cls.__name__)

    if not TYPE_CHECKING:  # checkers know that models are frozen; from this they would learn the opposite

        def __setattr__(self, name: str, value: object) -> None:
            """Refuse as pydantic does, but without showing the value, which may be a secret."""
            frozen = InitErrorDetails(type="frozen_instance", loc=(name,), input=None)
            raise ValidationError.from_exception_data(type(self).__name__, [frozen], hide_input=True)

    @classmethod
    def from_wire(cls, value: object, *, flavor: Flavor = "roo") -> Self:
        """Check a decoded JSON value by one product's schemas. Raises InvalidWireError when it is not of this shape."""
        checked: Self = cls.__wire_gates__[flavor].value(value)
        return checked

    @classmethod
    def from_json(cls, text: bytes | str, *, flavor: Flavor = "roo") -> Self:
        """Parse and check a JSON document. Raises InvalidWireError when it is not JSON or not of this shape."""
        checked: Self = cls.__wire_gates__[flavor].json(text)
        return checked

    def to_wire(self) -> dict[str, Any]:
        """Return the message as plain JSON data; members that nobody set stay away (spec D2)."""
        wire: dict[str, Any] = dump_value(self.__pydantic_serializer__, self)
        return wire

    def to_json(self) -> bytes:
        """Return the message as a compact JSON document in UTF-8.

        Raises ValueError if something that was put in behind the constructor's back, such as infinity, is no JSON.
        """
        return dump_json(self.__pydantic_serializer__, self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let members that only the lenient reader keeps be written back, although no constructor takes them."""
        return _writing_all(cls, handler(source))


def _writing_all(model: type[BaseModel], schema: CoreSchema) -> CoreSchema:
    node = cast("dict[str, Any]", schema)
    if node["type"] != "model":  # a validator of the model around it
        return cast("CoreSchema", {**node, "schema": _writing_all(model, node["schema"])})
    members = cast("CoreSchema", {**node["schema"], "extra_behavior": "allow"})
    writer = {**core_schema.model_ser_schema(model, members), "config": {"extra_fields_behavior": "allow"}}
    return cast("CoreSchema", {**node, "serialization": writer})


class DefaultedWireModel(WireModel):
    """A shape with members that are written even when nobody set them, because they have a default (spec P2)."""

    def model_post_init(self, _context: Any, /) -> None:
        """Count the defaults as set."""
        fields = type(self).model_fields
        self.__pydantic_fields_set__.update(
            name
            for name, field in fields.items()
            if field.default is not None and field.default is not PydanticUndefined
        )


def given(**members: Any) -> dict[str, Any]:
    """Return the members that are not None, for constructors whose arguments may be left out."""
    return {name: value for name, value in members.items() if value is not None}


def tag_of(model: type[BaseModel], field: str) -> Any:
    """Return the only value of a tag, for constructors that a family of messages shares."""
    (tag,) = get_args(model.model_fields[field].annotation)
    return tag


def wire_names(*models: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys of the models on Roo Code's wire, in declared order."""
    return tuple(
        field.serialization_alias or to_camel(name)
        for model in models
        for name, field in model.model_fields.items()
        if KILO_ONLY not in field.metadata
    )
