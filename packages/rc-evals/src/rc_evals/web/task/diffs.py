"""What an agent changed, line by line and in the colours of its language, a page at a time.

The text is a unified diff as `suites.diff` writes it, or anything that an import brought. Lines are told apart by the
counts in the headings of hunks, so that a removed line `-- a/x` is not taken for the name of a file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from rc_evals.artifacts import DIFF, MAX_BYTES
from rc_evals.foreign import one_line
from rc_evals.web.task.highlighting import highlighted
from rc_evals.web.task.kept import opened

if TYPE_CHECKING:
    from pathlib import Path

    from markupsafe import Markup


PAGE_BYTES: Final = 72_000
"""Of a page that lines take up."""

MOST_ROWS: Final = 200
"""On a page: colours take a tenth of a millisecond for a line."""

LONGEST_LINE: Final = 1_000
"""Characters of a line that are shown."""

_LINE_BYTES: Final = 60
_SECTION_BYTES: Final = 500
"""About what the template adds to a line, and to a file."""

_HUNK: Final = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")

Kind = Literal["same", "added", "removed", "note"]
State = Literal["changed", "new", "deleted", "note"]

_KINDS: Final[dict[str, Kind]] = {" ": "same", "+": "added", "-": "removed"}


class Row(NamedTuple):
    """A line of the diff that belongs to a file."""

    kind: Kind
    number: int | None
    """In the new file; of a removed line, in the old one; None of a note."""
    text: str
    """Without its mark."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one file."""

    path: str
    """Relative to the workspace; empty for lines that belong to no file."""
    state: State
    start: int
    """Which row of the diff is its first."""
    end: int
    """Which row is behind its last."""
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Diff:
    """All changes of an attempt."""

    changes: tuple[Change, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A line as a page has it."""

    kind: Kind
    number: int | None
    text: Markup
    size: int
    """Bytes of that."""


@dataclass(frozen=True, slots=True)
class Section:
    """A file, or as much of it as a page has."""

    change: Change
    is_continued: bool
    """Whether its first lines are on the page before."""
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some files in a row."""

    diff: Diff
    sections: tuple[Section, ...]
    after: int | None
    """With which row the next page begins; None on the last one."""


@lru_cache(maxsize=16)
def page(folder: Path, size: int, changed: int, start: int) -> Page:
    """Return the changes from a row on; remembered, since colours take their time.

    Args:
        folder: of the attempt.
        size: of the file of changes, in bytes.
        changed: when it was last written.
        start: the row.
    """
    diff = _read(folder, size, changed)
    row = min(start, len(diff.rows))
    last, room = row + MOST_ROWS, PAGE_BYTES
    sections: list[Section] = []
    for change in diff.changes[_first_at(diff, row) :]:
        rows = diff.rows[row : min(change.end, last)]
        shown = _shown(rows, change.path)
        fitting = _fitting(shown, room) or ([] if sections else shown[:1])
        if rows and not fitting:
            break
        sections.append(Section(change, row > change.start, tuple(fitting)))
        room -= _SECTION_BYTES + sum(_LINE_BYTES + each.size for each in fitting)
        row += len(fitting)
        if len(fitting) < len(rows) or row == last or room < 0:
            break
    return Page(diff, tuple(sections), row if row < len(diff.rows) else None)


def _first_at(diff: Diff, row: int) -> int:
    """Return which change a page begins with: the first of those that begin with the row, or the one that it is in."""
    found = bisect_left(diff.changes, row, key=lambda change: change.start)
    begins = found < len(diff.changes) and diff.changes[found].start == row
    return found if begins else max(0, found - 1)


def _fitting(rows: list[ShownRow], room: int) -> list[ShownRow]:
    """Return the first of some rows, as many as there is room for."""
    for count, row in enumerate(rows):
        room -= _LINE_BYTES + row.size
        if room < 0:
            return rows[:count]
    return rows


def _shown(rows: tuple[Row, ...], path: str) -> list[ShownRow]:
    """Colour rows: those of the old file and those of the new one are a text each."""
    texts = [row.text[:LONGEST_LINE] for row in rows]
    new = [at for at, row in enumerate(rows) if row.kind in {"same", "added"}]
    old = [at for at, row in enumerate(rows) if row.kind in {"same", "removed"}]
    notes = [at for at, row in enumerate(rows) if row.kind == "note"]
    lines: dict[int, Markup] = {}
    for places, name in ((old, path), (new, path), (notes, "")):
        lines.update(zip(places, highlighted([texts[at] for at in places], name), strict=True))
    return [ShownRow(row.kind, row.number, lines[at], len(lines[at].encode())) for at, row in enumerate(rows)]


@lru_cache(maxsize=8)
def _read(folder: Path, size: int, changed: int) -> Diff:  # noqa: ARG001 - another state, another answer
    with opened(folder, DIFF) as kept:
        text = "" if kept is None else kept.read(0, min(size, MAX_BYTES)).decode("utf-8", "replace")
    parser = _Parser()
    *lines, rest = text.split("\n")
    for line in (*lines, rest) if rest else lines:
        parser.take(line)
    return parser.end()


class _Parser:
    """Takes the lines of a diff, one after the other."""

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self._rows: list[Row] = []
        self._old_name = ""
        self._old_left = self._new_left = self._old_at = self._new_at = 0

    def take(self, line: str) -> None:
        """Take a line into account."""
        if (self._old_left > 0 or self._new_left > 0) and (kind := _KINDS.get(line[:1])) is not None:
            self._add(kind, line[1:])
        elif line.startswith("\\ ") and self._changes:
            self._rows.append(Row("note", None, line[2:]))
        elif line.startswith("--- "):
            self._old_name = line[4:]
        elif line.startswith("+++ ") and self._old_name:
            self._open(self._old_name, line[4:])
            self._old_name = ""
        elif (hunk := _HUNK.match(line)) is not None and self._changes:
            old_at, old_count, new_at, new_count = hunk.groups(default="1")
            self._old_at, self._new_at = int(old_at), int(new_at)
            self._old_left, self._new_left = int(old_count), int(new_count)
            if self._changes[-1].start < len(self._rows):
                self._rows.append(Row("note", None, line))
        else:
            self._old_left = self._new_left = 0
            self._changes.append(Change("", "note", len(self._rows), 0, 0, 0))
            self._rows.append(Row("note", None, line))

    def end(self) -> Diff:
        """Return what all lines say."""
        return Diff(tuple(self._counted()), tuple(self._rows))

    def _add(self, kind: Kind, text: str) -> None:
        number = self._old_at if kind == "removed" else self._new_at
        if kind != "added":
            self._old_at, self._old_left = self._old_at + 1, self._old_left - 1
        if kind != "removed":
            self._new_at, self._new_left = self._new_at + 1, self._new_left - 1
        self._rows.append(Row(kind, number, text))

    def _open(self, old: str, new: str) -> None:
        path = one_line((old if new == "/dev/null" else new).partition("/")[2][:LONGEST_LINE])
        state: State = "new" if old == "/dev/null" else "deleted" if new == "/dev/null" else "changed"
        self._old_left = self._new_left = 0
        self._changes.append(Change(path, state, len(self._rows), 0, 0, 0))

    def _counted(self) -> list[Change]:
        ends = [*(change.start for change in self._changes), len(self._rows)][1:]
        counted: list[Change] = []
        for change, end in zip(self._changes, ends, strict=True):
            kinds = [row.kind for row in self._rows[change.start : end]]
            counted.append(replace(change, end=end, added=kinds.count("added"), removed=kinds.count("removed")))
        return counted
