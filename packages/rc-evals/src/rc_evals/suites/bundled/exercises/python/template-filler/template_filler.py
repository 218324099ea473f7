"""Fills placeholders in a text."""

from collections.abc import Mapping


class TemplateError(ValueError):
    """A placeholder that cannot be filled; `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line


def fill(template: str, values: Mapping[str, object]) -> str:
    """Return `template` with its placeholders filled from `values`."""
    raise NotImplementedError("fill is not written yet")
