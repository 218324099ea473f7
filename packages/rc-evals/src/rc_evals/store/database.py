"""The writing side of the SQLite file: one connection, in one thread, one transaction at a time."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Self, TypeVar

from rc_evals._errors import StoreError
from rc_evals.store.connection import connect
from rc_evals.store.schema import prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")


class Database:
    """Runs functions of a connection as transactions, away from the event loop.

    Use as an async context manager; opening makes or checks the schema. A transaction waits `busy_seconds` at most for
    another process that is writing.
    """

    def __init__(self, path: Path, *, busy_seconds: float) -> None:
        self._path, self._busy_seconds = path, busy_seconds
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rc-evals-store")

    async def __aenter__(self) -> Self:
        try:
            self._connection = await self._in_thread(self._open)
        except BaseException:
            self._thread.shutdown()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connection is not None:
            await self._in_thread(self._connection.close)
        self._thread.shutdown()

    async def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction of its own: all of it, durable on return, or nothing.

        Raises:
            StoreError: the database refused (full disk, lock held too long, damage).
        """
        return await self._in_thread(lambda: self._commit(work))

    def _commit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection
        assert connection is not None, "the database is not open"  # noqa: S101 - a caller's bug, not an input
        try:
            if connection.in_transaction:  # what undoes a failure can fail as well
                connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")  # a read that turns into a write can fail in spite of the time-out
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # some failures have ended the transaction already
                    connection.execute("ROLLBACK")
                raise
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError):
            raise  # the fault of a command, not of the database
        except sqlite3.Error as error:
            raise StoreError(f"database {self._path}: {error}; free space or mend it, then resume") from error
        return result

    def _open(self) -> sqlite3.Connection:
        prepare(self._path)
        try:
            return connect(self._path, busy_seconds=self._busy_seconds)
        except sqlite3.Error as error:
            raise StoreError(f"database {self._path}: {error}; mend its permissions or free space") from error

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)
