"""The writing side of the SQLite file: one connection, in one thread, one transaction at a time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.pool import StaticPool

from rc_evals._errors import StoreError
from rc_evals.store.schema import prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection, Engine

T = TypeVar("T")


class Database:
    """Runs functions of a connection as transactions, away from the event loop.

    Use as an async context manager; opening makes or checks the schema. A transaction waits `busy_seconds` at most for
    another process that is writing.
    """

    def __init__(self, path: Path, *, busy_seconds: float) -> None:
        self._path, self._busy_seconds = path, busy_seconds
        self._engine: Engine | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rc-evals-store")

    async def __aenter__(self) -> Self:
        try:
            self._engine = await self._in_thread(self._open)
        except BaseException:
            self._thread.shutdown()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        engine = self._engine
        if engine is not None:
            await self._in_thread(engine.dispose)
        self._thread.shutdown()

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of its own: all of it, durable on return, or nothing.

        Raises:
            StoreError: the database refused (full disk, lock held too long, damage).
        """
        return await self._in_thread(lambda: self._commit(work))

    def _commit(self, work: Callable[[Connection], T]) -> T:
        assert self._engine is not None, "the database is not open"  # noqa: S101 - a caller's bug, not an input
        try:
            with self._engine.begin() as connection:
                return work(connection)
        except (IntegrityError, ProgrammingError, DataError):
            raise  # the fault of a command, not of the database
        except DBAPIError as error:
            raise StoreError(f"database {self._path}: {error.orig}; free space or mend it, then resume") from error

    def _open(self) -> Engine:
        prepare(self._path)
        return make_engine(self._path, busy_seconds=self._busy_seconds)

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)


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
