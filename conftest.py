"""House rules of every test run: which outside tools a test needs, and what is said when one is missing.

`@pytest.mark.needs("node", ...)` skips a test with one line when a tool is absent. `RC_REQUIRE=node,go` (or `all`)
turns such a skip into a failure: that is how CI makes sure that nothing was left out. The run ends with a table of
what could not run here and how to get it.
"""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import pytest

REQUIRE: Final = "RC_REQUIRE"
"""Environment variable: comma-separated names of tools that must be here, or `all`."""

PROPERTY: Final = "needs"
"""Key under which a skipped test reports the tool that it missed; survives the trip from an xdist worker."""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that no wheel can bring. It is here when one of its probes runs and exits with 0."""

    probes: tuple[tuple[str, ...], ...]
    get: str


TOOLS: Final[Mapping[str, Tool]] = {
    "node": Tool((("node", "--version"),), "apt-get install nodejs npm, or https://nodejs.org"),
    "go": Tool((("go", "version"),), "apt-get install golang, or https://go.dev/dl"),
    "cargo": Tool((("cargo", "--version"),), "apt-get install cargo, or https://rustup.rs"),
    "java": Tool((("javac", "-version"),), "apt-get install default-jdk-headless junit5 libassertj-core-java"),
    "bubblewrap": Tool(
        (("bwrap", "--ro-bind", "/", "/", "--unshare-all", "true"),),
        "apt-get install bubblewrap (and let this user create namespaces)",
    ),
    "docker": Tool((("docker", "info"),), "https://docs.docker.com/engine/install (and a running daemon)"),
    "browser": Tool(
        tuple((name, "--version") for name in ("chromium", "chromium-browser", "google-chrome")),
        "apt-get install chromium",
    ),
}


@cache
def absence(name: str) -> str | None:
    """Return why the tool cannot be used on this machine, in one line, or None when it can."""
    reasons = [_probe(command) for command in TOOLS[name].probes]
    return None if None in reasons else next(reason for reason in reasons if reason)


def _probe(command: tuple[str, ...]) -> str | None:
    if shutil.which(command[0]) is None:
        return f"no {command[0]} on PATH"
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=20, check=False)  # noqa: S603 - the table above is the only source of commands
    except (OSError, subprocess.TimeoutExpired):
        return f"{command[0]} does not answer"
    return None if done.returncode == 0 else f"{command[0]} is here, but '{' '.join(command)}' fails"


def required(names: str) -> frozenset[str]:
    """Read the value of RC_REQUIRE; raises `pytest.UsageError` for a tool that nobody knows."""
    asked = frozenset(name.strip() for name in names.split(",") if name.strip())
    if asked == frozenset({"all"}):
        return frozenset(TOOLS)
    if unknown := sorted(asked - TOOLS.keys()):
        raise pytest.UsageError(f"{REQUIRE} names {', '.join(unknown)}; known are all, {', '.join(TOOLS)}")
    return asked


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse a wrong RC_REQUIRE before any test runs."""
    config.addinivalue_line("markers", f"needs(*tools): outside tools the test cannot do without: {', '.join(TOOLS)}")
    required(os.environ.get(REQUIRE, ""))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail when CI insists, before a fixture reaches for a tool that is not here."""
    for name in _needs(item):
        if name not in TOOLS:
            pytest.fail(f"needs({name!r}): no such tool; the table in {__file__} has {', '.join(TOOLS)}", pytrace=False)
        if (why := absence(name)) is None:
            continue
        if name in required(os.environ.get(REQUIRE, "")):
            pytest.fail(f"{REQUIRE} asks for {name}: {why}; get it: {TOOLS[name].get}", pytrace=False)
        item.user_properties.append((PROPERTY, name))
        pytest.skip(f"needs {name}: {why}")


def _needs(item: pytest.Item) -> Iterator[str]:
    for marker in item.iter_markers("needs"):
        yield from marker.args


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Say, as the last thing, what did not run here, why, and how to get it."""
    yield
    skipped: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
    missed = Counter(
        str(value) for report in skipped for key, value in getattr(report, "user_properties", ()) if key == PROPERTY
    )
    if not missed:
        return
    rows = [("tests", "needs", "why", "how to get it")]
    rows += [(str(count), name, absence(name) or "", TOOLS[name].get) for name, count in sorted(missed.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    terminalreporter.section("not run here")
    for row in rows:
        terminalreporter.line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
