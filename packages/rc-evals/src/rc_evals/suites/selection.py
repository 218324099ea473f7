"""Which exercises of a suite a run is about."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from rc_evals._errors import UnknownLanguageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rc_evals.suites.model import Entry, Suite


def select(suite: Suite, languages: Sequence[str] = (), globs: Sequence[str] = ()) -> list[Entry]:
    """Return the chosen exercises, sorted by language and name.

    Args:
        suite: where to choose from.
        languages: keep these; none means all.
        globs: keep what one of them matches, as `NAME` or as `LANGUAGE/NAME`; none means all. One that is the name of
            an exercise means that one, whatever characters it has.

    Raises:
        UnknownLanguageError: the suite has no exercise in one of the languages.
        UsageError: one of the globs matches nothing, or the suite is empty.
    """
    entries = list(suite.entries())
    if not entries:
        raise UsageError(f"suite {suite.name} in {suite.root} holds no exercises in a known language")
    there = list(dict.fromkeys(entry.language for entry in entries))
    if missing := [language for language in languages if language not in there]:
        raise UnknownLanguageError(
            f"suite {suite.name} has no exercises in {missing[0]!r} that can be used; it has {', '.join(there)}"
        )
    entries = [entry for entry in entries if not languages or entry.language in languages]
    names = {name for entry in entries for name in (entry.id, entry.name)}
    named = names.intersection(globs)  # thousands of them, perhaps, when a run is asked for again
    patterns = [glob for glob in globs if glob not in names]
    for glob in patterns:
        if not any(_matches(entry, glob) for entry in entries):
            raise UsageError(_nothing(suite, glob, entries))
    return [
        entry
        for entry in entries
        if not globs or named & {entry.id, entry.name} or any(_matches(entry, glob) for glob in patterns)
    ]


def _matches(entry: Entry, glob: str) -> bool:
    return fnmatchcase(entry.id if "/" in glob else entry.name, glob)


def _nothing(suite: Suite, glob: str, entries: Sequence[Entry]) -> str:
    names = [entry.id if "/" in glob else entry.name for entry in entries]
    close = get_close_matches(glob, names, n=3) or sorted(set(names))[:3]
    return (
        f"no selected exercise of suite {suite.name} matches {glob!r}; "
        f"there are {len(entries)}, for example {', '.join(close)}"
    )
