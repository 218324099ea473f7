"""The command on the database."""

from __future__ import annotations

import typer

from rc_evals.cli.context import home_of


def register(app: typer.Typer) -> None:
    """Add the group `db`."""
    group = typer.Typer(help="Look after the database.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(upgrade)
    group.callback()(_db)
    app.add_typer(group, name="db")


def _db() -> None:
    """Look after the database."""


def upgrade(ctx: typer.Context) -> None:
    """Bring the database to the schema of this version; makes it when there is none."""
    from rc_evals.store.schema import HEAD
    from rc_evals.store.schema import upgrade as bring_up

    home = home_of(ctx)
    home.ensure()
    before = bring_up(home.database)
    if before == HEAD:
        typer.echo(f"{home.database} has schema {HEAD} already")
    else:
        typer.echo(f"{home.database}: schema {before or 'none'} -> {HEAD}")
