# Wrong: rounds with format(), which takes exact halves to the even digit and may end at 1024.
"""Byte sizes as people write them."""

import re
from fractions import Fraction

_NAMES = ["B", "KiB", "MiB", "GiB", "TiB"]
_FACTORS = {"": 1} | {name.lower(): 1024**power for power, name in enumerate(_NAMES)}
_FACTORS |= {name: 1000**power for power, name in enumerate(["kb", "mb", "gb", "tb"], start=1)}
_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*", re.IGNORECASE | re.ASCII)


def parse_size(text: str) -> int:
    """Return the whole number of bytes that `text` names."""
    match = _SIZE.fullmatch(text)
    factor = _FACTORS.get(match[2].lower()) if match else None
    if match is None or factor is None:
        raise ValueError(f"not a size: {text}")
    count = Fraction(match[1]) * factor
    if count.denominator != 1:
        raise ValueError(f"not a whole number of bytes: {text}")
    return int(count)


def format_size(count: int) -> str:
    """Return `count` bytes as short text with a binary unit."""
    if count < 0:
        raise ValueError(f"a size cannot be negative: {count}")
    power = min((max(count, 1).bit_length() - 1) // 10, 4)
    number = f"{count / 1024**power:.1f}".removesuffix(".0")
    return f"{number} {_NAMES[power]}"
