"""Control tests: of ours, beside those of a suite, to see that the tests tell the truth about the code under test.

Tested code runs in the process of the tests, so it may write their report, patch their tool or leave with exit code 0.
Whoever does so to be told "passed" has every test pass. Therefore what has passed is tested once more, with tests
beside the suite's of which some must fail; their names are new every time. If they do not end as they must, nothing
that the tool says of this code can be believed.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rc_evals.languages.commands import tests_of
from rc_evals.languages.globs import Globs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rc_evals.languages.model import Control, Language, TestReport
    from rc_evals.suites.model import Exercise, SourceFile

NAME: Final = "NAME"
"""Stands for the name of a control test in the texts of a language file."""

COUNT: Final = 8
"""Control tests per file: so many that nobody guesses how they end."""

_RANDOM: Final = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Controlled:
    """An exercise with control tests in its test files."""

    exercise: Exercise
    expected: Mapping[str, bool]
    """Names of the control tests, and whether each must pass."""

    def objection(self, report: TestReport, exit_codes: Sequence[int]) -> str:
        """Return what is wrong with the tests of this exercise, in one line; empty for nothing.

        How the suite's own tests end makes no difference here.
        """
        ended = {name: {test.passed for test in report.tests if name in test.name} for name in self.expected}
        if wrong := [name for name, passes in self.expected.items() if ended[name] != {passes}]:
            return f"{len(wrong)} of {len(self.expected)} control tests did not end as they must"
        return "" if any(exit_codes) else "control tests failed, but the exit code is 0"


def controlled(exercise: Exercise, language: Language) -> Controlled | None:
    """Return the exercise with control tests, other ones at every call; None when nobody knows how to write them."""
    if (control := language.control) is None:
        return None
    expected: dict[str, bool] = {}
    files: list[SourceFile] = []
    tests, takes = tests_of(language, exercise), Globs(control.files or ("**",))
    for file in exercise.files:
        path, text = str(file.path), file.read().decode("utf-8", "replace")
        if path in tests and takes.matches(path) and re.search(control.where, text):
            own = {f"c{secrets.token_hex(6)}": passes for passes in _pattern()}
            expected |= own
            file = replace(file, transform=_with(control, own, file.transform))
        files.append(file)
    return Controlled(replace(exercise, files=tuple(files)), expected) if expected else None


def _pattern() -> list[bool]:
    """Return which control tests of a file pass: one does, one does not, the others are left to chance."""
    pattern = [True, False, *(_RANDOM.random() < 0.5 for _ in range(COUNT - 2))]
    _RANDOM.shuffle(pattern)
    return pattern


def _with(
    control: Control, tests: Mapping[str, bool], before: Callable[[bytes], bytes] | None
) -> Callable[[bytes], bytes]:
    texts = ((control.passing if passes else control.failing).replace(NAME, name) for name, passes in tests.items())
    appended = "\n\n" + "\n\n".join(texts)

    def append(content: bytes) -> bytes:
        return (content if before is None else before(content)) + appended.encode()

    return append
