"""Languages of the assistant's user interface. Source: types spec 3.32."""

from typing import Final, Literal, TypeAlias, TypeGuard, get_args

Language: TypeAlias = Literal[
    "ca",
    "de",
    "en",
    "es",
    "fr",
    "hi",
    "id",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt-BR",
    "ru",
    "tr",
    "vi",
    "zh-CN",
    "zh-TW",
]
"""A language by its code, in the exact case."""

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def is_language(code: str) -> TypeGuard[Language]:
    """Return whether the assistant speaks the language."""
    return code in LANGUAGES
