"""The application: global options, the commands, and the border where errors become one line and an exit code."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from rc_evals import __version__
from rc_evals._errors import EvalsError
from rc_evals.cli.agents import agents
from rc_evals.cli.comparing import compare
from rc_evals.cli.db import db
from rc_evals.cli.doctor import doctor
from rc_evals.cli.exporting import export, import_, report
from rc_evals.cli.logs import logs
from rc_evals.cli.looking import list_runs, show
from rc_evals.cli.running import INTERRUPTED, cancel, resume, run
from rc_evals.cli.serving import serve
from rc_evals.cli.suites import suites
from rc_evals.foreign import one_line
from rc_evals.home import resolve_home


class _InOrder(click.Group):
    """Lists its commands as they were added: in the order in which they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)


@click.group(cls=_InOrder)
@click.option(
    "--home",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Data folder; else RC_EVALS_HOME, else the platform's place.",
)
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.version_option(__version__, message="rc-evals %(version)s", help="Print the version.")
@click.pass_context
def app(ctx: click.Context, home: Path | None, debug: bool) -> None:
    """Evaluate coding agents on real exercises, safely, on this machine."""
    del debug  # the border looks at it
    ctx.obj = resolve_home(home, os.environ)


for command in (
    run,
    resume,
    cancel,
    list_runs,
    show,
    compare,
    logs,
    serve,
    report,
    export,
    import_,
    agents,
    suites,
    doctor,
    db,
):
    app.add_command(command)


def main() -> None:
    """Run the program and exit: 0 fine, 1 a gate failed, 2 bad usage, 3 infrastructure, 130 interrupted.

    Nothing but a line and an exit code leaves it, unless `--debug` asks for the whole story.
    """
    _settle_streams()
    try:
        sys.exit(app.main(prog_name="rc-evals", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except EvalsError as error:
        _fail(str(error), error.exit_code)
    except click.Abort:
        _fail("interrupted", INTERRUPTED)
    except OSError as error:  # of files, those that expect it say more; what is left is the output
        _fail(f"{error.filename or 'standard output cannot be written'}: {error.strerror}", EvalsError.exit_code)
    except Exception as error:  # noqa: BLE001 - the outermost edge of the program
        _fail(f"internal error: {type(error).__name__}: {error}; `rc-evals --debug ...` shows where", 3)


def _settle_streams() -> None:
    """Make the standard streams such that whatever is written to them does no harm, and fails only if they are full."""
    for name in ("COLUMNS", "LINES"):  # 0 is what a terminal says that does not know its size, and nothing fits into it
        if os.environ.get(name) == "0":
            del os.environ[name]
    for name in ("stdin", "stdout", "stderr"):  # one that is closed would lend its number to the next file
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: PTH123, SIM115 - never closed
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names in results may be more than a terminal can show


def _fail(message: str, code: int) -> NoReturn:
    if "--debug" in sys.argv:
        raise
    print(f"rc-evals: {one_line(message)}", file=sys.stderr)
    sys.exit(code)
