"""Runs the Alembic migrations, without a configuration file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from rc_evals._errors import StoreError
from rc_evals.store.connection import connect
from rc_evals.store.create import BUSY_SECONDS, alone

if TYPE_CHECKING:
    from sqlalchemy import Connection


def to_head(path: Path) -> None:
    """Apply all migrations that the database lacks, in one transaction. One process at a time does so; others wait.

    Raises:
        StoreError: it failed; the database is as before.
    """
    try:
        with alone(path), closing(connect(path, busy_seconds=BUSY_SECONDS)) as driver:
            driver.execute("PRAGMA journal_mode = WAL")  # not possible in a transaction, and kept in the file
            engine = create_engine("sqlite://", creator=lambda: driver, poolclass=StaticPool)
            event.listen(engine, "begin", _begin)
            with engine.begin() as connection:
                command.upgrade(configuration(connection), "head")
            path.chmod(0o600)
    except (DBAPIError, sqlite3.Error) as error:
        raise StoreError(
            f"{path} could not be brought to the newest schema ({getattr(error, 'orig', error)}); nothing was changed"
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be made or changed: {error.strerror}; see its folder's permissions") from error


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def configuration(connection: object) -> Config:
    """Return Alembic's configuration for work on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
