"""The writing side of the SQLite file: one connection, in one thread, one transaction at a time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from rc_evals._errors import StoreError
from rc_evals.store.engine import make_engine
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
