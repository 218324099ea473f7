"""From JSON to checked values and back; the only place that talks to pydantic's validators and serialisers."""

import json
from functools import cached_property
from typing import Any, Final, Generic, NoReturn, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, SchemaSerializer, SchemaValidator, from_json

from rc_types._errors import InvalidWireError, WireProblem
from rc_types._refusal import refusal

T = TypeVar("T")

NON_FINITE_TOKENS: Final = (b"NaN", b"Infinity")
"""Python's parsers read these words as numbers, JavaScript's does not (spec J1)."""


class WireCodec(Generic[T]):
    """Reads and writes one shape that is not a single model: a union, a list, a set of names.

    Nothing is built before the first use, so that declaring codecs costs nothing at import.

    Args:
        shape: The annotation to check against.
        name: What refusals call it.
    """

    def __init__(self, shape: Any, name: str) -> None:
        self._shape = shape
        self._name = name

    def from_wire(self, value: object, *, context: object = None) -> T:
        """Check a decoded JSON value.

        Args:
            value: What a JSON parser returned; it is not changed.
            context: Handed to the rules of the shape that look at one.

        Raises:
            InvalidWireError: The value is not of this shape.
        """
        return cast("T", check_value(self._adapter.validator, self._name, value, context))

    def from_json(self, text: bytes | str) -> T:
        """Parse and check a JSON document, without a detour over Python objects.

        Raises:
            InvalidWireError: The text is not JSON, or not of this shape.
        """
        return cast("T", check_json(self._adapter.validator, self._name, text))

    def to_wire(self, value: T) -> Any:
        """Return the value as plain JSON data; members that nobody set stay away."""
        return dump_value(self._adapter.serializer, value)

    def to_json(self, value: T) -> bytes:
        """Return the value as a compact JSON document in UTF-8."""
        return dump_json(self._adapter.serializer, value)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._shape)


def check_value(validator: Any, name: str, value: object, context: object = None) -> object:
    """Check decoded JSON by its wire names only. Raises InvalidWireError."""
    checker = cast("SchemaValidator", validator)
    try:
        return checker.validate_python(value, by_alias=True, by_name=False, context=cast("Any", context))
    except ValidationError as error:
        raise refusal(name, error, value) from None


def check_json(validator: Any, name: str, text: bytes | str) -> object:
    """Parse and check a JSON document by its wire names only. Raises InvalidWireError."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if any(token in data for token in NON_FINITE_TOKENS):
        return check_value(validator, name, _parse(name, data))
    checker = cast("SchemaValidator", validator)
    try:
        return checker.validate_json(data, by_alias=True, by_name=False)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid":
            raise refusal(name, error, from_json(data)) from None
    # A text cut inside a surrogate pair is JSON for everybody but the Rust parser (spec J4).
    return check_value(validator, name, _parse(name, data))


def dump_value(serializer: Any, value: object) -> Any:
    """Return plain JSON data under wire names, without members that nobody set."""
    return cast("SchemaSerializer", serializer).to_python(value, mode="json", by_alias=True, exclude_unset=True)


def dump_json(serializer: Any, value: object) -> bytes:
    r"""Return compact JSON in UTF-8; a lone surrogate, which UTF-8 cannot hold, goes out as its `\udxxx` escape."""
    try:
        return cast("SchemaSerializer", serializer).to_json(value, by_alias=True, exclude_unset=True)
    except PydanticSerializationError:
        plain = dump_value(serializer, value)
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def _parse(name: str, data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError:
        problem = "is nested too deeply"
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} at character {error.pos}"
    except ValueError as error:
        problem = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
    raise InvalidWireError(name, (WireProblem("", problem),))


def _refuse_constant(token: str) -> NoReturn:
    raise ValueError(f"is not JSON: {token} is no number")
