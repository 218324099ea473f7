"""The command that tells which agents there are, and what each takes."""

from __future__ import annotations

from textwrap import fill
from typing import Annotated, Final

import typer

WIDTH: Final = 100
"""Columns that a terminal is taken to have."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(agents)


def agents(json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """List the agents, with what `--agent-arg NAME=VALUE` takes for each."""
    from rc_evals.agents.registry import AGENTS

    if json:
        from rc_evals.report import render_json

        kinds = {name: {"summary": kind.summary, "arguments": dict(kind.arguments)} for name, kind in AGENTS.items()}
        typer.echo(render_json({"agents": kinds}))
        return
    for name, kind in AGENTS.items():
        typer.echo(f"{name:<8} {kind.summary}")
        for argument, meaning in kind.arguments.items():
            typer.echo(fill(f"{argument}: {meaning}", width=WIDTH, initial_indent=" " * 11, subsequent_indent=" " * 15))
