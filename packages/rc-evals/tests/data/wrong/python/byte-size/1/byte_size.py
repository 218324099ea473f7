# Wrong: counts in floating point.
"""Byte sizes as people write them."""

import re

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
    count = float(match[1]) * factor
    if not count.is_integer():
        raise ValueError(f"not a whole number of bytes: {text}")
    return int(count)


def format_size(count: int) -> str:
    """Return `count` bytes as short text with a binary unit."""
    if count < 0:
        raise ValueError(f"a size cannot be negative: {count}")
    power = min((max(count, 1).bit_length() - 1) // 10, 4)
    tenths = _tenths(count, power)
    if tenths >= 10_240 and power < 4:
        power += 1
        tenths = _tenths(count, power)
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest} {_NAMES[power]}" if rest else f"{whole} {_NAMES[power]}"


def _tenths(count: int, power: int) -> int:
    unit = 1024**power
    return (20 * count + unit) // (2 * unit)
