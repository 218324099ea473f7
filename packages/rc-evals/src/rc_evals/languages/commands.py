"""From a language's data to the commands that test one exercise: placeholders filled in, nothing run."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from rc_evals._errors import UsageError
from rc_evals.languages.globs import Globs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rc_evals.languages.model import Language, Toolchain
    from rc_evals.suites.model import Exercise

SYSTEM_PATH: Final = ("/usr/local/bin", "/usr/bin", "/bin")
"""Folders of programs that every sandbox shows."""

TESTS: Final = "{tests}"
"""An argument of its own; becomes one argument per test file."""

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


def plan(
    language: Language, toolchain: Toolchain, exercise: Exercise, *, workspace: str, results: str, place: str
) -> list[tuple[str, ...]]:
    """Return the test commands in order, to be run with the workspace as working directory.

    Args:
        language: whose commands to take.
        toolchain: gives a value to `{python}`, `{go}` and their like.
        exercise: its test files, sorted, become `{tests}` (spec 10.1: the pattern is expanded here, not by a shell).
        workspace: path of the copy under test, as the commands see it.
        results: path of the folder where they leave their reports.
        place: path of the folder that holds the workspace, and shared files beside it.

    Raises:
        UsageError: a command has a placeholder that nothing fills.
    """
    values = {**toolchain.values, **toolchain.programs, "workspace": workspace, "results": results, "place": place}
    tests = tests_of(language, exercise)
    return [tuple(_expand(language, command, values, tests)) for command in language.commands]


def environment(language: Language, toolchain: Toolchain, *, workspace: str, place: str) -> dict[str, str]:
    """Return the variables for test commands and for agents, PATH with the folders of the tools among them.

    Raises:
        UsageError: a variable has a placeholder that nothing fills.
    """
    values = {**toolchain.values, **toolchain.programs, "workspace": workspace, "place": place}
    folders = [posixpath.dirname(program) for program in toolchain.programs.values()]
    return {
        "PATH": ":".join(dict.fromkeys((*folders, *SYSTEM_PATH))),
        **{name: _fill(language, value, values) for name, value in language.environment.items()},
        **toolchain.environment,
    }


def tests_of(language: Language, exercise: Exercise) -> list[str]:
    """Return the files that a test command is given, sorted: helpers of the tests are not among them."""
    globs = Globs(language.test_globs)
    return sorted(filter(globs.matches, exercise.tests)) or sorted(exercise.tests)


def _expand(language: Language, command: tuple[str, ...], values: Mapping[str, str], tests: list[str]) -> Iterator[str]:
    for argument in command:
        if argument == TESTS:
            yield from tests
        else:
            yield _fill(language, argument, values)


def _fill(language: Language, text: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if (known := values.get(found[1])) is None:
            raise UsageError(
                f"the language file of {language.id} uses the placeholder {found[0]}, which has no value; "
                f"there are {{tests}}, {', '.join(f'{{{name}}}' for name in sorted(values))}"
            )
        return known

    return _PLACEHOLDER.sub(value, text)
