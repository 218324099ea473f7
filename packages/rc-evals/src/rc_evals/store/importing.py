"""Brings a run in that was made elsewhere.

Its history is first played into a database of its own, by the statements that real runs write with: so its sums, and
whatever else is counted, are right, and runs that go on here can write meanwhile. Then one short transaction copies it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from rc_evals.store.attempts import Lease
from rc_evals.store.closing import close
from rc_evals.store.create import create
from rc_evals.store.reasons import CANCELLED
from rc_evals.store.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from rc_evals.outcomes import Outcome
    from rc_evals.store.closing import AttemptRecord
    from rc_evals.store.runs import CreateRun, NewTask

NOBODY: Final = "imported"
"""The token of leases whose holders are elsewhere."""

_BATCH: Final = 500
"""Tasks whose sums are written together."""

_LARGEST: Final = 2**53
"""Of the numbers of a run: what any reader of JSON can hold, and lists can add up over a thousand runs."""

_NUMBERS: Final = ("SELECT * FROM runs", "SELECT attempts, failures FROM run_tools")

_STAGED: Final = "staged"
"""What the other database is called while it is copied."""

_TABLES: Final = ("runs", "environments", "run_tools", "tasks", "attempts", "metrics", "tool_usage", "test_results")
"""What is copied: no row refers to one that is not there yet. The journal stays: it is that of another machine."""

_KEYS: Final = {"run_id": "runs", "task_id": "tasks", "attempt_id": "attempts"}
"""Columns that hold ids of these tables; every `id` is one of its own table."""

_RUN: Final = """
UPDATE runs SET total = :total, state = :state, finished_at = :finished_at, imported_at = :now WHERE id = :run_id
"""

_TASK: Final = """
INSERT INTO tasks (run_id, language, exercise, iteration, digest, state, attempts, not_before)
VALUES (:run_id, :language, :exercise, :iteration, :digest, 'queued', 0, 0) RETURNING id
"""

_ATTEMPT: Final = """
INSERT INTO attempts (task_id, number, token, started_at, queue_ms)
VALUES (:task_id, :number, :token, :started_at, :queue_ms) RETURNING id
"""

_HOLD: Final = "UPDATE tasks SET state = :state, lease_token = :token, attempts = :number WHERE id = :task_id"

_CANCEL: Final = """
UPDATE tasks SET state = 'decided', verdict = 'cancelled', reason = :reason, decided_at = :decided_at
WHERE id = :task_id
"""


class PastAttempt(NamedTuple):
    """An attempt, as it was."""

    started_at: int
    queue_ms: int
    finished_at: int | None
    verdict: Outcome | None
    record: AttemptRecord | None
    """How it ended; None for one that went on."""


class PastTask(NamedTuple):
    """A task, as it was."""

    task: NewTask
    state: str
    decided_at: int | None
    attempts: Sequence[PastAttempt]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A run, as it was."""

    created: CreateRun
    """How it began, without its tasks."""
    total: int
    state: str
    finished_at: int | None


