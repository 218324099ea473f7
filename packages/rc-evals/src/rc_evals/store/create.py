"""Makes a new database: the tables of `schema.sql`, in one transaction. One process at a time does so."""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing, contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from rc_evals._errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

BUSY_SECONDS: Final = 20.0


def create(path: Path) -> None:
    """Make the tables of a database that is missing or empty; what another process has made meanwhile is fine.

    Raises:
        StoreError: the file or its folder cannot be written; nothing is left half made.
    """
    tables = files("rc_evals.store").joinpath("schema.sql").read_text(encoding="utf-8")
    try:
        with alone(path), closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            path.chmod(0o600)
            connection.execute("PRAGMA journal_mode = WAL")  # not possible in a transaction, and kept in the file
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchall():
                connection.executescript(f"BEGIN IMMEDIATE;\n{tables}\nCOMMIT;")
    except sqlite3.Error as error:
        raise StoreError(f"{path} could not be made ({error}); free space, or see its folder's permissions") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error.strerror}; see its folder's permissions") from error


@contextmanager
def alone(path: Path) -> Generator[None]:
    """Keep other processes from making or changing the same database within the block."""
    with path.with_name(path.name + ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
