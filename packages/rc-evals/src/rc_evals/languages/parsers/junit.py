"""Reads JUnit XML, as pytest and the JUnit console launcher write it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from rc_evals.languages.model import TestResult

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse(outputs: Mapping[str, bytes]) -> list[TestResult]:
    """Return the tests of all `*.xml` files that ran; a damaged file counts as empty, a skipped test has not run."""
    return [test for name in sorted(outputs) if name.endswith(".xml") for test in _read(outputs[name])]


def _read(document: bytes) -> list[TestResult]:
    report = _Report()
    # Not ElementTree: the file may be hostile, so nothing may be expanded and no tree be built.
    parser = expat.ParserCreate()
    parser.StartElementHandler = report.start
    parser.EndElementHandler = report.end
    parser.CharacterDataHandler = report.text
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, LookupError, ValueError):
        return []
    return report.tests


def _refuse(*_declaration: object) -> None:
    raise ValueError("a test report declares no entities")


class _Report:
    def __init__(self) -> None:
        self.tests: list[TestResult] = []
        self._name: str | None = None
        self._problem: list[str] | None = None
        self._in_problem = False
        self._skipped = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "testcase":
            names = (attributes.get("classname"), attributes.get("name"))
            self._name = ".".join(name for name in names if name)
            self._problem, self._skipped = None, False
        elif tag in {"failure", "error"}:
            self._problem = [attributes.get("message", "")]
            self._in_problem = not self._problem[0]
        elif tag == "skipped":
            self._skipped = True

    def text(self, data: str) -> None:
        if self._in_problem and self._problem is not None:
            self._problem.append(data)

    def end(self, tag: str) -> None:
        if tag in {"failure", "error"}:
            self._in_problem = False
        elif tag == "testcase" and self._name is not None:
            if not self._skipped:
                message = "".join(self._problem or ()).strip()
                self.tests.append(TestResult(self._name, passed=self._problem is None, message=message))
            self._name = None
