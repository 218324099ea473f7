"""The application: global options, the commands, and the border where errors become one line and an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from rc_evals import __version__
from rc_evals._errors import EvalsError
from rc_evals.cli import db, doctor, logs, looking, running, suites
from rc_evals.home import resolve_home

if TYPE_CHECKING:
    import click


class _Border(TyperGroup):
    """Nothing but a line and an exit code leaves the program, unless `--debug` asks for the whole story."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EvalsError as error:
            if ctx.params.get("debug"):
                raise
            print(f"rc-evals: {error}", file=sys.stderr)
            raise typer.Exit(error.exit_code) from None
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("debug") or type(error).__module__.startswith("click"):
                raise
            message = f"rc-evals: internal error: {type(error).__name__}: {error}; `rc-evals --debug ...` shows where"
            print(message, file=sys.stderr)
            raise typer.Exit(3) from None


app = typer.Typer(
    cls=_Border,
    help="Evaluate coding agents on real exercises, safely, on this machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rc-evals {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Data folder; else RC_EVALS_HOME, else the platform's place.", metavar="DIR")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Read the options that come before the command."""
    del debug, version  # the border and the callback look at them
    ctx.obj = resolve_home(home, os.environ)


for group in (running, looking, logs, suites, doctor, db):
    group.register(app)


def main() -> None:
    """Run the program and exit: 0 fine, 1 a gate failed, 2 bad usage, 3 infrastructure, 130 interrupted."""
    app(prog_name="rc-evals")
