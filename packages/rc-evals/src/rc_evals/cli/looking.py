"""The commands that look at runs: list, show."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rc_evals.cli.context import home_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Run = Annotated[int, typer.Argument(help="Id of the run.", metavar="RUN", min=1, max=2**63 - 1)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_runs)
    app.command()(show)


def list_runs(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many runs, the newest first.")] = 20,
    json: Json = False,
) -> None:
    """List the newest runs."""
    from rc_evals.report import render_json, run_line
    from rc_evals.store.queries import newest_runs
    from rc_evals.store.reader import open_reader

    home = home_of(ctx)
    with open_reader(home.database) as reader:
        found = newest_runs(reader, limit=limit + 1)
    runs = found[:limit]
    if json:
        typer.echo(render_json({"runs": [run_line(run) for run in runs]}))
    elif not runs:
        typer.echo(f"no runs in {home.root} yet; `rc-evals run --suite bundled --agent oracle` makes one")
    else:
        _print_runs(runs)
        if len(found) > limit:
            typer.echo(f"there are older ones; `rc-evals list --limit {10 * limit}` shows more")


def show(ctx: typer.Context, run: Run, json: Json = False) -> None:
    """Show the results of a run, whether it is over or not."""
    from rc_evals.store.reader import open_reader

    with open_reader(home_of(ctx).database) as reader:
        if json:
            from rc_evals.report import document, render_json

            typer.echo(render_json(document(reader, run)))
        else:
            from rc_evals.cli.tables import show_summary

            show_summary(reader, run)


def _print_runs(runs: list[dict[str, Any]]) -> None:
    """Print a table without rich, which would take longer than everything else here."""
    from rc_evals.cli.terminal import columns, fitted

    heading = ("run", "created", "state", "suite", "agent", "passed", "rate", "left", "name")
    rows = [heading, *(_cells(run) for run in runs)]
    for line in columns(rows, right=frozenset({0, 5, 6, 7})):
        typer.echo(fitted(line, sys.stdout))


def _cells(run: Mapping[str, Any]) -> tuple[str, ...]:
    from rc_evals.cli.terminal import one_line
    from rc_evals.formats import local_time, share
    from rc_evals.report import standing

    return (
        str(run["id"]),
        local_time(run["created_at"]),
        standing(run),
        one_line(run["suite"]),
        one_line(run["agent"]),
        f"{run['passed']} of {run['decided']}",
        share(run["passed"] / run["decided"]) if run["decided"] else "-",
        str(run["open"]),
        one_line(run["name"] or ""),
    )
