"""What an agent changed, as a unified diff against the pristine files."""

from __future__ import annotations

import os
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from rc_evals.languages.globs import Globs
from rc_evals.suites.untrusted import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rc_evals.languages.model import Language
    from rc_evals.suites.model import Exercise

    Opcode = tuple[str, int, int, int, int]

MAX_DIFF: Final = 1024**2
"""Bytes of a diff; its last line says so when it was cut."""

MAX_FILE: Final = 1024**2
"""Bytes of a file that is compared line by line; larger ones are only named."""

EFFORT: Final = 20_000_000
"""Steps that all searches for a short diff may take together, a few seconds at worst. Lines can be made to drive the
search to cubic time; when the effort is used up, the changed part of a file is shown as replaced."""

MAX_LINES: Final = 1_500
"""Changed lines per side up to which a short diff is looked for."""

CUT: Final = b"... cut: the diff is larger than 1 MiB\n"

_CONTEXT: Final = 3


def diff(exercise: Exercise, workspace: Path, language: Language) -> bytes:
    """Return the changes in unified format, empty when there are none.

    Build outputs, `.git`, links and devices take no part. Binary files, and files beyond 1 MiB, are only named.
    The workspace may be hostile; nothing is run, and the time this takes is bounded.
    """
    parts: list[bytes] = []
    size = 0
    for part in _changes(exercise, workspace, language):
        if size + len(part) > MAX_DIFF:
            return b"".join((*parts, part[: MAX_DIFF - size].rpartition(b"\n")[0], b"\n", CUT))
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _changes(exercise: Exercise, workspace: Path, language: Language) -> Iterator[bytes]:
    pristine = {str(file.path): file for file in exercise.files}
    comparison = _Comparison()
    walk = Walk(workspace, Globs(language.build_globs).matches, largest=MAX_FILE)
    for found in walk:
        file = pristine.pop(found.path, None)
        old = None if file is None else file.read()
        if found.size != len(found.content):
            yield _line(f"File {_quote(found.path)} is too large to compare ({found.size} bytes)")
        elif old != found.content:
            yield comparison.file(found.path, old, found.content)
    if walk.cut:
        yield _line("... cut: the workspace holds too many files, or too large ones")
        return
    for path, missing in pristine.items():
        yield comparison.file(path, missing.read(), None)


class _Comparison:
    """Compares files, with one effort for all of them."""

    def __init__(self) -> None:
        self._effort = EFFORT

    def file(self, path: str, old: bytes | None, new: bytes | None) -> bytes:
        """Return the diff of one file; None is a file that is not there."""
        name = _quote(path)
        before, after = old or b"", new or b""
        if b"\0" in before or b"\0" in after:
            return _line(f"Binary file {name} {'was deleted' if new is None else f'differs ({len(after)} bytes)'}")
        header = _line(f"--- {'/dev/null' if old is None else f'a/{name}'}")
        header += _line(f"+++ {'/dev/null' if new is None else f'b/{name}'}")
        return header + b"".join(self._hunks(_split(before), _split(after)))

    def _hunks(self, old: list[bytes], new: list[bytes]) -> Iterator[bytes]:
        start, end = _common(old, new)
        changed_old, changed_new = old[start : len(old) - end], new[start : len(new) - end]
        for group in self._groups(changed_old, changed_new):
            (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
            removed = _range(start + old_start, old_end - old_start)
            yield _line(f"@@ -{removed} +{_range(start + new_start, new_end - new_start)} @@")
            for tag, old_from, old_to, new_from, new_to in group:
                if tag == "equal":
                    yield from (_marked(b" ", line) for line in changed_old[old_from:old_to])
                    continue
                yield from (_marked(b"-", line) for line in changed_old[old_from:old_to])
                yield from (_marked(b"+", line) for line in changed_new[new_from:new_to])

    def _groups(self, old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[list[Opcode]]:
        if max(len(old), len(new)) <= MAX_LINES:
            cost = _cost(old, new)
            if cost <= self._effort:
                self._effort -= cost
                yield from SequenceMatcher(None, old, new).get_grouped_opcodes(_CONTEXT)
                return
        yield [("replace", 0, len(old), 0, len(new))]


def _cost(old: Sequence[bytes], new: Sequence[bytes]) -> int:
    """Return how many steps `SequenceMatcher` takes at worst: each match that it settles on may look at all pairs."""
    counts = Counter(new)
    popular = len(new) // 100 + 1 if len(new) >= 200 else len(new)  # more frequent lines it passes over
    pairs = sum(counts[line] for line in old if counts[line] <= popular)
    return pairs * min(len(old), len(new)) // 2


def _common(old: Sequence[bytes], new: Sequence[bytes]) -> tuple[int, int]:
    """Return how many lines at the start and at the end need no comparison; the context of a hunk stays."""
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    left = shorter - start
    end = next((n for n in range(left) if old[-1 - n] != new[-1 - n]), left)
    return max(start - _CONTEXT, 0), max(end - _CONTEXT, 0)


def _split(content: bytes) -> list[bytes]:
    # Not splitlines, for which a lone carriage return ends a line as well.
    *lines, rest = content.split(b"\n")
    return [line + b"\n" for line in lines] + ([rest] if rest else [])


def _marked(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + b"\n\\ No newline at end of file\n"


def _range(start: int, length: int) -> str:
    return f"{start + 1 if length else start},{length}"


def _line(text: str) -> bytes:
    return text.encode() + b"\n"


def _quote(path: str) -> str:
    """Return the path so that it cannot be mistaken for lines of the diff."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return text if text.isprintable() else ascii(text)
