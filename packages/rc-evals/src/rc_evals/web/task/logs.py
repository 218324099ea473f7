"""A part of a log, as a page shows it: its end first, and on from there while the attempt goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rc_evals.web.task.ansi import coloured
from rc_evals.web.task.kept import window

if TYPE_CHECKING:
    from markupsafe import Markup

    from rc_evals.web.task.kept import Kept

WINDOW: Final = 32_000
"""Bytes of a log that are shown at a time."""

PAGE_BYTES: Final = 72_000
"""Of a page that they may take up once colours are elements: then less is shown."""

LATE: Final = 256_000
"""Bytes by which a page that follows a log may be late; then it passes over what is between."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a log."""

    text: Markup
    start: int
    """Byte with which they begin."""
    end: int
    """Byte behind them."""
    size: int
    """Bytes of the whole log."""
    skipped: int = 0
    """Bytes before them that nobody was shown."""

    @property
    def earlier(self) -> int | None:
        """Where to begin to see what is before; None at the beginning."""
        return max(0, self.start - WINDOW) if self.start else None

    @property
    def later(self) -> int | None:
        """Where to begin to see what is behind; None at the end."""
        return self.end if self.end < self.size else None


def part(kept: Kept, offset: int | None, *, ended: bool) -> Part:
    """Return lines of a log.

    Args:
        kept: the log.
        offset: byte to begin with; None for as many as fit at its end.
        ended: whether nothing more will be written.
    """
    count = WINDOW
    while True:
        shown = window(kept, -count if offset is None else offset, count, ended=ended)
        text = coloured(shown.text)
        if len(text.encode()) <= PAGE_BYTES:
            return Part(text, shown.start, shown.end, shown.size)
        count //= 2


def what_came(kept: Kept, offset: int, *, ended: bool) -> Part:
    """Return what was written since a page showed a log up to `offset`."""
    late = kept.size - offset
    if late <= LATE:
        return part(kept, offset, ended=ended)
    found = part(kept, None, ended=ended)
    return Part(found.text, found.start, found.end, found.size, found.start - offset)
