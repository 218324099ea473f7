"""Translates pydantic's verdicts into `InvalidWireError`: places as a reader of JSON knows them, no values."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rc_types._errors import InvalidWireError, WireProblem

LONGEST_KEY: Final = 60
"""Characters of one key that a path shows; keys come from the peer and may be of any length."""

TOLD_PROBLEMS: Final = 20
"""Problems that one error keeps; hostile data can hold millions of them."""


def refusal(shape: str, error: ValidationError, value: object) -> InvalidWireError:
    """Translate pydantic's verdict into ours.

    Args:
        shape: Name of the shape that was wanted.
        error: What pydantic raised.
        value: The decoded data, used only to tell keys of the data from labels of the schema in pydantic's locations.
    """
    details = error.errors(include_url=False, include_input=False)[:TOLD_PROBLEMS]
    return InvalidWireError(shape, tuple(_problem(detail, value) for detail in details))


def _problem(detail: ErrorDetails, value: object) -> WireProblem:
    path, found = _walk(detail["loc"], value, missing=detail["type"] == "missing")
    return WireProblem(path, _wants(detail["type"], detail.get("ctx", {}), detail["msg"], found))


def _walk(location: Sequence[int | str], value: object, *, missing: bool) -> tuple[str, object]:
    """Follow the steps that exist in the data; the others name alternatives of a union, which no reader looks for."""
    path = ""
    last = len(location) - 1
    for index, step in enumerate(location):
        inner = _member(value, step)
        if inner is not _NOTHING or (missing and index == last):
            path += f"[{step}]" if isinstance(step, int) else _key(step)
            value = inner
    return path.removeprefix("."), value


def _member(value: object, step: int | str) -> object:
    if not isinstance(value, list | tuple | dict):
        return _NOTHING
    try:
        return cast("Any", value)[step]
    except (LookupError, TypeError):
        return _NOTHING


def _key(key: str) -> str:
    shown = key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}..."
    return f".{shown}" if shown.isprintable() else f"[{shown!a}]"


_NOTHING: Final = object()

_KINDS: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}

_WANTED_KINDS: Final[Mapping[str, str]] = {
    "string_type": "a string",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_attributes_type": "an object",
}

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "literal_error": "must be {expected}",
    "too_long": "must have at most {max_length} elements, not {actual_length}",
    "too_short": "must have at least {min_length} elements, not {actual_length}",
    "string_too_short": "must have at least {min_length} character",
    "string_pattern_mismatch": "must match {pattern}",
    "json_invalid": "is not JSON: {error}",
    "string_unicode": "must be text without half characters (lone surrogates)",
}


def _wants(kind: str, context: Mapping[str, Any], message: str, found: object) -> str:
    """Say what the schema wants; pydantic's own message is used for our own rules only, since others may quote data."""
    if wanted := _WANTED_KINDS.get(kind):
        return f"must be {wanted}, not {_KINDS.get(type(found), 'something else')}"
    if tag := str(context.get("discriminator", "")):
        # Pydantic names the key, then the attribute of instances.
        key = tag.partition(" | ")[0]
        return f"has no {key}" if kind == "union_tag_not_found" else f"has no known {key}: {context['expected_tags']}"
    if sentence := _SENTENCES.get(kind):
        return sentence.format_map(context)
    if kind.startswith("wire_"):
        return message
    return f"is not valid here ({kind})"
