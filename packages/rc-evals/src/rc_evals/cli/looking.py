"""The commands that look at runs: list, show."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from rc_evals.cli.context import with_home, with_json, with_run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.home import Home


@click.command("list")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="How many runs, the newest first.",
)
@with_json
@with_home
def list_runs(home: Home, limit: int, json: bool) -> None:
    """List the newest runs."""
    from rc_evals.report import render_json, run_line, standing
    from rc_evals.store.reader import open_reader
    from rc_evals.store.run_list import RunFilter, runs

    with open_reader(home.database) as reader:
        page = runs(reader, RunFilter(), standing=standing, sort="-id", limit=limit)
    if json:
        click.echo(render_json({"runs": [run_line(run) for run in page.rows]}))
    elif not page.rows:
        click.echo(f"no runs in {home.root} yet; `rc-evals run --suite bundled --agent oracle` makes one")
    else:
        _print_runs(page.rows)
        if page.after is not None:
            click.echo(f"there are older ones; `rc-evals list --limit {10 * limit}` shows more")


@click.command()
@with_run
@with_json
@with_home
def show(home: Home, run: int, json: bool) -> None:
    """Show the results of a run, whether it is over or not."""
    from rc_evals.store.reader import open_reader

    with open_reader(home.database) as reader:
        if json:
            from rc_evals.report import document

            for line in document(reader, run):
                click.echo(line)
        else:
            from rc_evals.cli.tables import show_summary

            show_summary(reader, run)


def _print_runs(runs: list[dict[str, Any]]) -> None:
    """Print a table without rich, which would take longer than everything else here."""
    from rc_evals.cli.terminal import columns, fitted

    heading = ("run", "created", "state", "suite", "agent", "passed", "rate", "left", "name")
    rows = [heading, *(_cells(run) for run in runs)]
    for line in columns(rows, right=frozenset({0, 5, 6, 7})):
        click.echo(fitted(line, sys.stdout))


def _cells(run: Mapping[str, Any]) -> tuple[str, ...]:
    from rc_evals.foreign import one_line
    from rc_evals.formats import local_time, share

    return (
        str(run["id"]),
        local_time(run["created_at"]),
        run["standing"],
        one_line(run["suite"]),
        one_line(run["agent"]),
        f"{run['passed']} of {run['decided']}",
        share(run["passed"] / run["decided"]) if run["decided"] else "-",
        str(run["open"]),
        one_line(run["name"] or ""),
    )
