"""What can be said on the command line. Imports nothing that `--help` does not need."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from rc_ipc import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE: Final = 5.0
"""Seconds that people wait for a host that is not up, unless they say otherwise."""

MODELS_PATIENCE: Final = 30.0
"""Seconds for the list of models, which a host may have to fetch. Source: IPC spec R-12."""

EXIT_CODES: Final = """\
exit codes: 0 fine; 1 the task did not come to what was waited for; 2 wrong usage, or a file or an address that is of
no use; 3 the host is not there, went away or did not answer; 130 interrupted

RC_IPC_KEYS and RC_IPC_SERVER_KEY stand for --keys and --server-key of a client.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole program."""
    program = argparse.ArgumentParser(
        prog="rc-ipc", description="Talk to the assistant in an editor over its socket, or be one.", epilog=EXIT_CODES
    )
    program.add_argument("--version", action="version", version=f"rc-ipc {__version__}")
    program.add_argument("--debug", action="store_true", help="log to standard error, and show tracebacks")
    commands = program.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, summary: str, *groups: Callable[[argparse.ArgumentParser], None]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        for group in groups:
            group(made)
        return made

    watch = command("watch", "show what the host says, live", _host, _json)
    watch.add_argument("--only", metavar="EVENTS", type=_names, help="names of events, such as message,taskCompleted")
    watch.add_argument("--task", metavar="ID", help="only this task; the end of its id is enough")

    start = command("start", "start a task", _host, _words, _json)
    start.add_argument("--settings", metavar="FILE", help="JSON of settings, which the host keeps as its user's")
    start.add_argument(
        "--wait",
        choices=("presented", "completed", "none"),
        default="presented",
        help="until the result is presented (default), or accepted; hosts since 3.51 need somebody who accepts",
    )

    command("send", "say something to the current task", _host, _words)
    cancel = command("cancel", "stop what the current task does", _host)
    cancel.add_argument("--task", metavar="ID", default="", help="the running task, which Kilo Code insists on")
    command("modes", "list the modes", _host, _json)
    models = command("models", "list the models", _host, _json)
    models.set_defaults(timeout=MODELS_PATIENCE)
    command("commands", "list the slash commands", _host, _json)

    serve = command("serve", "be a host that follows a script", _address, _json)
    serve.add_argument(
        "--script", required=True, metavar="FILE", help="TOML, a recording (.jsonl), or a name that `scripts` lists"
    )
    serve.add_argument(
        "--pace",
        type=_pace,
        default=0.0,
        metavar="SECONDS",
        help="pause before each thing it says; `recorded` for the pauses of a recording (default 0)",
    )
    serve.add_argument(
        "--allow", action="append", default=[], metavar="KEY", help="public key of a client that may connect by ZeroMQ"
    )
    command("scripts", "list the scripts that are there already", _json)
    record = command("record", "write down what a host says, until it ends", _host)
    record.add_argument("file", metavar="FILE", help="a new file; play it with `serve --script FILE`")
    keygen = command("keygen", "make keys for ZeroMQ between machines, and say the public one", _json)
    keygen.add_argument("file", metavar="FILE", help="a new file, for its owner only")
    return program


def _address(command: argparse.ArgumentParser) -> None:
    command.add_argument("socket", metavar="SOCKET", help="path of the socket, or an address: zmq+tcp://HOST:PORT")
    command.add_argument("--keys", metavar="FILE", help="our own keys, which `keygen` makes, for ZeroMQ")
    command.add_argument("--insecure", action="store_true", help="no keys, for zmq+tcp within this machine")


def _host(command: argparse.ArgumentParser) -> None:
    _address(command)
    command.add_argument("--server-key", metavar="KEY", help="public key of the host, for ZeroMQ")
    command.add_argument(
        "--timeout",
        type=_seconds,
        default=PATIENCE,
        metavar="SECONDS",
        help="how long to wait for a host that is not up, or for an answer (default %(default)g)",
    )


def _words(command: argparse.ArgumentParser) -> None:
    command.add_argument("text", metavar="TEXT", help="`-` reads standard input")
    command.add_argument("--image", action="append", default=[], metavar="FILE", help="PNG, JPEG, GIF or WebP")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="JSON, for programs; one object per line where it is live")


def _names(text: str) -> frozenset[str]:
    return frozenset(name for name in text.replace(" ", "").split(",") if name)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e9:
        raise argparse.ArgumentTypeError("must be a number of seconds")
    return seconds


def _pace(text: str) -> float | str:
    return text if text == "recorded" else _seconds(text)
