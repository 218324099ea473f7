"""From what the test commands left to a verdict. Pure: bytes in, a report out; no bytes make it raise.

Tests run together with the code under test, so whatever they wrote may be forged. Therefore what a parser finds can
only turn a pass by exit codes (spec 10.2) into a failure, never the reverse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rc_evals.languages.model import TestReport, TestResult
from rc_evals.languages.parsers import cargo, go_json, jest, junit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Parser = Callable[[Mapping[str, bytes], bytes, Sequence[int]], list[TestResult]]

MAX_TESTS: Final = 5_000
"""Results kept per report, failed ones first; the rest is counted only."""

MAX_NAME: Final = 300
MAX_MESSAGE: Final = 2_000
"""Characters kept of a test's name, and of why it failed."""

PARSERS: Final[Mapping[str, Parser]] = {
    "junit": lambda outputs, _stdout, _codes: junit.parse(outputs),
    "go-json": lambda _outputs, stdout, _codes: go_json.parse(stdout),
    "jest": lambda outputs, _stdout, _codes: jest.parse(outputs),
    "cargo": lambda _outputs, stdout, _codes: cargo.parse(stdout),
    "exit-code": lambda _outputs, _stdout, codes: [
        TestResult(f"command {number}", passed=code == 0) for number, code in enumerate(codes, 1)
    ],
}
"""Readers of results by the name that language files use; `exit-code` is for tools that tell nothing else."""


def parse(parser: str, outputs: Mapping[str, bytes], stdout: bytes, exit_codes: Sequence[int]) -> TestReport:
    """Return what a run of the tests says.

    Args:
        parser: a key of `PARSERS`, usually `Language.results`.
        outputs: the files of the results folder by name (see `outputs.read_outputs`).
        stdout: what the commands wrote to standard output and error.
        exit_codes: of the commands that were run, in order; the first failure ends a test.
    """
    found = PARSERS[parser](outputs, stdout, exit_codes)
    kept = found if len(found) <= MAX_TESTS else sorted(found, key=lambda test: test.passed)[:MAX_TESTS]
    explanation = _explain(found, exit_codes)
    return TestReport(
        passed=not explanation,
        tests=tuple(
            TestResult(_clean(test.name, MAX_NAME), test.passed, _clean(test.message, MAX_MESSAGE)) for test in kept
        ),
        ran=len(found),
        explanation=explanation,
    )


def _explain(found: Sequence[TestResult], exit_codes: Sequence[int]) -> str:
    code = next((code for code in exit_codes if code != 0), 0)
    failed = [test for test in found if not test.passed]
    if not exit_codes:
        return "no test command was run"
    if failed:
        first = " ".join(_clean(failed[0].name, MAX_NAME).split())
        surprise = "" if code else ", although the exit code is 0"
        return f"{len(failed)} of {len(found)} tests failed{surprise}; the first is {first}"
    if code:
        return f"the test command ended with exit code {code}; {len(found) or 'no'} tests ran"
    if not found:
        return "no test ran"
    return ""


def _clean(text: str, limit: int) -> str:
    # Half surrogates and NUL can be written in JSON, but not into a database.
    return text[:limit].encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
