"""How the database is opened for writing."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS: Final = ("synchronous = FULL", "foreign_keys = ON")
"""What SQLite keeps per connection. The journal mode is in the file itself."""


def connect(path: Path | str, *, busy_seconds: float) -> sqlite3.Connection:
    """Return a connection configured for the store; it begins no transaction by itself."""
    connection = sqlite3.connect(path, timeout=busy_seconds, check_same_thread=False, isolation_level=None)
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    return connection
