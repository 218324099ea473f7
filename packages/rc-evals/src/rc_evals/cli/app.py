"""The application: global options, the commands, and the border where errors become one line and an exit code."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rc_evals import __version__
from rc_evals._errors import EvalsError
from rc_evals.cli import agents, db, doctor, logs, looking, running, suites
from rc_evals.home import resolve_home

app = typer.Typer(
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


for group in (running, looking, logs, agents, suites, doctor, db):
    group.register(app)


def main() -> None:
    """Run the program and exit: 0 fine, 1 a gate failed, 2 bad usage, 3 infrastructure, 130 interrupted.

    Nothing but a line and an exit code leaves it, unless `--debug` asks for the whole story.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names in results may be more than a terminal can show
    try:
        app(prog_name="rc-evals")
    except EvalsError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("interrupted", running.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the outermost edge of the program
        _fail(f"internal error: {type(error).__name__}: {error}; `rc-evals --debug ...` shows where", 3)


def _fail(message: str, code: int) -> NoReturn:
    if "--debug" in sys.argv:
        raise
    print(f"rc-evals: {message}", file=sys.stderr)
    sys.exit(code)
