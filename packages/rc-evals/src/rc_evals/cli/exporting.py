"""The commands that take runs away and bring them in: export, report, import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rc_evals._errors import UsageError
from rc_evals.cli.context import with_home, with_run
from rc_evals.export.kinds import KINDS
from rc_evals.foreign import one_line

if TYPE_CHECKING:
    from rc_evals.export.kinds import Kind
    from rc_evals.home import Home

_STANDARD_OUTPUT = Path("-")

_a_path = click.Path(path_type=Path)


@click.command()
@with_run
@click.option(
    "--format",
    "kind",
    type=click.Choice(KINDS),
    default="json",
    show_default=True,
    help="json can be imported; so can zip, which has the logs as well.",
)
@click.option("-o", "--output", metavar="FILE", type=_a_path, default="-", help="Where to; standard output by default.")
@with_home
def export(home: Home, run: int, kind: Kind, output: Path) -> None:
    """Write a run to a file: all of it or nothing. A file that is there is replaced."""
    _write(home, run, kind, output)


@click.command()
@with_run
@click.option("-o", "--output", metavar="FILE", type=_a_path, required=True, help="Where to; - is standard output.")
@with_home
def report(home: Home, run: int, output: Path) -> None:
    """Write the report of a run: one HTML file that needs nothing else, to be sent or kept."""
    _write(home, run, "html", output)


@click.command("import")
@click.argument("file", metavar="FILE", type=_a_path, help="From `export`, as json or zip.")
@with_home
def import_(home: Home, file: Path) -> None:
    """Bring a run in that was exported, here or elsewhere. Nobody can work on it here.

    A run that is here already is left alone.
    """
    from rc_evals.export.importing import import_run

    try:
        source = file.open("rb")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}; name a file that `export` made") from error
    with source:
        imported = import_run(home, source, one_line(str(file)))
    if imported.new:
        click.echo(f"run {imported.run_id} is imported; `rc-evals show {imported.run_id}` shows it")
    else:
        click.echo(f"run {imported.run_id} is this run already; nothing was changed")


def _write(home: Home, run_id: int, kind: Kind, output: Path) -> None:
    from rc_evals.export.files import whole_file
    from rc_evals.export.kinds import write_run
    from rc_evals.store.reader import open_reader

    with open_reader(home.database) as reader:
        if output == _STANDARD_OUTPUT:
            if kind == "zip" and sys.stdout.isatty():
                raise UsageError("a zip archive is nothing for a terminal; name a file with -o")
            write_run(kind, reader, home, run_id, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        with whole_file(output) as out:
            write_run(kind, reader, home, run_id, out)
    click.echo(f"run {run_id} is in {one_line(str(output))}", err=True)
