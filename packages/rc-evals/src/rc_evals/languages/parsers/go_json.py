"""Reads the events of `go test -json`; whatever else is among them, such as errors of the compiler, is passed over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, cast

from rc_evals.languages.model import TestResult

_ENDS: Final = {"pass": True, "fail": False}

_KEPT: Final = 4_000
"""Characters of output kept per test until it is known whether it failed."""


@dataclass(slots=True)
class _Test:
    output: str = ""
    passed: bool = False  # what is said of a test that started and never ended


def parse(stdout: bytes) -> list[TestResult]:
    """Return the tests that ran, subtests among them, in order of their start; a skipped test has not run."""
    tests: dict[tuple[str, str], _Test] = {}
    for line in stdout.splitlines():
        if line.startswith(b"{") and (event := _event(line)) is not None:
            _apply(event, tests)
    return [
        TestResult(name, test.passed, "" if test.passed else test.output.strip()) for (_, name), test in tests.items()
    ]


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        event: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", event) if isinstance(event, dict) else None


def _apply(event: dict[str, Any], tests: dict[tuple[str, str], _Test]) -> None:
    action, name, package, output = (event.get(key) for key in ("Action", "Test", "Package", "Output"))
    if not isinstance(action, str) or not isinstance(name, str) or not name:
        return
    key = (str(package), name)
    if action == "skip":
        tests.pop(key, None)
        return
    if action not in {"run", "output", *_ENDS}:
        return
    test = tests.setdefault(key, _Test())
    if action in _ENDS:
        test.passed = _ENDS[action]
    elif isinstance(output, str) and not output.lstrip().startswith("=== ") and len(test.output) < _KEPT:
        test.output += output
