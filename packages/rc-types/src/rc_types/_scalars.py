"""JSON scalars and containers as JavaScript sees them, checked by pydantic's Rust core.

Everything here is declared as a core schema rather than as a Python validator: the checks run on every message.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Annotated, Any, Final, TypeAlias, TypeVar, cast, get_args

from pydantic import AfterValidator, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

T = TypeVar("T")

MAX_SAFE_INTEGER: Final = 2**53
"""Whole numbers beyond this are rounded to a double, as in JavaScript (spec J1)."""

MAX_DEPTH: Final = 200
"""Levels of nesting that arbitrary JSON may have, the same limit that pydantic's JSON parser has."""

ANYTHING: Final = core_schema.simple_ser_schema("any")
"""Serialise by the value's own type; cheaper than trying the alternatives of a union again."""


@dataclass(frozen=True, slots=True)
class JsonNumber:
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
        double = self._double(self.ge, self.le)
        # Doubles of this size have no fraction left, but may exceed the 64 bits that the Rust core makes integers of.
        huge = [self._double(MAX_SAFE_INTEGER, self.le), self._double(self.ge, -MAX_SAFE_INTEGER)]
        least = -MAX_SAFE_INTEGER if self.ge is None else self.ge
        most = MAX_SAFE_INTEGER if self.le is None else self.le
        return core_schema.union_schema(
            [
                core_schema.int_schema(strict=True, ge=least, le=most),
                core_schema.chain_schema([double, core_schema.int_schema(strict=False)]),
                *(huge if self.whole else [double]),
            ],
            mode="left_to_right",
            custom_error_type="wire_number",
            custom_error_message=self._sentence(),
            serialization=ANYTHING,
        )

    @staticmethod
    def _double(ge: int | None, le: int | None) -> CoreSchema:
        return core_schema.float_schema(strict=True, allow_inf_nan=False, ge=ge, le=le)

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


def _without_proto(entries: dict[str, T]) -> dict[str, T]:
    if "__proto__" not in entries:
        return entries
    return {key: value for key, value in entries.items() if key != "__proto__"}


Record: TypeAlias = Annotated[dict[str, T], FailFast(), AfterValidator(_without_proto)]
"""A JSON object used as a dictionary; `__proto__` is dropped (spec J3)."""


def _decent_json(value: Any) -> Any:
    """Refuse what JavaScript could not have sent, level by level so that no nesting exhausts the stack."""
    level = [value]
    for _ in range(MAX_DEPTH):
        if any(isinstance(item, float) and not math.isfinite(item) for item in level):
            raise PydanticCustomError("wire_number", "must hold finite numbers only")
        level = list(chain.from_iterable(map(_children, level)))
        if not level:
            return value
    raise PydanticCustomError("wire_depth", "must not be nested deeper than 200 levels")


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        return iter(cast("dict[str, Any]", value).values())
    return iter(cast("list[Any]", value) if isinstance(value, list | tuple) else ())


Json: TypeAlias = Annotated[Any, AfterValidator(_decent_json)]
"""Arbitrary JSON, `null` included; kept as it is."""


LENIENT: Final = object()
"""Validation context of a reader that keeps names which this version does not know (IPC spec R-14)."""


class _OpenName:
    """Checks the known names in Rust; only a name that is none of them costs a call into Python."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        known = handler(get_args(source)[0])
        unknown = core_schema.with_info_plain_validator_function(_unknown_name)
        return core_schema.union_schema(
            [known, unknown],
            mode="left_to_right",
            custom_error_type="wire_name",
            custom_error_message="is not a name that is known here",
            serialization=ANYTHING,
        )


def _unknown_name(value: object, info: ValidationInfo) -> str:
    if info.context is LENIENT and isinstance(value, str):
        return value
    raise PydanticCustomError("wire_name", "is not a name that is known here")


Open: TypeAlias = Annotated[T | str, _OpenName()]
"""One of a set of names that grows with every release: strict readers refuse a foreign one, lenient ones keep it."""
