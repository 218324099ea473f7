"""What all commands share: the data folder that the global options name."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import typer

    from rc_evals.home import Home


def home_of(ctx: typer.Context) -> Home:
    """Return the data folder; the application put it there before any command ran."""
    return cast("Home", ctx.obj)
