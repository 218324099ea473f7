"""Patterns for paths inside a workspace, as language files write them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Globs:
    """A set of patterns; a path matches when one of them does.

    `*` and `?` stay inside a name, `**` crosses folders. A pattern without a slash names a file or folder anywhere
    (`*_test.go`, `__pycache__`); one with a slash starts at the workspace (`src/test/**`). What matches a folder
    covers everything in it. Case always counts.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._pattern = _compile(tuple(patterns))

    def matches(self, path: str) -> bool:
        """Return whether a relative path with `/` between its parts matches."""
        return self._pattern.match(path) is not None


@lru_cache(maxsize=256)
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    # Nothing to match is `(?!)`: an empty alternation would match everything.
    return re.compile("|".join(map(_translate, patterns)) or r"(?!)", re.DOTALL)


def _translate(pattern: str) -> str:
    anchored = "/" in pattern.rstrip("/")
    body = "".join(_PARTS.get(part) or re.escape(part) for part in re.split(r"(/?\*\*/?|\*|\?)", pattern.strip("/")))
    return rf"{'' if anchored else '(?:.*/)?'}{body}(?:/.*)?\Z"


_PARTS = {
    "**": r".*",
    "**/": r"(?:.*/)?",
    "/**": r"/.+",
    "/**/": r"/(?:.*/)?",
    "*": r"[^/]*",
    "?": r"[^/]",
}
