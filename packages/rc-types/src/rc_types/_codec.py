"""From JSON to checked values and back; the only place that talks to pydantic's validators and serialisers."""

import json
from functools import partial
from typing import Any, Final, Generic, NoReturn, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, SchemaSerializer, core_schema, from_json

from rc_types._errors import InvalidWireError, WireProblem
from rc_types._flavors import Flavor
from rc_types._readers import Reader, reader_of
from rc_types._refusal import problems_of
from rc_types._specialise import Variant

T = TypeVar("T")

_ANY: Final = SchemaSerializer(core_schema.any_schema())
"""Writes every value by what it is; models by their own serialiser."""


class WireCodec(Generic[T]):
    """Reads and writes one shape that is not a single model: a union, a list, a set of names.

    Nothing is built before the first use, so that declaring codecs costs nothing at import.

    Args:
        shape: The annotation to check against.
        name: What refusals call it.
        lenient: Keep names, members and trailing elements that nobody knows yet (IPC spec R-14), in flavor `any`.
    """

    def __init__(self, shape: Any, name: str, *, lenient: bool = False) -> None:
        self.shape = shape
        self.name = name
        self._lenient = lenient
        self._readers: dict[Flavor, Reader] = {}

    def from_wire(self, value: object, *, flavor: Flavor = "roo") -> T:
        """Check a decoded JSON value.

        Args:
            value: What a JSON parser returned; it is not changed.
            flavor: Whose schemas judge.

        Raises:
            InvalidWireError: The value is not of this shape.
        """
        return cast("T", read_value(self._readers.get(flavor) or self._reader(flavor), self.name, value))

    def from_json(self, text: bytes | str, *, flavor: Flavor = "roo") -> T:
        """Parse and check a JSON document, without a detour over Python objects.

        Raises:
            InvalidWireError: The text is not JSON, or not of this shape.
        """
        return cast("T", read_json(self._readers.get(flavor) or self._reader(flavor), self.name, text))

    def to_wire(self, value: T) -> Any:
        """Return the value as plain JSON data; members that nobody set stay away."""
        return dump_value(_ANY, value)

    def to_json(self, value: T) -> bytes:
        """Return the value as a compact JSON document in UTF-8."""
        return dump_json(_ANY, value)

    def _reader(self, flavor: Flavor) -> Reader:
        variant = Variant("any", lenient=True) if self._lenient else Variant(flavor)
        return self._readers.setdefault(flavor, reader_of(self.shape, variant))


def read_value(reader: Reader, name: str, value: object) -> object:
    """Check decoded JSON by its wire names only. Raises InvalidWireError."""
    try:
        return reader.validate_python(value)
    except ValidationError as error:
        raise InvalidWireError(name, partial(problems_of, error, value)) from None


def read_json(reader: Reader, name: str, text: bytes | str) -> object:
    """Parse and check a JSON document by its wire names only. Raises InvalidWireError."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    # What Rust's parser takes for a number and JavaScript's does not (spec J1), and a text that was cut inside a
    # surrogate pair, which is JSON for everybody but Rust's parser (J4).
    if b"NaN" in data or b"Infinity" in data or b"\\ud" in data or b"\\uD" in data:
        return read_value(reader, name, _parse(name, data))
    try:
        return reader.validate_json(data)
    except ValidationError as error:
        refused = InvalidWireError(name, partial(_problems_of_json, error, data))
    if isinstance(text, str) and not _is_unicode(text):
        return read_value(reader, name, _parse(name, data))
    raise refused


def dump_value(serializer: Any, value: object) -> Any:
    """Return plain JSON data under wire names, without members that nobody set."""
    write = cast("SchemaSerializer", serializer).to_python
    return write(value, mode="json", by_alias=True, exclude_unset=True, warnings=False)


def dump_json(serializer: Any, value: object) -> bytes:
    r"""Return compact JSON in UTF-8; a lone surrogate, which UTF-8 cannot hold, goes out as its `\udxxx` escape."""
    try:
        write = cast("SchemaSerializer", serializer).to_json
        return write(value, by_alias=True, exclude_unset=True, warnings=False)
    except PydanticSerializationError:
        plain = dump_value(serializer, value)
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def _problems_of_json(error: ValidationError, data: bytes) -> tuple[WireProblem, ...]:
    try:
        value = from_json(data)
    except ValueError as broken:
        return (WireProblem("", _why_no_json(data, str(broken))),)
    return problems_of(error, value)


def _why_no_json(data: bytes, complaint: str) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "is not UTF-8"
    return "is nested too deeply" if "recursion" in complaint else f"is not JSON: {complaint}"


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _parse(name: str, data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8", "surrogatepass"), parse_constant=_refuse_constant)
    except RecursionError:
        problem = "is nested too deeply"
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} at character {error.pos}"
    except ValueError as error:
        problem = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
    raise InvalidWireError(name, (WireProblem("", problem),))


def _refuse_constant(token: str) -> NoReturn:
    raise ValueError(f"is not JSON: {token} is no number")
