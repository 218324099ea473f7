"""The colours of source text, by Pygments. The text is hostile, so its size is bounded, and few languages have any."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape
from pygments.lexers import (
    get_lexer_by_name,  # pyright: ignore[reportUnknownVariableType] - its options have no types
)
from pygments.token import Token

from rc_evals.foreign import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pygments.lexer import Lexer

MOST_CHARACTERS: Final = 16_000
"""Of a text that has colours: some languages are told apart by searches that take much longer for a longer text."""

_LANGUAGES: Final[Mapping[str, str]] = {
    ".c": "c", ".cc": "cpp", ".cpp": "cpp", ".cs": "csharp", ".go": "go", ".gradle": "groovy", ".h": "c", ".hpp": "cpp",
    ".java": "java", ".js": "javascript", ".json": "json", ".jsx": "javascript", ".kt": "kotlin", ".mjs": "javascript",
    ".py": "python", ".rb": "ruby", ".rs": "rust", ".sh": "bash", ".sql": "sql", ".toml": "toml", ".ts": "typescript",
    ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
"""Languages of exercises and of the files beside them, by suffix: Pygments has hundreds, which an agent could choose
from to find the one that is slow."""

_Kind = tuple[str, ...]
"""Of a token: each kind begins with the kind that it is one of."""

_CLASSES: Final[tuple[tuple[_Kind, str], ...]] = (
    (Token.Comment, "c"),
    (Token.Keyword, "k"),
    (Token.Literal.String, "s"),
    (Token.Literal.Number, "n"),
    (Token.Name.Function, "f"),
    (Token.Name.Class, "f"),
    (Token.Name.Decorator, "f"),
)
"""Kinds of tokens that have a colour, and their classes in `task.css`."""


def highlighted(lines: Sequence[str], path: str) -> list[Markup]:
    """Return foreign lines as HTML, in the colours of the language that the name of their file tells."""
    texts = [printable(line) for line in lines]
    lexer = _lexer(PurePosixPath(path).suffix.lower())
    if lexer is None or sum(map(len, texts)) > MOST_CHARACTERS:
        return [escape(text) for text in texts]
    coloured: list[list[Markup]] = [[]]
    for kind, value in lexer.get_tokens("\n".join(texts)):
        name = _class(kind)
        for number, part in enumerate(value.split("\n")):
            if number:
                coloured.append([])
            if part:
                shown = escape(part)
                coloured[-1].append(Markup(f'<i class="{name}">{shown}</i>') if name else shown)  # noqa: S704 - escaped
    if len(coloured) < len(texts):
        return [escape(text) for text in texts]
    return [Markup().join(parts) for parts in coloured[: len(texts)]]


@cache
def _lexer(suffix: str) -> Lexer | None:
    language = _LANGUAGES.get(suffix)
    return None if language is None else get_lexer_by_name(language, stripnl=False, ensurenl=False)


@cache
def _class(kind: _Kind) -> str:
    return next((name for parent, name in _CLASSES if kind[: len(parent)] == parent), "")
