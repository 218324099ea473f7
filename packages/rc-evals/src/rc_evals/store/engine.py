"""How the database is opened for writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine


def make_engine(path: Path | None, *, busy_seconds: float) -> Engine:
    """Return an engine with one connection that may be used from any one thread at a time, configured for the store.

    Without a path the database is in memory.
    """
    engine = create_engine(
        URL.create("sqlite", database=None if path is None else str(path)),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": busy_seconds},
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _configure(connection: Any, _record: object) -> None:
    """Set what SQLite keeps per connection. `connection` is the driver's. The journal mode is in the file itself."""
    connection.isolation_level = None  # the driver must not begin transactions behind SQLAlchemy's back
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a read that later turns into a write can fail in spite of the busy time-out."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
