"""Why a task has not passed, in words that are the same for tasks that failed for the same cause. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rc_evals.outcomes import Outcome

if TYPE_CHECKING:
    from re import Pattern

MAX_REASON: Final = 200
"""Characters of a reason."""

CANCELLED: Final = "the run was cancelled"

_TESTS_FAILED: Final = re.compile(r"\d+ of \d+ tests failed")
"""How the explanation of a test report begins that names failed tests (see `languages.results`)."""

_SINGLE: Final[tuple[tuple[Pattern[str], str], ...]] = (
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "*"),  # UUIDs
    (re.compile(r"\b(?:0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{8,})\b", re.IGNORECASE), "*"),  # addresses, hashes
    (re.compile(r"\b(?:(?=[a-z_]*\d)\w{16,}|tmp\w+)\b", re.IGNORECASE), "*"),  # ids of requests, temporary files
    (
        re.compile(
            r"\b(?:\d+[.,:]\d[\d.,:]*|\d{4,}|\d+(?= ?(?:[mµn]?s|sec|[kmg]i?b|bytes|tokens|retries)\b))", re.IGNORECASE
        ),
        "N",
    ),
)
"""What differs between occurrences of one cause. Short whole numbers stay: they are exit codes and HTTP statuses."""


def reason(verdict: Outcome, error: str | None, *, tests_passed: int | None) -> str | None:
    """Return why a task has its verdict, None when it passed.

    Args:
        verdict: on the task.
        error: the evidence of the attempt that brought it, in one line.
        tests_passed: by that attempt; None when they did not run.
    """
    if verdict is Outcome.PASSED:
        return None
    if verdict is Outcome.CANCELLED:
        return CANCELLED
    if not error:
        return verdict.value.replace("_", " ")
    if verdict is Outcome.FAILED and _TESTS_FAILED.match(error):  # which ones is different for every exercise
        return "some tests failed" if tests_passed else "all tests failed"
    return generalised(error)


@lru_cache(maxsize=256)  # tasks of a run fail for few causes
def generalised(error: str) -> str:
    """Return evidence without what tells one occurrence from another."""
    text = error[: 2 * MAX_REASON]  # what is behind it would be cut anyway
    for pattern, mark in _SINGLE:
        text = pattern.sub(mark, text)
    return text[:MAX_REASON].rstrip()
