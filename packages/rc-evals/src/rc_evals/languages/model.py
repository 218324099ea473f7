"""What a language is to the platform: data. Adding one is adding a file to `languages/data/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipMarker:
    """A way in which public test files leave tests out; removed so that every test counts."""

    glob: str
    pattern: str
    replacement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """How to write tests whose end is known (see `languages.control`); they are appended to test files."""

    where: str
    """Regular expression: found in a test file that can take them, and that is run as a whole in any case."""
    passing: str
    """A test that passes; `NAME` stands for its name, a lower-case word."""
    failing: str
    files: Sequence[str] = ()
    """Patterns for the test files that are run at all; none means all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Everything the platform knows of one language."""

    id: str
    title: str
    prompt: str
    """Used when a suite brings none of its own."""
    test_globs: tuple[str, ...]
    """Which files of an exercise are its tests, unless its metadata names them."""
    protected_globs: tuple[str, ...]
    """Files that an agent may neither change, add nor delete: before testing they are as in the suite."""
    build_globs: tuple[str, ...] = ()
    """Folders and files that tools leave behind; they take no part in diffs and in testing."""
    programs: tuple[str, ...]
    """Programs that must be found on PATH; each name is also a placeholder."""
    version: tuple[str, ...]
    """Command whose first line of output names the version, with `{placeholders}`."""
    remedy: str
    """How to get the programs."""
    commands: tuple[tuple[str, ...], ...]
    """Test commands in order, as argument vectors with `{placeholders}`; the first failure ends the test.

    None: there is nothing to test, and so nothing passes.
    """
    results: str
    """Name of the parser that reads what the commands left, a key of `languages.results.PARSERS`."""
    test_seconds: float = 120
    """Time limit per command."""
    skip_markers: tuple[SkipMarker, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """Variables for test commands and agents, with `{placeholders}`."""
    merged: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])
    """Protected TOML files, by path, that agents may add to: the tables whose entries are theirs, too."""
    control: Control | None = None
    """None: nobody looks whether code under test interferes with its tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """The tools of a language as found on this machine."""

    language: str
    version: str
    """One line for people and for the record of the run, for example `go1.22.1 linux/amd64`."""
    programs: Mapping[str, str]
    """Placeholder name to absolute path of a program, for example `{"go": "/usr/lib/go/bin/go"}`."""
    mounts: tuple[Path, ...]
    """Folders outside of the system's own that a sandbox must show, read-only, at the same path."""
    beside: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Read-only folders to show beside the workspace: name to source, for example `node_modules`."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    """Further placeholders that are not programs, for example a class path."""


@dataclass(frozen=True, slots=True)
class NotRunnable:
    """Why a language cannot be used here, and what would change that."""

    language: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class TestResult:
    """The result of one test of an exercise."""

    __test__ = False  # a name that pytest would collect

    name: str
    passed: bool
    message: str = ""
    """Why it failed: at most 2,000 characters."""


@dataclass(frozen=True, slots=True)
class TestReport:
    """What one run of the tests says."""

    __test__ = False

    passed: bool
    """All commands ended with 0, and at least one test ran."""
    tests: tuple[TestResult, ...]
    """Per test, where the tool tells; at most 5,000."""
    ran: int
    """How many tests ran; 0 is a failure."""
    explanation: str
    """One line: why it is not a pass, empty for a pass."""
