"""Text for a terminal: what cannot harm it, fits it, and has colours where they are wanted."""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from typing import Final, TextIO

_HARMFUL: Final = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line end
    "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"  # what turns the order of text around, or breaks lines
    "\ud800-\udfff]"  # halves of characters: cannot be encoded
)

PLAIN: Final = ""
"""The style of text without one; others are the parameters of a terminal's SGR sequence."""
BOLD, DIM, RED, GREEN, YELLOW, MAGENTA, CYAN = "1", "2", "31", "32", "33", "35", "36"


def one_line(text: str) -> str:
    r"""Return foreign text on one line and harmless: controls are written as `\x1b`."""
    return " ".join(_HARMFUL.sub(_spelled, text).split())


def is_coloured(stream: TextIO) -> bool:
    """Return whether to use colours there: on a terminal that has some, unless NO_COLOR is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width_of(text: str) -> int:
    """Return how many columns the text takes."""
    return sum(_columns(character) for character in text)


def cut(text: str, width: int) -> str:
    """Return the text, or as much of it as fits into so many columns, with an ellipsis."""
    if width_of(text) <= width:
        return text
    taken = 0
    for at, character in enumerate(text):
        taken += _columns(character)
        if taken > width - 1:
            return text[:at] + "\N{HORIZONTAL ELLIPSIS}"
    return text


def styled(parts: Sequence[tuple[str, str]], *, coloured: bool, width: int | None) -> str:
    """Return one line of parts (text and style), cut at `width` columns; None for as long as it is."""
    line: list[str] = []
    room = width
    for text, style in parts:
        shown = text if room is None else cut(text, room)
        line.append(f"\x1b[{style}m{shown}\x1b[0m" if coloured and style and shown.strip() else shown)
        if room is not None:
            room -= width_of(shown)
            if room <= 0:
                break
    return "".join(line).rstrip()


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows as lines, their cells in columns two blanks apart."""
    clean = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(width_of, column)) for column in zip(*clean, strict=True)]
    return [
        "  ".join(cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in clean
    ]


class Screen:
    """Standard output, line by line; a line may take the place of the one before."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._coloured = is_coloured(self._stream)
        self._last: object = None
        self.is_live = self._stream.isatty()
        """Whether a line can be replaced, so that unfinished ones may be shown."""

    def show(self, parts: Sequence[tuple[str, str]], *, key: object = None) -> None:
        """Write a line; instead of the last one if that has the same key."""
        width = shutil.get_terminal_size().columns - 1 if self.is_live else None
        line = styled(parts, coloured=self._coloured, width=width)
        again = self.is_live and key is not None and key == self._last
        self._stream.write(f"\x1b[A\x1b[2K\r{line}\n" if again else f"{line}\n")
        self._stream.flush()
        self._last = key


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
