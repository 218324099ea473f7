"""The commands on suites: what there is, what is in one, and whether it can be trusted."""

from __future__ import annotations

import dataclasses
import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rc_evals.cli.context import home_of
from rc_evals.cli.running import INTERRUPTED
from rc_evals.outcomes import Outcome
from rc_evals.sandbox.port import SandboxChoice

if TYPE_CHECKING:
    from rc_evals.home import Home

Name = Annotated[str, typer.Argument(help="Name or folder of a suite.", metavar="SUITE")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the group `suites`."""
    group = typer.Typer(help="Look at suites of exercises.", no_args_is_help=True, rich_markup_mode=None)
    group.command("list")(list_suites)
    group.command("show")(show)
    group.command("verify")(verify)
    app.add_typer(group, name="suites")


def list_suites(ctx: typer.Context, json: Json = False) -> None:
    """List the suites that have a name."""
    from rc_evals.suites.registry import known_suites

    suites = known_suites(home_of(ctx))
    if json:
        typer.echo(jsonlib.dumps({"suites": [dataclasses.asdict(suite) for suite in suites]}, indent=2, default=str))
        return
    width = max(len(suite.name) for suite in suites)
    for suite in suites:
        counts = ", ".join(f"{count} {language}" for language, count in suite.exercises.items())
        typer.echo(f"{suite.name:<{width}}  {suite.problem or counts}  ({suite.root})")


def show(ctx: typer.Context, suite: Name, json: Json = False) -> None:
    """List the exercises of a suite, and what is wrong with the broken ones."""
    from rc_evals.suites.check import check
    from rc_evals.suites.registry import open_suite

    opened = open_suite(suite, home=home_of(ctx))
    findings = [finding.to_dict() for finding in check(opened)]
    if json:
        typer.echo(
            jsonlib.dumps({"suite": {"name": opened.name, "root": str(opened.root)}, "exercises": findings}, indent=2)
        )
        return
    for finding in findings:
        typer.echo(f"{finding['id']}  {finding['problem'] or ''}".rstrip())
    typer.echo(f"{len(findings)} exercises in {opened.root}")


def verify(
    ctx: typer.Context,
    suite: Name,
    language: Annotated[
        list[str] | None, typer.Option(help="Only this language; may be repeated.", metavar="L")
    ] = None,
    exercise: Annotated[
        list[str] | None, typer.Option(help="Only exercises like this; may be repeated.", metavar="GLOB")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="Folder of reference solutions, for suites without any.", metavar="DIR")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=25, help="Attempts at the same time.")] = 2,
    sandbox: Annotated[SandboxChoice, typer.Option(help="Isolation of agents; none is none at all.")] = "auto",
    json: Json = False,
) -> None:
    """Run oracle and nop over a suite: the reference must pass, doing nothing must not; else the exit code is 1."""
    from rc_evals.planning import Request

    home = home_of(ctx)
    verdicts: dict[str, dict[str, Any]] = {}
    for agent in ("oracle", "nop"):
        arguments = {"reference": str(reference)} if reference is not None and agent == "oracle" else {}
        request = Request(
            suite=suite,
            agent=agent,
            agent_args=arguments,
            languages=tuple(language or ()),
            exercises=tuple(exercise or ()),
            concurrency=concurrency,
            sandbox=sandbox,
            name=f"verify {suite}",
        )
        _collect(home, request, verdicts, json=json)
    _tell(verdicts, json=json)
    if not all(row["sound"] for row in verdicts.values()):
        raise typer.Exit(1)


def _collect(home: Home, request: Any, verdicts: dict[str, dict[str, Any]], *, json: bool) -> None:
    """Run one agent and enter its verdicts."""
    from rc_evals.cli.running import audience, complete
    from rc_evals.controller import start
    from rc_evals.store.queries import tasks
    from rc_evals.store.reader import open_reader

    ending = complete(start(home, request, audience(home, json=json)))
    if not ending.finished:
        raise typer.Exit(INTERRUPTED)
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
        typer.echo(jsonlib.dumps({"sound": sound, "exercises": rows}, indent=2))
        return
    for name, row in verdicts.items():
        if not row["sound"]:
            typer.echo(f"{name}: oracle {row['oracle'] or 'undecided'}, nop {row['nop'] or 'undecided'}")
    typer.echo(f"{sound} of {len(verdicts)} exercises are sound: the reference passes, doing nothing does not")
