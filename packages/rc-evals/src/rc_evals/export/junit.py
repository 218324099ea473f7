"""A run as JUnit XML (spec 24.11), for whatever shows tests: a suite per language, a case per task."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from rc_evals.artifacts import TEST_LOG, attempt_folder, open_kept
from rc_evals.events import TaskRef
from rc_evals.formats import timestamp
from rc_evals.outcomes import Outcome
from rc_evals.store.exporting import histories, tests_of
from rc_evals.store.queries import tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from rc_evals.home import Home
    from rc_evals.store.reader import Reader

TAIL_BYTES: Final = 8 * 1024
"""Kept of the end of what the tests printed."""

_ELEMENTS: Final[Mapping[str | None, str]] = {
    Outcome.PASSED: "",
    Outcome.CANCELLED: "skipped",
    None: "skipped",
    **{outcome: "failure" for outcome in Outcome if outcome.decided and outcome is not Outcome.PASSED},
    Outcome.INFRA_FAILED: "error",
    Outcome.VERIFIER_ERROR: "error",
}
"""What a verdict is to JUnit. A failure says something about the agent, an error about the platform."""

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, in whatever spelling."""


def write_junit(reader: Reader, home: Home, run_id: int, out: BinaryIO) -> None:
    """Write a run as JUnit XML.

    Raises:
        UnknownRunError: there is no such run.
    """
    run = reader.run(run_id)
    out.writelines(line.encode() for line in _lines(reader, home, run))


def _lines(reader: Reader, home: Home, run: Mapping[str, Any]) -> Iterator[str]:
    tallies = tally(reader, run["id"])
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites{_attributes(name=_title(run), **_counts(*tallies.values()))}>\n"
    for language, verdicts in tallies.items():
        suite = {"name": language, **_counts(verdicts), "timestamp": timestamp(run["created_at"])}
        yield f"<testsuite{_attributes(**suite)}>\n"
        for task, attempts in histories(reader, run["id"], language=language):
            yield from _case(reader, home, run["id"], task, attempts)
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _case(
    reader: Reader, home: Home, run_id: int, task: Mapping[str, Any], attempts: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    ref = TaskRef(task["id"], task["language"], task["exercise"], task["iteration"], task["attempts"])
    last: Mapping[str, Any] = attempts[-1] if attempts else {}
    seconds = sum(last.get(part) or 0 for part in ("agent_ms", "test_ms")) / 1000
    name = ref.label.removeprefix(f"{task['language']}/")
    yield f"<testcase{_attributes(classname=task['language'], name=name, time=f'{seconds:.3f}')}"
    element = _ELEMENTS[task["verdict"]]
    if not element:
        yield "/>\n"
        return
    message = last.get("error") or task["verdict"] or "not decided"
    if element == "skipped":
        yield f"><skipped{_attributes(message=message)}/></testcase>\n"
        return
    yield f"><{element}{_attributes(message=message, type=task['verdict'])}>"
    yield _text("\n".join(_failing(reader, last)))
    yield f"</{element}>"
    if output := _tail(home, run_id, task):
        yield f"<system-out>{_text(output)}</system-out>"
    yield "</testcase>\n"


def _failing(reader: Reader, attempt: Mapping[str, Any]) -> Iterator[str]:
    for test in tests_of(reader, attempt["id"]) if attempt else ():
        if not test["passed"]:
            yield f"{test['name']}: {test['message']}" if test["message"] else test["name"]


def _tail(home: Home, run_id: int, task: Mapping[str, Any]) -> str:
    """Return the end of what the tests of the latest attempt printed."""
    folder = attempt_folder(home, run_id, task["language"], task["exercise"], task["iteration"], task["attempts"])
    file = open_kept(folder, TEST_LOG)
    if file is None:
        return ""
    with file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL_BYTES))
        return file.read(TAIL_BYTES).decode("utf-8", "replace")


def _counts(*tallies: Mapping[str | None, int]) -> dict[str, int]:
    """Count tests as JUnit does."""
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    plural = {"failure": "failures", "error": "errors", "skipped": "skipped"}
    for verdicts in tallies:
        for verdict, number in verdicts.items():
            counts["tests"] += number
            if element := _ELEMENTS[verdict]:
                counts[plural[element]] += number
    return counts


def _title(run: Mapping[str, Any]) -> str:
    return str(run["name"] or f"{run['suite']}, {run['agent']}")


def _attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(_allowed(str(value)))}" for name, value in values.items())


def _text(text: str) -> str:
    return escape(_allowed(text))


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
