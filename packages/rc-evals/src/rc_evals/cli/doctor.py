"""The command that says what this machine can do, and what would let it do more."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from rc_evals import __version__
from rc_evals.cli.context import with_home, with_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rc_evals.home import Home
    from rc_evals.languages.model import Language


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    group: str
    """`machine`, `data` or `language`."""
    subject: str
    ok: bool
    found: str
    remedy: str = ""
    essential: bool = False
    """Without it no run is possible with the default settings."""


@click.command()
@with_json
@with_home
def doctor(home: Home, json: bool) -> None:
    """Check this machine: sandbox, tools of languages, data folder, size. Exit code 3 when no run is possible here."""
    findings = list(examine(home))
    ready = is_ready(findings)
    if json:
        from rc_evals.report import render_json

        click.echo(render_json({"ready": ready, "findings": [asdict(finding) for finding in findings]}))
    else:
        _print(findings, ready=ready)
    if not ready:
        raise click.exceptions.Exit(3)


def examine(home: Home) -> Iterator[Finding]:
    """Look at everything that a run needs; nothing is made or installed."""
    yield Finding("machine", "rc-evals", True, f"{__version__}, Python {platform.python_version()}, {sys.executable}")
    yield _git()
    yield _sandbox()
    yield _capacity()
    yield _folder(home.root)
    yield _disk(home.root)
    yield _database(home.database)
    yield from _languages(home)


def is_ready(findings: Sequence[Finding]) -> bool:
    """Return whether a run is possible: everything essential is here, and one language at least."""
    languages = any(finding.ok for finding in findings if finding.group == "language")
    return languages and all(finding.ok for finding in findings if finding.essential)


def _git() -> Finding:
    from rc_evals._errors import ToolchainError
    from rc_evals.languages.probing import ask

    try:
        return Finding("machine", "git", True, ask(["git", "--version"], env=os.environ))
    except ToolchainError as error:
        remedy = "apt-get install git; without it a run does not know the revision of its suite"
        return Finding("machine", "git", False, str(error), remedy)


def _sandbox() -> Finding:
    from rc_evals._errors import SandboxUnavailableError
    from rc_evals.sandbox.choose import choose

    try:
        return Finding("machine", "sandbox", True, f"{choose('auto').level} works", essential=True)
    except SandboxUnavailableError as error:
        found, _, remedy = str(error).partition("; ")
        return Finding("machine", "sandbox", False, found, remedy, essential=True)


def _capacity() -> Finding:
    from rc_evals.capacity import BYTES_EACH, CORES_EACH, capacity

    size = capacity()
    gigabytes = 1024**3
    found = f"{size.cores:g} cores, {size.memory_bytes / gigabytes:.1f} GB: fits --concurrency {size.attempts}"
    rule = f"a full coding agent takes {CORES_EACH} cores and {BYTES_EACH // gigabytes} GB; small ones take less"
    return Finding("machine", "size", True, found, rule)


def _folder(root: Path) -> Finding:
    """Check the data folder, or the place where it would be made."""
    nearest = next(path for path in (root, *root.parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        return Finding("data", "folder", True, f"{root}{'' if root.exists() else ' (not made yet)'}", essential=True)
    problem = "is not a folder" if not nearest.is_dir() else "cannot be read and written by this user"
    remedy = "mend that, or choose another data folder with --home or RC_EVALS_HOME"
    return Finding("data", "folder", False, f"{nearest} {problem}", remedy, essential=True)


def _disk(root: Path) -> Finding:
    from rc_evals.disk import free_bytes, shortage
    from rc_evals.formats import size

    found, _, remedy = shortage(root).partition("; ")
    if found:
        return Finding("data", "disk", False, found, f"{remedy}, or choose another data folder", essential=True)
    return Finding("data", "disk", True, f"{size(free_bytes(root))} free", essential=True)


def _database(path: Path) -> Finding:
    from rc_evals._errors import StoreError
    from rc_evals.store.schema import check, revision

    try:
        check(path)
        found = revision(path)
    except (StoreError, OSError) as error:
        found, _, remedy = str(error).partition("; ")
        return Finding("data", "database", False, found, remedy, essential=True)
    return Finding("data", "database", True, f"schema {found}" if found else "none yet, the first run makes it")


def _languages(home: Home) -> Iterator[Finding]:
    """Ask all toolchains at once: some take half a second to say their version."""
    from concurrent.futures import ThreadPoolExecutor

    from rc_evals._errors import UsageError
    from rc_evals.languages.registry import load_languages

    def look(language: Language) -> Finding:
        return _language(language, home.cache)

    try:
        languages = load_languages(home.languages)
    except UsageError as error:
        found, _, remedy = str(error).rpartition("; ")
        yield Finding("language", "files", False, found, remedy, essential=True)
        return
    with ThreadPoolExecutor() as pool:
        yield from pool.map(look, languages.values())


def _language(language: Language, cache: Path) -> Finding:
    from rc_evals.languages.model import NotRunnable
    from rc_evals.languages.toolchains import find

    found = find(language, cache)
    if isinstance(found, NotRunnable):
        return Finding("language", language.id, False, found.reason, found.remedy)
    return Finding("language", language.id, True, found.version)


def _print(findings: Sequence[Finding], *, ready: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from rc_evals.cli.terminal import print_on
    from rc_evals.foreign import one_line

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    group = findings[0].group
    for finding in findings:
        if finding.group != group:
            table.add_row()
            group = finding.group
        wrong = "wrong" if finding.group == "data" else "missing"
        mark = Text("ok", style="green") if finding.ok else Text(wrong, style="red")
        table.add_row(finding.subject, mark, one_line(finding.found))
        if finding.remedy:
            table.add_row("", "", Text(one_line(finding.remedy), style="dim"))
    without = ", ".join(each.subject for each in findings if each.group == "language" and not each.ok)
    verdict = Text(f"ready; exercises in {without} cannot run here yet" if without else "ready")
    if not ready:
        verdict = Text("no run is possible here yet; see what is missing above", style="red")
    print_on(sys.stdout, table, Text(), verdict)
