"""Reads the JSON report of jest (`--json --outputFile`)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from rc_evals.languages.model import TestResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_RAN: Final = {"passed": True, "failed": False}
"""Other states (pending, skipped, todo, disabled) mean that the test has not run."""


def parse(outputs: Mapping[str, bytes]) -> list[TestResult]:
    """Return the tests of all `*.json` files that ran; a damaged file counts as empty."""
    return [test for name in sorted(outputs) if name.endswith(".json") for test in _read(outputs[name])]


def _read(document: bytes) -> Iterator[TestResult]:
    try:
        report = json.loads(document)
    except (ValueError, RecursionError):
        return
    for suite in _objects(report, "testResults"):
        tests = [test for test in _objects(suite, "assertionResults") if _text(test.get("status")) in _RAN]
        for test in tests:
            yield TestResult(_text(test.get("fullName")), passed=_RAN[test["status"]], message=_message(test))
        if not tests and suite.get("status") == "failed":
            # The file could not be loaded at all, for example for an error of syntax.
            name = _text(suite.get("name")).rpartition("/")[2]
            yield TestResult(name, passed=False, message=_plain(suite.get("message")))


def _objects(parent: Any, key: str) -> list[dict[str, Any]]:
    return [item for item in _items(parent, key) if isinstance(item, dict)]


def _items(parent: Any, key: str) -> list[Any]:
    found: Any = cast("dict[str, Any]", parent).get(key) if isinstance(parent, dict) else None
    return found if isinstance(found, list) else []  # pyright: ignore[reportUnknownVariableType] - JSON holds anything


def _message(test: dict[str, Any]) -> str:
    return _plain("\n".join(map(_text, _items(test, "failureMessages"))))


def _plain(message: object) -> str:
    return _COLOUR.sub("", _text(message)).strip()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
