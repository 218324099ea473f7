"""What a language file must look like. Only files of users are held against it here; tests do so with our own.

Written for the core of pydantic: its models would take a quarter of the time in which a short run is over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import SchemaValidator, ValidationError

from rc_evals.languages.control import NAME
from rc_evals.languages.results import PARSERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic_core import CoreSchema


def problem_in(data: dict[str, Any]) -> str:
    """Return the first thing that is wrong with the content of a language file, and where; empty for nothing."""
    try:
        _LANGUAGE_FILE.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return ""


def _list(items: CoreSchema, *, least: int = 0) -> CoreSchema:
    return {"type": "list", "items_schema": items, "min_length": least}


def _table(keys: dict[str, CoreSchema], *, optional: dict[str, CoreSchema] | None = None) -> CoreSchema:
    """Take the keys that are named, and no others."""
    fields = {key: (schema, True) for key, schema in keys.items()}
    fields |= {key: (schema, False) for key, schema in (optional or {}).items()}
    return {
        "type": "typed-dict",
        "extra_behavior": "forbid",
        "fields": {
            key: {"type": "typed-dict-field", "schema": schema, "required": required}
            for key, (schema, required) in fields.items()
        },
    }


def _checked(by: Callable[[str], str]) -> CoreSchema:
    return {"type": "function-after", "function": {"type": "no-info", "function": by}, "schema": _TEXT}


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return pattern


def _is_a_parser(name: str) -> str:
    if name not in PARSERS:
        raise ValueError(f"no parser of this name; there are {', '.join(PARSERS)}")
    return name


_ANY: Final[CoreSchema] = {"type": "str"}
_TEXT: Final[CoreSchema] = {"type": "str", "min_length": 1}
_ARGUMENT: Final[CoreSchema] = {"type": "str", "min_length": 1, "pattern": r"^[^\x00]+$"}
_CONTROL_TEST: Final[CoreSchema] = {"type": "str", "pattern": NAME}

_LANGUAGE_FILE: Final = SchemaValidator(
    _table(
        {
            "title": _TEXT,
            "prompt": _TEXT,
            "programs": _list(_ARGUMENT),
            "version": _list(_ARGUMENT),
            "remedy": _TEXT,
            "test_globs": _list(_TEXT, least=1),
            "protected_globs": _list(_TEXT),
            "commands": _list(_list(_ARGUMENT, least=1)),
            "results": _checked(_is_a_parser),
        },
        optional={
            "build_globs": _list(_TEXT),
            "test_seconds": {"type": "float", "strict": True, "gt": 0, "le": 86_400},
            "skip_markers": _list(_table({"glob": _TEXT, "pattern": _checked(_compiles), "replacement": _ANY})),
            "environment": {"type": "dict", "keys_schema": _TEXT, "values_schema": _TEXT},
            "merged": {"type": "dict", "keys_schema": _TEXT, "values_schema": _list(_TEXT)},
            "control": _table(
                {"where": _checked(_compiles), "passing": _CONTROL_TEST, "failing": _CONTROL_TEST},
                optional={"files": _list(_TEXT)},
            ),
        },
    )
)
"""The keys are the fields of `Language`, and what may be missing has its default there."""
