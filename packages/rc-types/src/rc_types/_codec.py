"""From JSON to checked values and back; every refusal leaves here as an InvalidWireError."""

import json
import re
from typing import Any, Final, Generic, NoReturn, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, SchemaSerializer, core_schema, from_json

from rc_types._errors import InvalidWireError, WireProblem
from rc_types._flavors import FLAVORS, Flavor
from rc_types._readers import reader_of
from rc_types._refusal import problems_of
from rc_types._specialise import LENIENT, Reader, Variant

T = TypeVar("T")

_ANY: Final = SchemaSerializer(core_schema.any_schema(), core_schema.CoreConfig(ser_json_inf_nan="constants"))
"""Writes every value by what it is; models by their own serialiser."""

_N: Final = ord("N")
_I: Final = ord("I")

_NAN: Final = re.compile(rb"NaN(?<![^:,\[\s-]NaN)")
_INFINITY: Final = re.compile(rb"Infinity(?<![^:,\[\s-]Infinity)")
"""Where a value may begin, unless that is in a text. What begins with a letter is found quickly."""

_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")
"""What the escape of half a character begins with."""


class Gate:
    """Lets data of one shape in, checked by one reader; every refusal is an InvalidWireError.

    Args:
        reader: What checks.
        name: What refusals call the shape.
    """

    __slots__ = ("_check", "_name", "_parse_and_check")

    def __init__(self, reader: Reader, name: str) -> None:
        self._check = reader.validate_python
        self._parse_and_check = reader.validate_json
        self._name = name

    def value(self, value: object) -> Any:
        """Check decoded JSON. Raises InvalidWireError."""
        try:
            return self._check(value)
        except ValidationError as error:
            refused = _refusal(self._name, error, value)
        raise refused  # out here, or else it would hold the data as its context

    def json(self, text: bytes | str) -> Any:
        """Parse and check a JSON document. Raises InvalidWireError."""
        try:
            data = text if isinstance(text, bytes) else text.encode()
        except UnicodeEncodeError:
            return self.value(_parse(self._name, text))
        if names_a_constant(data) and not _is_json(data):
            return self.value(_parse(self._name, data))
        try:
            return self._parse_and_check(data)
        except ValidationError:
            pass
        # Rust's reader also judges dictionary entries that a later one with the same key replaces (J3).
        return self.value(_decoded(self._name, data))


class Gates(dict[Flavor, Gate]):
    """The gates of one shape, each made when it is first asked for.

    Args:
        shape: A model or any other annotation.
        name: What refusals call it.
        lenient: Keep what nobody knows, whatever the flavor.
    """

    def __init__(self, shape: Any, name: str, *, lenient: bool = False) -> None:
        super().__init__()
        self._shape, self._name, self._lenient = shape, name, lenient

    def __missing__(self, flavor: Flavor) -> Gate:
        if flavor not in FLAVORS:
            raise ValueError(f"flavor must be one of {', '.join(FLAVORS)}, not {flavor!r}")
        variant = LENIENT if self._lenient else Variant(flavor)
        return self.setdefault(flavor, Gate(reader_of(self._shape, variant), self._name))


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
        self._gates = Gates(shape, name, lenient=lenient)

    def from_wire(self, value: object, *, flavor: Flavor = "roo") -> T:
        """Check a decoded JSON value.

        Args:
            value: What a JSON parser returned; it is not changed.
            flavor: Whose schemas judge.

        Raises:
            InvalidWireError: The value is not of this shape.
        """
        checked: T = self._gates[flavor].value(value)
        return checked

    def from_json(self, text: bytes | str, *, flavor: Flavor = "roo") -> T:
        """Parse and check a JSON document, without a detour over Python objects.

        Raises:
            InvalidWireError: The text is not JSON, or not of this shape.
        """
        checked: T = self._gates[flavor].json(text)
        return checked

    def to_wire(self, value: T) -> Any:
        """Return the value as plain JSON data; members that nobody set stay away."""
        return dump_value(_ANY, value)

    def to_json(self, value: T) -> bytes:
        """Return the value as a compact JSON document in UTF-8. Raises ValueError for what is no JSON."""
        return dump_json(_ANY, value)


def dump_value(serializer: SchemaSerializer, value: object) -> Any:
    """Return plain JSON data under wire names, without members that nobody set."""
    return serializer.to_python(value, mode="json", by_alias=True, exclude_unset=True, warnings=False)


def dump_json(serializer: SchemaSerializer, value: object) -> bytes:
    r"""Return compact JSON in UTF-8; a lone surrogate, which UTF-8 cannot hold, goes out as its `\udxxx` escape."""
    try:
        data = serializer.to_json(value, by_alias=True, exclude_unset=True, warnings=False)
    except PydanticSerializationError:
        plain = dump_value(serializer, value)
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")
    if names_a_constant(data) and not _is_json(data):
        raise ValueError("JSON has no number that is not finite")
    return data


def names_a_constant(data: bytes) -> bool:
    """Return whether something is spelled as what Rust's parser takes for a number and JavaScript's does not (J1)."""
    # Each step costs more than the one before it and is rarely needed. (`in` would raise an error inside for a word.)
    return (_N in data and data.find(b"NaN") >= 0 and _NAN.search(data) is not None) or (
        _I in data and data.find(b"Infinity") >= 0 and _INFINITY.search(data) is not None
    )


def _refusal(name: str, error: ValidationError, value: object) -> InvalidWireError:
    return InvalidWireError(name, lambda: problems_of(error, value))  # shows nothing of them, wherever it is shown


def _decoded(name: str, data: bytes) -> object:
    try:
        return from_json(data)
    except ValueError as broken:
        problem = WireProblem("", _why_no_json(data, str(broken)))
    # A text that was cut inside a surrogate pair is JSON for everybody but Rust's parser (J4).
    if _HALF.search(data):
        return _parse(name, data)
    raise InvalidWireError(name, (problem,))


def _why_no_json(data: bytes, complaint: str) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "is not UTF-8"
    return "is nested too deeply" if "recursion" in complaint else f"is not JSON: {complaint}"


def _is_json(data: bytes) -> bool:
    try:
        from_json(data, allow_inf_nan=False)
    except ValueError:
        return False
    return True


def _parse(name: str, data: bytes | str) -> object:
    try:
        text = data if isinstance(data, str) else data.decode()
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        problem = "is nested too deeply"
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} at character {error.pos}"
    except ValueError as error:
        problem = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
    raise InvalidWireError(name, (WireProblem("", problem),))


def _refuse_constant(token: str) -> NoReturn:
    raise ValueError(f"is not JSON: {token} is no number")
