"""What commands share: the data folder that the global options name, and the parameters that several of them take."""

from __future__ import annotations

import os
from typing import Final, get_args

import click

from rc_evals.asking import MOST_AT_ONCE
from rc_evals.home import Home
from rc_evals.sandbox import SandboxChoice

with_home = click.make_pass_decorator(Home)
"""Hands a command the data folder, which the application put there before any command ran."""

with_json = click.option("--json", is_flag=True, help="Print one JSON document.")

RUN_ID: Final = click.IntRange(1, 2**63 - 1)
"""Ids of runs, as the store counts them."""

with_run = click.argument("run", metavar="RUN", type=RUN_ID, help="Id of the run.")


def as_text(word: str) -> str:
    """Return a word of the command line as the text it is, in locales too that know no more than ASCII."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return os.fsencode(word).decode("utf-8", "replace")
    return word


AT_ONCE: Final = click.IntRange(1, MOST_AT_ONCE)
"""How many attempts may go on at the same time."""

with_sandbox = click.option(
    "--sandbox",
    type=click.Choice(get_args(SandboxChoice)),
    default="auto",
    show_default=True,
    help="Isolation of agents; none is none at all.",
)
