"""The command line of an agent's program, split as a shell would and filled in for each attempt, and its variables."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from rc_evals._errors import UnknownAgentError

if TYPE_CHECKING:
    from collections.abc import Mapping


class CommandLine:
    """Words with placeholders such as `{workspace}`.

    Args:
        text: the command line; at least one word. `sh -c "..."` when a shell is wanted.

    Raises:
        UnknownAgentError: it cannot be split, or is empty.
    """

    def __init__(self, text: str) -> None:
        try:
            self._words = shlex.split(text)
        except ValueError as error:
            raise UnknownAgentError(f"agent command: cannot split {text!r} ({error})") from error
        if not self._words:
            raise UnknownAgentError("agent command: the command line is empty; say --agent-arg command='PROGRAM ...'")

    def names(self, placeholder: str) -> bool:
        """Return whether the placeholder occurs."""
        return any("{" + placeholder + "}" in word for word in self._words)

    def argv(self, **values: str) -> tuple[str, ...]:
        """Return the words with the known placeholders replaced; other braces are the command's own business."""
        return tuple(_fill(word, values) for word in self._words)


def named_variables(names: str, env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of our environment that are named, separated by commas.

    Raises:
        UnknownAgentError: one of them is not set.
    """
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if missing := [name for name in wanted if name not in env]:
        raise UnknownAgentError(f"agent argument environment: {missing[0]} is not set; set it, or leave it out")
    return {name: env[name] for name in wanted}


def _fill(word: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        word = word.replace("{" + name + "}", value)
    return word
