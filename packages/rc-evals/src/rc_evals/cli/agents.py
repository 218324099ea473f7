"""The command that tells which agents there are, and what each takes."""

from __future__ import annotations

from textwrap import fill
from typing import Final

import click

from rc_evals.cli.context import with_json

WIDTH: Final = 100
"""Columns that a terminal is taken to have."""


@click.command()
@with_json
def agents(json: bool) -> None:
    """List the agents, with what `--agent-arg NAME=VALUE` takes for each."""
    from rc_evals.agents.registry import AGENTS

    if json:
        from rc_evals.report import render_json

        kinds = {name: {"summary": kind.summary, "arguments": dict(kind.arguments)} for name, kind in AGENTS.items()}
        click.echo(render_json({"agents": kinds}))
        return
    for name, kind in AGENTS.items():
        click.echo(f"{name:<8} {kind.summary}")
        for argument, meaning in kind.arguments.items():
            click.echo(fill(f"{argument}: {meaning}", width=WIDTH, initial_indent=" " * 11, subsequent_indent=" " * 15))
