"""A transcript as a conversation, page by page: who said what, which tools were called, what came of it.

Everything in a transcript was written by an agent: a kind that nobody knows, a text that is no JSON where JSON should
be, are shown as they stand. What is shown of one entry, and of one page, is bounded; the rest is a link away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from rc_evals.foreign import one_line, printable
from rc_evals.web.task.messages import LINE, said
from rc_evals.web.task.transcript import transcript

if TYPE_CHECKING:
    from rc_evals.web.task.kept import Kept
    from rc_evals.web.task.kinds import Role
    from rc_evals.web.task.transcript import Transcript

PAGE_BYTES: Final = 64_000
"""Of a page that turns take up; the frame around them takes the rest of its 100 kB."""

MOST_TURNS: Final = 50
"""On a page."""

PASSAGE: Final = 4_000
"""Characters of a passage that are shown in its place."""

PIECE: Final = 16_000
"""Characters of a long passage that one page of its own shows."""

_TURN_BYTES: Final = 24_000
_FRAME_BYTES: Final = 600
"""About what the template adds to a turn, and to a passage."""


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage as a page has it."""

    name: str
    text: Markup
    size: int
    """Bytes of that."""
    end: int
    """Character of the whole text behind the last one that is shown."""
    left: int
    """Characters behind that."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An entry of the conversation, as a page has it."""

    number: int
    """Counts from 1."""
    task: int
    """0, or which of the sub-tasks it belongs to."""
    role: Role
    title: str
    detail: str
    """In one line, what tells it from its like."""
    elapsed_ms: int | None
    """Since the first message."""
    passages: tuple[ShownPassage, ...]
    is_folded: bool
    has_failed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some turns in a row."""

    turns: tuple[Turn, ...]
    total: int
    is_cut: bool
    """Whether the transcript is longer than anybody looks at."""

    @property
    def before(self) -> int | None:
        """What the page before ends with; None on the first one."""
        return self.turns[0].number if self.turns and self.turns[0].number > 1 else None

    @property
    def after(self) -> int | None:
        """What the page after begins behind; None on the last one."""
        return self.turns[-1].number if self.turns and self.turns[-1].number < self.total else None


def page(kept: Kept, *, after: int = 0, before: int | None = None) -> Page:
    """Return the turns behind the one with the number `after`, or those that end in front of `before`."""
    script = transcript(kept)
    total = len(script.entries)
    numbers = range(min(after, total), total) if before is None else range(min(before - 1, total) - 1, -1, -1)
    turns: list[Turn] = []
    size = 0
    for number in numbers[:MOST_TURNS]:
        turn = _turn(kept, script, number)
        size += _FRAME_BYTES + sum(_FRAME_BYTES // 2 + passage.size for passage in turn.passages)
        if turns and size > PAGE_BYTES:
            break
        turns.append(turn)
    return Page(tuple(turns if before is None else reversed(turns)), total, script.is_cut)


def piece(kept: Kept, number: int, passage: int, offset: int) -> ShownPassage | None:
    """Return a part of a long passage, from a character on; None when there is no such passage.

    Args:
        kept: the transcript.
        number: of the turn.
        passage: which of its passages, from 0.
        offset: characters to leave out.
    """
    script = transcript(kept)
    if not 1 <= number <= len(script.entries):
        return None
    passages = said(kept, script.entries[number - 1]).passages
    if passage >= len(passages):
        return None
    name, text = passages[passage]
    return shown(name, text, PIECE, offset)


def shown(name: str, text: str, limit: int, offset: int = 0) -> ShownPassage:
    """Return as much of a foreign text, from a character on, as fits into so many characters and thrice the bytes."""
    count = max(0, min(len(text) - offset, limit))
    harmless = escape(printable(text[offset : offset + count]))
    while (size := len(harmless.encode())) > 3 * limit:
        count //= 2
        harmless = escape(printable(text[offset : offset + count]))
    return ShownPassage(one_line(name[:LINE]), harmless, size, offset + count, max(0, len(text) - offset - count))


def _turn(kept: Kept, script: Transcript, index: int) -> Turn:
    entry = script.entries[index]
    told = said(kept, entry)
    room = _TURN_BYTES
    passages: list[ShownPassage] = []
    for name, text in told.passages:
        passage = shown(name, text, min(PASSAGE, max(0, room // 3)))
        room -= passage.size
        passages.append(passage)
    return Turn(
        number=index + 1,
        task=entry.task,
        role=told.role,
        title=one_line(told.title[:LINE]),
        detail=one_line(told.detail[:LINE]),
        elapsed_ms=_elapsed(script.began, told.at),
        passages=tuple(passages),
        is_folded=told.is_folded,
        has_failed=told.has_failed,
    )


def _elapsed(began: float | None, at: float | None) -> int | None:
    if began is None or at is None or not 0 <= at - began < 1e10:  # an agent may claim any time
        return None
    return int(at - began)
