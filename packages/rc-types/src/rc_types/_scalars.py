"""JSON scalars and containers as JavaScript sees them, checked by pydantic's Rust core.

Everything here is declared as a core schema rather than as a Python validator: the checks run on every message.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple, TypeAlias, TypeVar, cast

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

T = TypeVar("T")

MAX_SAFE_INTEGER: Final = 2**53
"""Whole numbers beyond this are rounded to a double, as in JavaScript (spec J1)."""

MAX_DEPTH: Final = 200
"""Levels of nesting that arbitrary JSON may have, the same limit that pydantic's JSON parser has."""

ANYTHING: Final = core_schema.simple_ser_schema("any")
"""Serialise by the value's own type; cheaper than trying the alternatives of a union again."""


def _double(ge: int | None, le: int | None) -> CoreSchema:
    return core_schema.float_schema(strict=True, allow_inf_nan=False, ge=ge, le=le)


class JsonNumber(NamedTuple):
    """Annotation for a number of the wire (spec N1 to N3): finite, never a boolean, whole values become `int`.

    Args:
        ge: Least allowed value.
        le: Greatest allowed value.
        whole: Refuse fractions (`20.0` is whole).
    """

    ge: int | None = None
    le: int | None = None
    whole: bool = False

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        least = -MAX_SAFE_INTEGER if self.ge is None else self.ge
        most = MAX_SAFE_INTEGER if self.le is None else self.le
        double = _double(self.ge, self.le)
        # Doubles of this size have no fraction left, but may exceed the 64 bits that the Rust core makes integers of.
        huge = [_double(MAX_SAFE_INTEGER, self.le), _double(self.ge, -MAX_SAFE_INTEGER)]
        return core_schema.union_schema(
            [
                core_schema.int_schema(strict=True, ge=least, le=most),
                core_schema.chain_schema([double, core_schema.int_schema(strict=False, ge=least, le=most)]),
                *(huge if self.whole else [double]),
            ],
            mode="left_to_right",
            custom_error_type="wire_number",
            custom_error_message=self._sentence(),
            serialization=ANYTHING,
            metadata={"pydantic_js_functions": [self._json_schema]},
        )

    def _json_schema(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        bounds = {"minimum": self.ge, "maximum": self.le}
        kind = "integer" if self.whole else "number"
        return {"type": kind, **{key: bound for key, bound in bounds.items() if bound is not None}}

    def _sentence(self) -> str:
        kind = "a whole number" if self.whole else "a finite number"
        bounds = [f"at least {self.ge}"] * (self.ge is not None) + [f"at most {self.le}"] * (self.le is not None)
        return f"must be {kind}" + (f", {' and '.join(bounds)}" if bounds else "")


Number: TypeAlias = Annotated[int | float, JsonNumber()]
"""Any finite number (spec N1)."""

NonNegative: TypeAlias = Annotated[int | float, JsonNumber(ge=0)]
"""A finite number that is not below zero; fractions are fine."""


class FailFast:
    """Annotation for a list or dictionary that is refused at its first bad element.

    A peer could send millions of bad ones, each with an error of its own. Pydantic's own annotation of this name knows
    no dictionaries.
    """

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return cast("CoreSchema", {**handler(source), "fail_fast": True})


Array: TypeAlias = Annotated[list[T], FailFast()]
"""A JSON list."""


def _check_keys(members: Mapping[str, object]) -> None:
    """Refuse keys that no writer can write; halves of characters are common in texts only, which are cut anywhere."""
    try:
        keys = "".join(members)
        if not keys.isascii():
            keys.encode()
    except (TypeError, UnicodeEncodeError):
        message = "must have keys of text without half characters (lone surrogates)"
        raise PydanticCustomError("wire_keys", message) from None


def _without_proto(entries: dict[str, T]) -> dict[str, T]:
    _check_keys(entries)
    if "__proto__" not in entries:
        return entries
    return {key: value for key, value in entries.items() if key != "__proto__"}


Record: TypeAlias = Annotated[dict[str, T], FailFast(), AfterValidator(_without_proto)]
"""A JSON object used as a dictionary; `__proto__` is dropped (spec J3)."""


_PLAIN: Final = frozenset({str, bool, type(None)})
"""Types of which every value is fine."""


def _decent_json(value: Any) -> Any:
    """Refuse what JavaScript could not have sent, level by level so that no nesting exhausts the stack."""
    if type(value) in _PLAIN:
        return value
    level = [value]
    rounded = False
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        # Most values are plain, and types are compared without a step of Python for each of them.
        for item in level if not _PLAIN.issuperset(map(type, level)) else ():
            members: dict[str, Any] = item
            if isinstance(item, dict):
                _check_keys(members)
                below += members.values()
            elif isinstance(item, list | tuple):
                below += item
            elif isinstance(item, float) and not math.isfinite(item):
                raise PydanticCustomError("wire_number", "must hold finite numbers only")
            else:
                rounded = rounded or (isinstance(item, int) and abs(item) > MAX_SAFE_INTEGER)
        if not below:
            return _in_doubles(value) if rounded else value
        level = below
    raise PydanticCustomError("wire_depth", "must not be nested deeper than 200 levels")


def _in_doubles(value: Any) -> Any:
    """Round whole numbers that a double cannot hold, as reading them in JavaScript does (spec J1)."""
    if isinstance(value, dict):
        return {key: _in_doubles(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_in_doubles(item) for item in cast("list[Any]", value)]
    if not isinstance(value, int) or abs(value) <= MAX_SAFE_INTEGER:
        return value
    try:
        return float(value)
    except OverflowError:
        raise PydanticCustomError("wire_number", "must hold finite numbers only") from None


def _decent_record(entries: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = _decent_json(_without_proto(entries))
    return kept


JsonRecord: TypeAlias = Annotated[dict[str, Any], FailFast(), AfterValidator(_decent_record)]
"""A JSON object used as a dictionary of anything."""

Json: TypeAlias = Annotated[Any, AfterValidator(_decent_json)]
"""Arbitrary JSON, `null` included; kept as it is."""

ANY_JSON: Final = core_schema.no_info_after_validator_function(_decent_json, core_schema.any_schema())
"""Checks what `Json` is declared for."""
