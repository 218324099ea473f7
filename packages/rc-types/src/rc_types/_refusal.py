"""Translates pydantic's verdicts into problems of an `InvalidWireError`: places as a reader of JSON knows them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rc_types._errors import WireProblem

LONGEST_KEY: Final = 60
"""Characters of one key that a path shows; keys come from the peer and may be of any length."""

LONGEST_LIST: Final = 160
"""Characters of a list of names that a sentence shows."""

TOLD_PROBLEMS: Final = 20
"""Problems that one error keeps; hostile data can hold millions of them."""


def problems_of(error: ValidationError, value: object) -> tuple[WireProblem, ...]:
    """Translate pydantic's verdict into ours.

    Args:
        error: What pydantic raised.
        value: The decoded data, used only to tell keys of the data from labels of the schema in pydantic's locations.
    """
    details = error.errors(include_url=False, include_input=False)[:TOLD_PROBLEMS]
    # The alternatives of a union may want the same thing in the same place; one that got further says more.
    problems = dict.fromkeys(_problem(detail, value) for detail in details)
    return tuple(sorted(problems, key=lambda problem: _is_outdone(problem, problems)))


def _is_outdone(problem: WireProblem, problems: Iterable[WireProblem]) -> bool:
    further = (f"{problem.path}.", f"{problem.path}[")
    return any(other.path.startswith(further) for other in problems)


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
            path += f"[{step}]" if isinstance(step, int) else key_step(step)
            value = inner
    return path.removeprefix("."), value


def _member(value: object, step: int | str) -> object:
    if not isinstance(value, list | tuple | dict):
        return _NOTHING
    try:
        return cast("Any", value)[step]
    except (LookupError, TypeError):
        return _NOTHING


def key_step(key: str) -> str:
    """Return how a path goes on at a key, which may be of any length and hold anything: `.ts`, or `['\\n']`."""
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
    "too_long": "is too long: {actual_length} elements instead of {max_length}",
    "too_short": "is too short: {actual_length} elements instead of {min_length}",
    "string_too_short": "must have at least {min_length} character",
    "string_pattern_mismatch": "must match {pattern}",
    "enum": "must be {expected}",
    "json_invalid": "is not JSON: {error}",
    "string_unicode": "must be text without half characters (lone surrogates)",
}


def _wants(kind: str, context: Mapping[str, Any], message: str, found: object) -> str:
    """Say what the schema wants; pydantic's own message is used for our own rules only, since others may quote data."""
    if wanted := _WANTED_KINDS.get(kind):
        return f"must be {wanted}, not {_KINDS.get(type(found), 'something else')}"
    if tag := str(context.get("discriminator", "")):
        # Pydantic names the key, then the attribute of instances.
        key = tag.partition(" | ")[0].strip("'")
        known = _listed(context.get("expected_tags", ""))
        return f"has no {key}" if kind == "union_tag_not_found" else f"has no known {key}: {known}"
    if kind == "literal_error":
        return f"must be {_listed(context['expected'])}"
    if sentence := _SENTENCES.get(kind):
        return sentence.format_map(context)
    if kind.startswith("wire_"):
        return message
    return f"is not valid here ({kind})"


def _listed(names: str) -> str:
    """Shorten a long list of names, as pydantic writes it, to its beginning."""
    if len(names) <= LONGEST_LIST:
        return names
    shown = names[:LONGEST_LIST].rpartition(", ")[0]
    others = len(re.split(", | or ", names)) - len(shown.split(", "))
    return f"{shown} or one of {others} others"
