"""The one exception for wire data that the schemas refuse, and how it finds its words.

InvalidWireError         the data is not what the named shape demands
TaskLinkMissingError     no installed package provides the wanted task link
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

LONGEST_KEY: Final = 60
"""Characters of one key that a path shows; keys come from the peer and may be of any length."""

TOLD_PROBLEMS: Final = 20
"""Problems that one error keeps; hostile data can hold millions of them."""


class WireProblem(NamedTuple):
    """One thing that is wrong: where it is, and what the schema wants there. Holds no value of the data."""

    path: str
    """Keys and positions from the root, such as `payload[0].message.ts`; empty for the root itself."""
    wants: str


class InvalidWireError(ValueError):
    """Data from the wire that its schema refuses.

    Neither the text nor the attributes hold a value of the data, so that both may be logged: settings carry API keys.

    Args:
        shape: Python name of the shape that was wanted, such as `TaskCommand`.
        problems: What is wrong, at least one, in the order of the schema.
    """

    def __init__(self, shape: str, problems: tuple[WireProblem, ...]) -> None:
        super().__init__(shape, problems)
        self.shape = shape
        self.problems = problems

    @property
    def path(self) -> str:
        """Where the first problem is."""
        return self.problems[0].path

    def __str__(self) -> str:
        """Return one line: the shape, the place of the first problem and what is wanted there."""
        first, others = self.problems[0], len(self.problems) - 1
        place = f"{self.shape}.{first.path}" if first.path else self.shape
        return f"{place} {first.wants}" + (f" ({others} more problems)" if others else "")


class TaskLinkMissingError(LookupError):
    """No installed package provides a task link of the wanted name; the text names the package to install."""


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
        if isinstance(step, int):
            path += f"[{step}]"
            value = value[step] if isinstance(value, list) and step < len(value) else None
        elif isinstance(value, dict) and step in value:
            path += _key(step)
            value = value[step]
        elif missing and index == last:
            path += _key(step)
    return path.removeprefix("."), value


def _key(key: str) -> str:
    shown = key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}..."
    return f".{shown}" if shown.isprintable() else f"[{ascii(shown)}]"


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
    "union_tag_invalid": "has no known {discriminator}; known are {expected_tags}",
    "union_tag_not_found": "has no {discriminator}",
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
        hint = "; leave the key out instead" if found is None else ""
        return f"must be {wanted}, not {_KINDS.get(type(found), 'this')}{hint}"
    if sentence := _SENTENCES.get(kind):
        return sentence.format_map(context)
    if kind.startswith("wire_"):
        return message
    return f"is not valid here ({kind})"
