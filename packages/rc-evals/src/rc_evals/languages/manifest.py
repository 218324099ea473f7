"""Manifests that belong to a solution only in part: what an agent adds is taken over, what redirects the tests is not.

A `Cargo.toml` may gain dependencies and features. It may also name other tests, a build script that rewrites them, or a
crate of the agent's that brings one. So the suite's own is taken, with the agent's entries in the named tables.
"""

from __future__ import annotations

import json
import tomllib
from datetime import date, time
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PLAIN: Final = frozenset({"version", "features", "optional", "default-features", "package"})
"""What may be said of a dependency. Not among it: where else than in a registry it is found."""


def merge(pristine: bytes, found: bytes, tables: Sequence[str]) -> tuple[bytes, bool]:
    """Return a TOML file with what another one adds to it, and whether that was everything in which they differ.

    Args:
        pristine: the suite's; it stays as it is where nothing is added.
        found: the agent's, which may be anything.
        tables: names of the tables whose entries are taken over.
    """
    try:
        own, theirs = (tomllib.loads(content.decode()) for content in (pristine, found))
    except (ValueError, RecursionError):
        return pristine, False
    merged = dict(own)
    for table in tables:
        there: Any = own.get(table, {})
        if isinstance(there, dict) and (added := dict(_entries(theirs.get(table)))):
            merged[table] = {**cast("Mapping[str, Any]", there), **added}
    complete = merged == theirs
    return (pristine if merged == own else _written(merged)), complete


def _entries(table: object) -> Iterator[tuple[str, Any]]:
    """Yield the harmless entries of an agent's table, which may be none."""
    if not isinstance(table, dict):
        return
    for name, value in cast("Mapping[str, Any]", table).items():
        match value:
            case str():
                yield name, value
            case list() if _are_words(cast("Sequence[object]", value)):
                yield name, value
            case dict() if cast("Mapping[str, object]", value).keys() <= _PLAIN:
                if all(map(_is_plain, cast("Mapping[str, object]", value).values())):
                    yield name, value
            case _:
                continue


def _is_plain(value: object) -> bool:
    return isinstance(value, str | bool) or (isinstance(value, list) and _are_words(cast("Sequence[object]", value)))


def _are_words(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _written(document: Mapping[str, Any]) -> bytes:
    return "".join(f"{_word(name)} = {_value(value)}\n" for name, value in document.items()).encode("utf-8", "replace")


def _value(value: object) -> str:
    match value:
        case dict():
            entries = cast("Mapping[str, object]", value).items()
            return "{" + ", ".join(f"{_word(name)} = {_value(item)}" for name, item in entries) + "}"
        case list():
            return "[" + ", ".join(map(_value, cast("Sequence[object]", value))) + "]"
        case str():
            return _word(value)
        case date() | time():
            return value.isoformat()
        case _:
            return json.dumps(value)


def _word(text: str) -> str:
    """Write a string, or a key, as TOML does: like JSON, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
