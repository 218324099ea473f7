"""A store in memory, and rows put into it as they are: for laws that no sequence of commands would try out."""

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from rc_evals.store.reader import Reader

RUN: Mapping[str, Any] = {
    "uuid": "", "suite": "bundled", "suite_path": "bundled", "agent": "nop", "agent_args": "{}", "sandbox": "none",
    "concurrency": 1, "timeout_seconds": 1, "iterations": 1, "state": "complete", "total": 0, "created_at": 0,
    "finished_at": 1,
}  # fmt: skip
TASK: Mapping[str, Any] = {
    "run_id": 1, "language": "go", "exercise": "", "iteration": 1, "digest": "", "state": "decided", "attempts": 1,
    "not_before": 0,
}  # fmt: skip


class Noting(Reader):
    """Notes what it is asked, and tells how the database goes about it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, path)
        self._asked: list[tuple[str, dict[str, object]]] = []

    def rows(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        self._asked.append((sql, parameters))
        return super().rows(sql, **parameters)

    def plans(self) -> list[str]:
        """Return the steps of all queries so far."""
        explained = (super(Noting, self).rows(f"EXPLAIN QUERY PLAN {sql}", **values) for sql, values in self._asked)
        return [step["detail"] for steps in explained for step in steps]


@contextmanager
def store(
    *,
    runs: Sequence[Mapping[str, Any]] = ({},),
    tasks: Sequence[Mapping[str, Any]] = (),
) -> Generator[Noting]:
    """Make a store that holds these runs and tasks; what they do not say is as in `RUN` and `TASK`."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        connection.executescript(files("rc_evals.store").joinpath("schema.sql").read_text("utf-8"))
        for number, run in enumerate(runs):
            insert(connection, "runs", {**RUN, "uuid": str(number), **run})
        for number, task in enumerate(tasks):
            insert(connection, "tasks", {**TASK, "exercise": f"e{number:05}", **task})
        yield Noting(connection, Path("memory"))


def insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    names = ", ".join(row)
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row)
