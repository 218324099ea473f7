"""Looks at every exercise of a suite without running anything: can it be used, and what is in it?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rc_evals._errors import BrokenSuiteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rc_evals.suites.model import Entry, Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is known of one exercise."""

    id: str
    files: int = 0
    tests: tuple[str, ...] = ()
    """Paths of the test files, sorted."""
    has_reference: bool = False
    digest: str = ""
    problem: str = ""
    """Why the exercise cannot be used; empty when it can."""

    def to_dict(self) -> dict[str, object]:
        """Return the finding for JSON."""
        return asdict(self)


def check(suite: Suite) -> Iterator[Finding]:
    """Yield a finding per exercise, sorted by language and name; a broken exercise does not hide the next one."""
    for entry in suite.entries():
        yield _look_at(suite, entry)


def _look_at(suite: Suite, entry: Entry) -> Finding:
    try:
        exercise = suite.load(entry)
        return Finding(
            id=entry.id,
            files=len(exercise.files),
            tests=tuple(sorted(exercise.tests)),
            has_reference=exercise.reference is not None,
            digest=exercise.digest,
        )
    except BrokenSuiteError as error:
        return Finding(id=entry.id, problem=str(error))
