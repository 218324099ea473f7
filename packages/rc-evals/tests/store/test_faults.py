"""A store that fails in the middle of something: the error is clear, nothing of it is written, and it goes on."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path

from rc_evals import Home, Outcome, StoreError
from rc_evals.languages.model import TestResult
from rc_evals.store.database import Database
from rc_evals.store.journal import Journal
from rc_evals.testing.runs import RecordedRun, Recorder
from rc_evals.usage import ToolCount, Usage

BIG = TestResult(name="big", passed=False, message="m" * 20_000)
"""More than what a page of the database holds, so that writing it means making pages."""

TABLES = ("attempts", "environments", "journal", "metrics", "runs", "tasks", "test_results", "tool_usage")


def content(home: Home) -> list[list[tuple[object, ...]]]:
    """Everything that is in the store, as another process sees it."""
    with closing(sqlite3.connect(home.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES]


@asynccontextmanager
async def store(home: Home) -> AsyncGenerator[tuple[RecordedRun, sqlite3.Connection]]:
    """A run in a store, and the connection by which the store is written."""
    home.ensure()
    async with Database(home.database, busy_seconds=0.01) as database:
        journal = Journal(database)
        pump = asyncio.create_task(journal.pump())
        connection = await database.transact(lambda connection: connection)
        yield await Recorder(journal).run([f"go/e{number}" for number in range(40)]), connection
        journal.close()
        await pump


async def fails(home: Home, run: RecordedRun, fault: AbstractContextManager[None]) -> bool:
    """Decide a task while something goes wrong; returns whether that failed. If so, there is no trace of it."""
    lease = await run.claim()
    before = content(home)
    usage = Usage(tokens_in=1, cost_micros=1, tools={"read": ToolCount(1, 0)})
    said = ""
    try:
        with fault:
            await run.decide(Outcome.FAILED, lease, usage=usage, tests_ran=1, tests=(BIG,))
    except StoreError as error:
        said = str(error)
    if said:
        assert str(home.database) in said
        assert content(home) == before, "what has failed has left something"
        await run.decide(Outcome.PASSED, lease)  # the next command is not harmed
    return bool(said)


@contextmanager
def interruption(connection: sqlite3.Connection, after: int) -> Generator[None]:
    """Break off whatever SQLite does after so many of its own instructions, in any statement, commits included."""
    left = after

    def count() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    connection.set_progress_handler(count, 1)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 1)


@contextmanager
def full(connection: sqlite3.Connection, pages: int) -> Generator[None]:
    """Let the database grow by so many pages only."""
    (used,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {used + pages}")
    try:
        yield
    finally:
        connection.execute("PRAGMA max_page_count = 1073741823")


@contextmanager
def unwritable(log: Path, spare: int) -> Generator[None]:
    """Have the operating system refuse to write beyond so many bytes more of the log: a disk I/O error."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + spare, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def locked(home: Home) -> Generator[None]:
    """Let another process write for too long."""
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_an_interruption_at_any_instruction_leaves_nothing(tmp_path: Path) -> None:
    """Our rule: every boundary between statements, and everything between those."""
    home = Home(tmp_path)
    async with store(home) as (run, connection):
        failed, after = 0, 0
        while await fails(home, run, interruption(connection, after)):
            failed, after = failed + 1, after * 5 // 4 + 1
        assert failed > 10, "a step is longer than that, else this proves nothing"


async def test_a_full_database_leaves_nothing(tmp_path: Path) -> None:
    """SQLITE_FULL, wherever a page is needed."""
    home = Home(tmp_path)
    async with store(home) as (run, connection):
        assert [await fails(home, run, full(connection, pages)) for pages in range(4)] == [True] * 4
        assert not await fails(home, run, full(connection, 100))


async def test_a_disk_that_refuses_leaves_nothing(tmp_path: Path) -> None:
    """SQLITE_IOERR in the log, wherever it is written."""
    home = Home(tmp_path)
    async with store(home) as (run, _):
        log = Path(f"{home.database}-wal")
        spares = (0, 1, 23, 24, 4_000, 4_120, 9_000, 20_000)
        assert [await fails(home, run, unwritable(log, spare)) for spare in spares] == [True] * len(spares)
        assert not await fails(home, run, unwritable(log, 2**24))


async def test_another_writer_that_takes_too_long_leaves_nothing(tmp_path: Path) -> None:
    """SQLITE_BUSY."""
    home = Home(tmp_path)
    async with store(home) as (run, _):
        assert await fails(home, run, locked(home))
