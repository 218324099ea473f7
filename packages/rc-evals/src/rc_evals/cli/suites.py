"""The commands on suites: what there is, what is in one, and whether it can be trusted."""

from __future__ import annotations

import dataclasses
import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rc_evals.cli.context import AT_ONCE, with_home, with_json, with_sandbox
from rc_evals.cli.running import INTERRUPTED
from rc_evals.cli.terminal import columns
from rc_evals.foreign import one_line
from rc_evals.outcomes import Outcome

if TYPE_CHECKING:
    from rc_evals.home import Home
    from rc_evals.sandbox import SandboxChoice
    from rc_evals.suites.registry import KnownSuite

_with_name = click.argument("suite", metavar="SUITE", help="Name or folder of a suite.")


@click.group()
def suites() -> None:
    """Look at suites of exercises."""


@suites.command("list")
@with_json
@with_home
def list_suites(home: Home, json: bool) -> None:
    """List the suites that have a name."""
    from rc_evals.suites.registry import known_suites

    known = known_suites(home)
    if json:
        click.echo(jsonlib.dumps({"suites": [dataclasses.asdict(suite) for suite in known]}, indent=2, default=str))
        return
    for line in columns([tuple(map(one_line, _cells(suite))) for suite in known]):
        click.echo(line)


def _cells(suite: KnownSuite) -> tuple[str, str, str]:
    counts = ", ".join(f"{count} {language}" for language, count in suite.exercises.items())
    return suite.name, suite.problem or counts, f"({suite.root})"


@suites.command()
@_with_name
@with_json
@with_home
def show(home: Home, suite: str, json: bool) -> None:
    """List the exercises of a suite, and what is wrong with the broken ones."""
    from rc_evals.suites.check import check
    from rc_evals.suites.registry import open_suite

    opened = open_suite(suite, home=home)
    findings = [finding.to_dict() for finding in check(opened)]
    if json:
        click.echo(
            jsonlib.dumps({"suite": {"name": opened.name, "root": str(opened.root)}, "exercises": findings}, indent=2)
        )
        return
    for finding in findings:
        click.echo(one_line(f"{finding['id']}  {finding['problem'] or ''}"))
    click.echo(f"{len(findings)} exercises in {opened.root}")


@suites.command()
@_with_name
@click.option("--language", metavar="L", multiple=True, help="Only this language; may be repeated.")
@click.option("--exercise", metavar="GLOB", multiple=True, help="Only exercises like this; may be repeated.")
@click.option(
    "--reference",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of reference solutions, for suites without any.",
)
@click.option("--panel", is_flag=True, help="Then try hostile agents on what is sound: none must get anything.")
@click.option("--concurrency", type=AT_ONCE, default=2, show_default=True, help="Attempts at the same time.")
@with_sandbox
@with_json
@with_home
def verify(
    home: Home,
    suite: str,
    language: tuple[str, ...],
    exercise: tuple[str, ...],
    reference: Path | None,
    panel: bool,
    concurrency: int,
    sandbox: SandboxChoice,
    json: bool,
) -> None:
    """Run oracle and nop over a suite: the reference must pass, doing nothing must not; else the exit code is 1.

    With --panel, exercises are certified, and this machine with them: hostile agents must not get anything either.
    """
    from rc_evals.planning import Request

    request = Request(
        suite=suite,
        agent="oracle",
        agent_args={"reference": str(reference)} if reference is not None else {},
        languages=language,
        exercises=exercise,
        concurrency=concurrency,
        sandbox=sandbox,
        name=f"verify {suite}",
    )
    verdicts: dict[str, dict[str, Any]] = {}
    for asked in (request, dataclasses.replace(request, agent="nop", agent_args={})):
        _collect(home, asked, verdicts, json=json)
    if panel:
        from rc_evals.cli.certifying import put_before_panel

        trusted = put_before_panel(home, request, verdicts, json=json)
    else:
        _tell(verdicts, json=json)
        trusted = all(row["sound"] for row in verdicts.values())
    if not trusted:
        raise click.exceptions.Exit(1)


def _collect(home: Home, request: Any, verdicts: dict[str, dict[str, Any]], *, json: bool) -> None:
    """Run one agent and enter its verdicts."""
    from rc_evals.cli.running import audience, complete
    from rc_evals.controller import start
    from rc_evals.store.queries import tasks
    from rc_evals.store.reader import open_reader

    ending = complete(start(home, request, audience(home, json=json)))
    if ending.stopped or not ending.finished:
        raise click.exceptions.Exit(INTERRUPTED)
    with open_reader(home.database) as reader:
        for task in tasks(reader, ending.run_id):
            row = verdicts.setdefault(f"{task['language']}/{task['exercise']}", {"oracle": None, "nop": None})
            row[request.agent] = task["verdict"]
            row["sound"] = row["oracle"] == "passed" and _is_unsolved(row["nop"])


def _is_unsolved(verdict: str | None) -> bool:
    """Return whether a verdict says that the tests were run, and did not pass."""
    return verdict is not None and Outcome(verdict).decided and verdict != Outcome.PASSED


def _tell(verdicts: dict[str, dict[str, Any]], *, json: bool) -> None:
    sound = sum(row["sound"] for row in verdicts.values())
    if json:
        rows = [{"exercise": name, **row} for name, row in verdicts.items()]
        click.echo(jsonlib.dumps({"sound": sound, "exercises": rows}, indent=2))
        return
    for name, row in verdicts.items():
        if not row["sound"]:
            click.echo(f"{name}: oracle {row['oracle'] or 'undecided'}, nop {row['nop'] or 'undecided'}")
    click.echo(f"{sound} of {len(verdicts)} exercises are sound: the reference passes, doing nothing does not")
