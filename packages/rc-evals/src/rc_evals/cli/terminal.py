"""What every view of a terminal shares: columns, and a calm console."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, RenderableType

WIDE: Final = 200
"""Columns of output that goes to a file or a pipe: nothing is cut that a reader may look for."""


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
