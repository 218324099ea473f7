"""Text of foreign origin, as terminals and pages may show it."""

from __future__ import annotations

import re
from typing import Final

_COLOURS: Final = re.compile(r"\x1b\[[0-9;:]*m")
_HARMFUL: Final = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line end
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # what turns the order of text around, or breaks lines
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # what nobody sees
    "\ud800-\udfff]"  # halves of characters: cannot be encoded
)


def printable(text: str) -> str:
    r"""Return text of foreign origin as it may be shown: colours left out, controls written as `\x1b`.

    A log can otherwise move the cursor, retitle the window, or make a terminal answer as if somebody typed.
    Tabs and line ends stay.
    """
    return _HARMFUL.sub(_spelled, _COLOURS.sub("", text.replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """Return foreign text printable and on one line."""
    return " ".join(printable(text).split())


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
