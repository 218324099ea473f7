"""What every view of a terminal shares: text that cannot harm it, columns, and a calm console."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, RenderableType

WIDE: Final = 200
"""Columns of output that goes to a file or a pipe: nothing is cut that a reader may look for."""

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


def columns(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Align rows of cells in columns two blanks apart; those in `right` are aligned to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(row, widths, right)).rstrip() for row in rows]


def fitted(line: str, stream: TextIO) -> str:
    """Cut a line to the width of the terminal; elsewhere it stays whole."""
    width = shutil.get_terminal_size().columns if stream.isatty() else len(line)
    return line if len(line) <= width else line[: width - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _padded(row: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> list[str]:
    return [
        cell.rjust(width) if at in right else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def console_on(stream: TextIO) -> Console:
    """Return a console that takes text as it is: no markup, no guessed highlights; colour on terminals only.

    NO_COLOR and TERM are respected; a stream that is no terminal gets neither colours nor cut lines.
    """
    from rich.console import Console  # late: it costs a third of a quick command

    return Console(
        file=stream,
        width=None if stream.isatty() else WIDE,
        markup=False,
        highlight=False,
        emoji=False,
    )


def print_on(stream: TextIO, *parts: RenderableType) -> None:
    """Print through `console_on(stream)`, without the blanks that fill lines up to the width of a table."""
    console = console_on(stream)
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    stream.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
