"""The log of this package: structlog's where the program has configured it, else the standard library's.

structlog writes everything to standard output until somebody configures it. A library must not: that is where a
program's results go. So the lines of a program that uses `logging`, or nothing at all, come from the logger `rc_ipc`.
Source: IPC spec R-18.
"""

from __future__ import annotations

import logging
from typing import Any, Final, Literal

import structlog

NAME: Final = "rc_ipc"

_as_text: Final = structlog.processors.KeyValueRenderer(key_order=["event"])


class Log:
    """Writes lines that have a name and fields.

    Args:
        fields: go with every line.
    """

    def __init__(self, **fields: Any) -> None:
        self._fields = fields

    def bind(self, **fields: Any) -> Log:
        """Return a log whose lines have these fields, too."""
        return Log(**{**self._fields, **fields})

    def debug(self, event: str, /, **fields: Any) -> None:
        """Write a line for whoever looks for the cause of something."""
        self._write("debug", event, fields)

    def info(self, event: str, /, **fields: Any) -> None:
        """Write a line about what happens all the time."""
        self._write("info", event, fields)

    def warning(self, event: str, /, **fields: Any) -> None:
        """Write a line about what should not happen, and does no harm."""
        self._write("warning", event, fields)

    def error(self, event: str, /, **fields: Any) -> None:
        """Write a line about what does harm."""
        self._write("error", event, fields)

    def _write(self, level: Literal["debug", "info", "warning", "error"], event: str, fields: dict[str, Any]) -> None:
        line = {**self._fields, **fields}
        if structlog.is_configured():
            getattr(structlog.get_logger(NAME), level)(event, **line)
            return
        logger, number = logging.getLogger(NAME), logging.getLevelNamesMapping()[level.upper()]
        if logger.isEnabledFor(number):
            logger.log(number, "%s", _as_text(None, level, {"event": event, **line}))


log: Final = Log()
"""What the modules of this package write to."""
