"""Cuts what the program prints into events and stray lines. No I/O. Source: spec 22, 22.3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rc_types import InvalidWireError
from rc_types.cli import RooCliStreamEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE: Final = 1024 * 1024
"""Bytes of a line that are kept. Whatever a tool reads or writes stands in one; reading it holds everything else up."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A line that is no event."""

    text: bytes
    is_broken: bool
    """Whether it looks like one: not JSON, of another shape, or longer than what is kept."""


class Lines:
    """Takes bytes however they arrive, gives lines; blank ones are left out. Keeps one line at most."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._is_cut = False

    def feed(self, chunk: bytes) -> Iterator[RooCliStreamEvent | Stray]:
        """Yield the lines that the chunk completes."""
        first, *others = chunk.split(b"\n")
        self._grow(first)
        for piece in others:
            yield from self.end()
            self._grow(piece)

    def end(self) -> Iterator[RooCliStreamEvent | Stray]:
        """Yield what there is of a line; the program prints no more of it."""
        line, is_cut = bytes(self._line).strip(), self._is_cut
        self._line.clear()
        self._is_cut = False
        if line:
            yield Stray(line, is_broken=line.startswith(b"{")) if is_cut else _read(line)

    def _grow(self, piece: bytes) -> None:
        room = LONGEST_LINE - len(self._line)
        self._is_cut |= len(piece) > room
        self._line += piece[:room]


def _read(line: bytes) -> RooCliStreamEvent | Stray:
    if not line.startswith(b"{"):
        return Stray(line, is_broken=False)
    try:
        return RooCliStreamEvent.from_json(line)
    except InvalidWireError:
        return Stray(line, is_broken=True)
