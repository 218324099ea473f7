"""The command on the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rc_evals.cli.context import with_home

if TYPE_CHECKING:
    from rc_evals.home import Home


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@with_home
def upgrade(home: Home) -> None:
    """Bring the database to the schema of this version; makes it when there is none."""
    from rc_evals.store.schema import HEAD
    from rc_evals.store.schema import upgrade as bring_up

    home.ensure()
    before = bring_up(home.database)
    if before == HEAD:
        click.echo(f"{home.database} has schema {HEAD} already")
    else:
        click.echo(f"{home.database}: schema {before or 'none'} -> {HEAD}")
