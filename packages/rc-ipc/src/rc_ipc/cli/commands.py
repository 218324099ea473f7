"""The commands by name, and who hears the library's log."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import Final

import structlog

from rc_ipc.cli import asking, driving, hosting, keys, watching

COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], Coroutine[None, None, int]]]] = {
    "watch": watching.watch,
    "start": driving.start,
    "send": driving.send,
    "cancel": driving.cancel,
    "modes": asking.modes,
    "models": asking.models,
    "commands": asking.commands,
    "serve": hosting.serve,
    "scripts": hosting.scripts,
    "record": hosting.record,
    "keygen": keys.keygen,
}
"""Each returns the exit code."""


def decide_who_hears(*, debug: bool) -> None:
    """Send the library's log to standard error with `--debug`, and nowhere without."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if debug else logging.CRITICAL),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
