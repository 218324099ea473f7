"""The border of the program: arguments come in, errors become one line and an exit code.

Exit codes: 0 fine; 1 the task did not come to what was waited for; 2 a wrong question, or a file or an address that is
of no use; 3 the host is not there, went away or did not answer; 130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Final

from rc_ipc._errors import AddressError, IpcError
from rc_ipc.cli.errors import UsageError
from rc_ipc.cli.options import parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

INTERRUPTED: Final = 130
"""What shells call a program that Ctrl-C has ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: without the program's name; by default those that the process was started with.
    """
    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # chats may hold more than a terminal can show
    try:
        code = _run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has enough, as in `... | head`; what is left in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if options.debug:
            raise
        sys.stderr.write(f"rc-ipc: {_in_one_line(error)}\n")
        return _exit_code(error)
    return code


def _run(options: argparse.Namespace) -> int:
    # Late, so that help and wrong usage cost neither asyncio nor a schema.
    import asyncio

    from rc_ipc.cli import commands

    commands.decide_who_hears(debug=options.debug)
    if getattr(options, "text", None) == "-":  # before there is a loop, which would take Ctrl-C and wait for the rest
        options.text = sys.stdin.read()
    return asyncio.run(commands.COMMANDS[options.command](options))


def _in_one_line(error: Exception) -> str:
    from rc_ipc.cli.terminal import one_line

    if isinstance(error, IpcError):
        return one_line(str(error))
    if isinstance(error, OSError):
        return one_line(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
    return f"internal error: {type(error).__name__}; `rc-ipc --debug ...` shows where"


def _exit_code(error: Exception) -> int:
    from rc_ipc.testing import ScriptError

    is_the_hosts = isinstance(error, IpcError) and not isinstance(error, AddressError | ScriptError | UsageError)
    return 3 if is_the_hosts else 2
