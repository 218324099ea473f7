"""JavaScript's `Number()` for what JSON can hold. Source: types spec N5 and S6."""

import math
import re
from typing import Annotated, Any, Final, TypeAlias, cast

from pydantic import BeforeValidator

from rc_types._scalars import Number

JS_WHITE_SPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript trims (spec S6); Python's own set has more characters and lacks the last one of these."""

_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PREFIXED: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")


def js_number(value: object) -> int | float:
    """Return what `Number(value)` is in JavaScript; NaN or an infinity where that is no finite number.

    Args:
        value: A decoded JSON value, `None` for `null`.
    """
    if isinstance(value, list):
        value = _only_element(cast("list[object]", value))
    elif value is None or isinstance(value, bool):
        return int(value or 0)
    if isinstance(value, str):
        return _read(value.strip(JS_WHITE_SPACE))
    return value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _only_element(value: object) -> object:
    """Return the number or text that decides about a list, which JavaScript reads as its elements joined by commas."""
    while isinstance(value, list):
        elements = cast("list[object]", value)
        if len(elements) != 1:
            return "," if elements else ""
        value = elements[0]
    return "" if value is None else value


def _read(text: str) -> int | float:
    if not text:
        return 0
    if _DECIMAL.fullmatch(text):
        return float(text)
    if not _PREFIXED.fullmatch(text):
        return math.nan
    try:
        return float(int(text, base=0))
    except OverflowError:
        return math.inf


CoercedNumber: TypeAlias = Annotated[
    Number, BeforeValidator(js_number, json_schema_input_type=float | bool | str | list[Any] | None)
]
"""A finite number, or whatever JavaScript makes one of: `"0x10"`, `true`, `null` (0), `["7"]`, a blank text (0)."""
