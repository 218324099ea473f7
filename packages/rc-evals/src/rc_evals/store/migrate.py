"""Runs the Alembic migrations, without a configuration file."""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from rc_evals._errors import StoreError
from rc_evals.store.engine import make_engine

if TYPE_CHECKING:
    from collections.abc import Generator

BUSY_SECONDS: Final = 20.0


def to_head(path: Path) -> None:
    """Apply all migrations that the database lacks, in one transaction. One process at a time does so; others wait.

    Raises:
        StoreError: it failed; the database is as before.
    """
    try:
        with _alone(path):
            with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as driver:
                driver.execute("PRAGMA journal_mode = WAL")  # not possible in a transaction, and kept in the file
            engine = make_engine(path, busy_seconds=BUSY_SECONDS)
            try:
                with engine.begin() as connection:
                    command.upgrade(configuration(connection), "head")
            finally:
                engine.dispose()
            path.chmod(0o600)
    except (DBAPIError, sqlite3.Error) as error:
        raise StoreError(
            f"{path} could not be brought to the newest schema ({getattr(error, 'orig', error)}); nothing was changed"
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be made or changed: {error.strerror}; see its folder's permissions") from error


def configuration(connection: object) -> Config:
    """Return Alembic's configuration for work on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(path: Path) -> Generator[None]:
    """Keep other processes from making the same database."""
    with path.with_name(path.name + ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
