"""What a program printed for a terminal, as HTML: its colours as classes, everything else that is no text spelled out.

The libraries that do this obey cursor movements, make links of what asks to be one, or write styles into the page. None
of that may be done for a hostile program, so this knows colours only, and of those the few that a theme has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from rc_evals.foreign import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLOURS: Final = re.compile(r"\x1b\[([0-9;:]{0,64})m")
"""The one sequence that is obeyed: Select Graphic Rendition."""

_NAMES: Final = ("", "red", "green", "yellow", "blue", "magenta", "cyan", "")
"""The eight colours as classes; black and white are the colour of the text, so that both can be read in any theme."""


def coloured(text: str) -> Markup:
    """Return foreign text as HTML that is safe in any element; its classes are in `task.css`."""
    colour, weight = "", ""
    parts: list[Markup] = []
    for number, piece in enumerate(_COLOURS.split(text)):
        if number % 2:
            colour, weight = _after(piece, colour, weight)
        elif piece:
            shown = escape(printable(piece))
            names = " ".join(filter(None, (colour, weight)))
            parts.append(Markup('<span class="{}">{}</span>').format(names, shown) if names else shown)
    return Markup().join(parts)


def _after(parameters: str, colour: str, weight: str) -> tuple[str, str]:
    """Return colour and weight once a sequence has been obeyed."""
    codes = (int(code or 0) for code in re.split("[;:]", parameters))
    for code in codes:
        match code:
            case 0:
                colour = weight = ""
            case 1 | 2:
                weight = "bold" if code == 1 else "dim"
            case 22:
                weight = ""
            case 39:
                colour = ""
            case 38:
                colour = _extended(codes)
            case 48:
                _extended(codes)
            case _ if 30 <= code <= 37 or 90 <= code <= 97:
                colour = _NAMES[code % 10]
            case _:
                pass
    return colour, weight


def _extended(codes: Iterator[int]) -> str:
    """Take a colour of 256, or of three parts, and return the nearest one that we have."""
    match next(codes, None):
        case 5:
            number = next(codes, 0)
            if number < 16:
                return _NAMES[number % 8]
            if number < 232:
                cube = number - 16
                return _nearest(cube // 36 * 51, cube // 6 % 6 * 51, cube % 6 * 51)
            return ""
        case 2:
            return _nearest(next(codes, 0), next(codes, 0), next(codes, 0))
        case _:
            return ""


def _nearest(red: int, green: int, blue: int) -> str:
    bright = max(red, green, blue)
    bits = (part > bright * 2 // 3 for part in (red, green, blue))
    return _NAMES[sum(bit << place for place, bit in enumerate(bits))]
