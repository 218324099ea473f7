"""The reading side: plain SQL over the standard library's driver, beside whoever writes."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rc_evals._errors import StoreError, UnknownRunError
from rc_evals.store.schema import check

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


class Reader:
    """Answers queries; every row is a dictionary of its columns. Get one from `open_reader`."""

    def __init__(self, connection: sqlite3.Connection | None, path: Path) -> None:
        self._connection = connection
        self._path = path

    @property
    def path(self) -> Path:
        """Where the database is."""
        return self._path

    def rows(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Return all rows. `sql` names its parameters `:name`; the caller bounds it with LIMIT.

        Raises:
            StoreError: the database refused.
        """
        if self._connection is None:
            return []
        try:
            return [dict(row) for row in self._connection.execute(sql, parameters)]
        except sqlite3.Error as error:
            raise StoreError(f"{self._path} cannot be read ({error}); restore a copy of it") from error

    def tuples(self, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return all rows as bare tuples: half the work of `rows`, for thousands that are only added up.

        Raises:
            StoreError: the database refused.
        """
        if self._connection is None:
            return []
        cursor = self._connection.cursor()
        cursor.row_factory = None
        try:
            return cursor.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self._path} cannot be read ({error}); restore a copy of it") from error

    def row(self, sql: str, **parameters: object) -> dict[str, Any] | None:
        """Return the first row, or None."""
        found = self.rows(sql, **parameters)
        return found[0] if found else None

    @contextmanager
    def unchanging(self) -> Generator[None]:
        """Answer all queries of the block from one state of the database, whatever is written meanwhile.

        For blocks that end soon: what is written meanwhile cannot be tidied up before.
        """
        self.rows("BEGIN")
        try:
            yield
        finally:
            self.rows("ROLLBACK")

    def run(self, run_id: int) -> dict[str, Any]:
        """Return a run with its environment record.

        Raises:
            UnknownRunError: there is none with this id.
        """
        found = self.row(
            "SELECT runs.*, environments.record FROM runs LEFT JOIN environments ON run_id = runs.id WHERE id = :id",
            id=run_id,
        )
        if found is None:
            raise UnknownRunError(f"there is no run {run_id}; `rc-evals list` shows those that exist")
        return found


@contextmanager
def open_reader(path: Path) -> Generator[Reader]:
    """Open the database for reading; one that does not exist yet is empty.

    Raises:
        StoreError: damaged, foreign, or of another version.
    """
    check(path)
    if not path.exists():
        yield Reader(None, path)
        return
    connection = sqlite3.connect(path.absolute(), timeout=20)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA query_only = ON")
        yield Reader(connection, path)
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be read ({error}); check its permissions") from error
    finally:
        connection.close()