class Staging:
    """The database of its own, while it is filled. Get one from `staging`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._transaction = Transaction(connection)
        self._run_id = 0
        self.tasks = 0
        """How many have been added."""

    def add_run(self, run: PastRun, *, now: int) -> None:
        """Begin with the run itself; `now` is when it is imported."""
        tx = self._transaction
        self._run_id = run.created.apply(tx)
        past = {"total": run.total, "state": run.state, "finished_at": run.finished_at, "now": now}
        tx.change(_RUN, run_id=self._run_id, **past)

    def add_task(self, past: PastTask) -> None:
        """Add the next task.

        Raises:
            sqlite3.IntegrityError: the run has this task already.
        """
        tx = self._transaction
        task_id = tx.value(_TASK, run_id=self._run_id, **past.task._asdict())
        for number, attempt in enumerate(past.attempts, 1):
            self._replay(task_id, past, number, attempt)
        if past.state == "decided" and (not past.attempts or past.attempts[-1].verdict is None):
            tx.change(_CANCEL, task_id=task_id, reason=CANCELLED, decided_at=past.decided_at)
            tx.sums.add(self._run_id, done=1)
        self.tasks += 1
        if self.tasks % _BATCH == 0:
            self.finish()

    def finish(self) -> None:
        """Write the sums of what was added.

        Raises:
            OverflowError: they are larger than anything the store should hold.
        """
        self._transaction.write_out()
        self._transaction = Transaction(self._connection)
        numbers = chain.from_iterable(chain.from_iterable(map(self._connection.execute, _NUMBERS)))
        if any(isinstance(number, int | float) and number > _LARGEST for number in numbers):
            raise OverflowError

    def _replay(self, task_id: int, past: PastTask, number: int, attempt: PastAttempt) -> None:
        tx, task = self._transaction, past.task
        tx.change(_HOLD, task_id=task_id, token=NOBODY, number=number, state=past.state)
        started = {"started_at": attempt.started_at, "queue_ms": attempt.queue_ms}
        attempt_id = tx.value(_ATTEMPT, task_id=task_id, number=number, token=NOBODY, **started)
        tx.sums.add(self._run_id, attempts=1)
        if attempt.record is not None and attempt.finished_at is not None:
            lease = Lease(
                task_id=task_id,
                run_id=self._run_id,
                language=task.language,
                exercise=task.exercise,
                iteration=task.iteration,
                attempt_id=attempt_id,
                number=number,
                failures=0,
                token=NOBODY,
                job_token=NOBODY,
            )
            close(tx, lease, attempt.record, verdict=attempt.verdict, now=attempt.finished_at)


@contextmanager
def staging(path: Path) -> Generator[Staging]:
    """Make the database of its own; it is complete when the block has ended well.

    Raises:
        StoreError: it cannot be made.
        sqlite3.Error: it cannot be written; the disk is full.
    """
    create(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for setting in ("journal_mode = OFF", "synchronous = OFF"):  # nobody needs a part of it
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN")
        staged = Staging(connection)
        yield staged
        staged.finish()
        connection.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    run_id: int
    new: bool
    """False for a run that was here already; then nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """Copy the run of another database, unless a run of its uuid is here.

    That database stays attached for as long as the connection lasts; so execute it with `store.once`.
    """

    source: Path
    """From `staging`."""
    now: int

    def apply(self, tx: Transaction) -> Imported:
        """Nothing is expected."""
        tx.change(f"ATTACH :path AS {_STAGED}", path=str(self.source))
        (run,) = tx.rows(f"SELECT uuid, total FROM {_STAGED}.runs")  # noqa: S608 - our own name
        known = tx.value("SELECT id FROM main.runs WHERE uuid = :uuid", uuid=run["uuid"])
        if known is not None:
            return Imported(known, new=False)
        offsets = {table: _largest_id(tx, table) for table in _KEYS.values()}
        for table in _TABLES:
            _copy(tx, table, offsets)
        run_id = 1 + offsets["runs"]
        tx.note("imported", run_id=run_id, at=self.now, tasks=run["total"])
        return Imported(run_id, new=True)


def _largest_id(tx: Transaction, table: str) -> int:
    """Return the largest id that a table has ever had."""
    return tx.value("SELECT seq FROM main.sqlite_sequence WHERE name = :table", table=table) or 0


def _copy(tx: Transaction, table: str, offsets: dict[str, int]) -> None:
    """Copy the rows of a table, with ids that are free here."""
    columns = [row["name"] for row in tx.rows(f"PRAGMA {_STAGED}.table_info({table})")]  # without what is computed
    shifted = [
        f"{name} + {offsets[table if name == 'id' else _KEYS[name]]}" if name == "id" or name in _KEYS else name
        for name in columns
    ]
    values = f"SELECT {', '.join(shifted)} FROM {_STAGED}.{table}"  # noqa: S608 - from our own names
    tx.change(f"INSERT INTO main.{table} ({', '.join(columns)}) {values}")
