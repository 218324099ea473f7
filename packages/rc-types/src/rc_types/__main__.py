"""The command line: `python -m rc_types judge FILE...` and `python -m rc_types schema NAME`.

Exit codes: 0 all is well, 1 some verdicts differ, 2 the question makes no sense or the answer cannot be written; then
one line on standard error says why. 130 interrupted by Ctrl-C.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rc_types import __version__

INTERRUPTED: Final = 130
"""Exit code that shells give to programs which Ctrl-C ended."""

JUDGE: Final = """\
Read lines {"input": ..., "ok": true, "output": ...} or {"input": ..., "ok": false}, and count on how many of them this
package agrees. A file is named after its schema: clineMessageSchema.jsonl, or ClineMessage.jsonl.gz.
"""

SCHEMA: Final = """\
Print the JSON Schema (draft-07) of a shape by its upstream name (clineMessageSchema) or its Python name (ClineMessage).
"roomodes" is the document of .roomodes files.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: Without the program's name; by default those that the process was started with.
    """
    options = _parser().parse_args(arguments)
    if sys.stdout is None:
        return _refuse("standard output is closed")
    try:
        return _run(options)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    # Late, so that help costs no pydantic.
    from rc_types import _commands

    try:
        agreed = _commands.judge(options) if options.command == "judge" else _commands.schema(options)
        sys.stdout.flush()
    except _commands.UsageError as error:
        if options.debug:
            raise
        return _refuse(_commands.shown(str(error)))
    except OSError as error:  # of standard output; those of files are told by name
        # What is left in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # A pipe breaks when whoever read has enough, as in `... | head`.
        return 0 if isinstance(error, BrokenPipeError) else _refuse(f"the output cannot be written: {error.strerror}")
    return 0 if agreed else 1


def _refuse(why: str) -> int:
    sys.stderr.write(f"rc_types: {why}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rc_types", description="Judge messages, and print schemas.")
    parser.add_argument("--version", action="version", version=f"rc-types {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    judge = commands.add_parser("judge", help="compare with recorded verdicts", description=JUDGE)
    judge.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON lines, or the same packed by gzip")
    judge.add_argument("--json", action="store_true", help="print one JSON document instead of lines")

    schema = commands.add_parser("schema", help="print a JSON Schema", description=SCHEMA)
    what = schema.add_mutually_exclusive_group(required=True)
    what.add_argument("name", nargs="?", metavar="NAME", help="what to print")
    what.add_argument("--list", action="store_true", help="print all names: Python's, then upstream's schema if any")

    for command in (judge, schema):
        command.add_argument(
            "--flavor",
            choices=("roo", "kilo", "any"),
            default="roo",
            help="whose schemas: Roo Code's (default), Kilo Code's, or what either accepts",
        )
        command.add_argument("--debug", action="store_true", help="show the whole story of an error")
    return parser


if __name__ == "__main__":
    sys.exit(main())
