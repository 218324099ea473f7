"""Reads the text that `cargo test` prints; its JSON is still unstable."""

from __future__ import annotations

import re
from typing import Final

from rc_evals.languages.model import TestResult

_LINE: Final = re.compile(r"^test (?P<name>\S.*) \.\.\. (?P<end>ok|FAILED)\r?$", re.MULTILINE)
"""A test that ran; `ignored` ones do not match."""

_DETAIL: Final = re.compile(
    r"^---- (?P<name>\S.*) stdout ----\r?\n(?P<text>(?:(?!---- |failures:).*\n)*)", re.MULTILINE
)
"""What a failed test printed."""


def parse(stdout: bytes) -> list[TestResult]:
    """Return the tests that ran, of all test binaries and of the documentation."""
    text = stdout.decode("utf-8", "replace")
    details = {found["name"]: found["text"].strip() for found in _DETAIL.finditer(text)}
    return [
        TestResult(found["name"], passed, "" if passed else details.get(_plain(found["name"]), ""))
        for found in _LINE.finditer(text)
        for passed in (found["end"] == "ok",)
    ]


def _plain(name: str) -> str:
    return name.removesuffix(" - should panic")
