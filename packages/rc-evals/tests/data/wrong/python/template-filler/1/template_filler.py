# Wrong: looks at attributes when there is no key.
"""Fills placeholders in a text."""

import re
from collections.abc import Callable, Mapping

_MISSING = object()
_OPENING = re.compile(r"\\\{\{|\{\{(?:(?P<inside>.*?)\}\})?")
_BAR = re.compile(r'\|(?=(?:[^"]*"[^"]*")*[^"]*$)')  # a bar with an even number of quotes after it
_DEFAULT = re.compile(r'default:"([^"]*)"')
_FILTERS: dict[str, Callable[[str], str]] = {"upper": str.upper, "lower": str.lower, "trim": str.strip}


class TemplateError(ValueError):
    """A placeholder that cannot be filled; `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line


def fill(template: str, values: Mapping[str, object]) -> str:
    """Return `template` with its placeholders filled from `values`."""

    def replacement(match: re.Match[str]) -> str:
        if match[0].startswith("\\"):
            return "{{"
        line = template.count("\n", 0, match.start()) + 1
        if match["inside"] is None:
            raise TemplateError(line, "a placeholder is not closed")
        path, *filters = (part.strip() for part in _BAR.split(match["inside"]))
        value = _look_up(path, values, line)
        for name in filters:
            value = _apply(name, value, line)
        if value is _MISSING:
            raise TemplateError(line, f"no value for {path}")
        return _text(value)

    return _OPENING.sub(replacement, template)


def _look_up(path: str, values: Mapping[str, object], line: int) -> object:
    found: object = values
    for step in path.split("."):
        if not step.strip():
            raise TemplateError(line, "a step of the path is empty")
        if isinstance(found, Mapping):
            found = found.get(step, _MISSING)
        elif isinstance(found, list | tuple) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            found = getattr(found, step, _MISSING)
    return found


def _apply(name: str, value: object, line: int) -> object:
    if default := _DEFAULT.fullmatch(name):
        return default[1] if value is None or value is _MISSING else value
    if name not in _FILTERS:
        raise TemplateError(line, f"no filter {name!r}")
    return value if value is None or value is _MISSING else _FILTERS[name](_text(value))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
