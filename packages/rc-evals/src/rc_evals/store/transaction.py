"""What a command of the journal works with: SQL on the one connection, notes of what it changed, sums of its run.

The SQL is what SQLite and PostgreSQL share: parameters are named `:name`, new ids come from `RETURNING`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from rc_evals.store.sums import Sums

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

_NOTE: Final = """
INSERT INTO journal (run_id, task_id, attempt, at, kind, body) VALUES (:run_id, :task_id, :attempt, :at, :kind, :body)
"""


class Transaction:
    """One transaction that is open. The fault of a command leaves it as an exception, and undoes all of it.

    Args:
        connection: in a transaction, which the caller commits.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._notes: list[dict[str, object]] = []
        self.sums: Final = Sums()
        """Of the runs; what commands add is written in the same transaction."""

    def change(self, sql: str, **values: object) -> int:
        """Execute an UPDATE or INSERT and return how many rows it touched."""
        return self._connection.execute(sql, values).rowcount

    def change_each(self, sql: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Execute a statement once for each set of values."""
        if rows:  # finding out that there are none costs SQLite as much as a row
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Return all rows of a query, or of what a statement returns; `sql` bounds them."""
        cursor = self._connection.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def value(self, sql: str, **values: object) -> Any:
        """Return the first column of the only row, None where there is none."""
        found = self._connection.execute(sql, values).fetchall()  # all: a statement that returns is over only then
        return found[0][0] if found else None

    def note(
        self,
        kind: str,
        *,
        at: int,
        run_id: int,
        task_id: int | None = None,
        attempt: int | None = None,
        **body: object,
    ) -> None:
        """Append an event to the journal; it is written in the same transaction."""
        self._notes.append(
            {
                "run_id": run_id,
                "task_id": task_id,
                "attempt": attempt,
                "at": at,
                "kind": kind,
                "body": json.dumps(body, separators=(",", ":")) if body else None,
            }
        )

    def write_out(self) -> None:
        """Write what was noted and added; once, when all commands are through."""
        if self._notes:
            self.change_each(_NOTE, self._notes)
        self.sums.write(self.change_each)


def dump(value: Mapping[str, object] | list[object] | list[str]) -> str:
    """Return the compact JSON text that columns hold."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
