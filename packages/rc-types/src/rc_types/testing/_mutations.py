"""Every way to change a JSON value in one place."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

INTRUDERS: Final[tuple[Any, ...]] = (None, True, 0, -1, 0.5, "", "zzz", "(", [], [0], {}, {"zzz": None})
"""Values that take the place of what belongs there; most kinds of places refuse most of them."""

UNKNOWN: Final = "aKeyFromTheFuture"


def changed(value: Any) -> Iterator[Any]:
    """Yield the value with one place changed, for each place and each change; the value itself is left alone."""
    yield from INTRUDERS
    if isinstance(value, dict):
        yield from _changed_object(cast("dict[str, Any]", value))
    elif isinstance(value, list):
        yield from _changed_list(cast("Sequence[Any]", value))


def _changed_object(value: dict[str, Any]) -> Iterator[Any]:
    yield {**value, UNKNOWN: None}
    for key, inner in value.items():
        rest = {name: each for name, each in value.items() if name != key}
        yield rest
        yield {**rest, key.upper(): inner}
        yield from ({**value, key: other} for other in changed(inner))


def _changed_list(value: Sequence[Any]) -> Iterator[Any]:
    yield [*value, None]
    for index, inner in enumerate(value):
        before, after = value[:index], value[index + 1 :]
        yield [*before, *after]
        yield [*before, inner, inner, *after]
        yield from ([*before, other, *after] for other in changed(inner))
