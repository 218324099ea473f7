"""The journal: group commit, isolation of commands from each other, durability."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from rc_evals import StoreError
from rc_evals.store.database import Database
from rc_evals.store.journal import Journal, open_journal
from rc_evals.store.transaction import Transaction


@dataclass(frozen=True)
class Note:
    kind: str

    def apply(self, tx: Transaction) -> str:
        tx.note(self.kind, run_id=1, at=1, size=len(self.kind))
        return self.kind


@dataclass(frozen=True)
class Fail:
    def apply(self, tx: Transaction) -> None:
        tx.note("never", run_id=1, at=1)
        raise LookupError("on purpose")


def kinds(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [kind for (kind,) in connection.execute("SELECT kind FROM journal ORDER BY seq")]


async def test_commands_given_together_are_written_in_order(tmp_path: Path) -> None:
    """Our rule: order of giving is order of effect, however commands are grouped."""
    names = [f"k{i}" for i in range(600)]
    async with open_journal(tmp_path / "db") as journal:
        results = await asyncio.gather(*(journal.execute(Note(name)) for name in names))
    assert results == names
    assert kinds(tmp_path / "db") == names


async def test_a_command_that_fails_takes_no_other_along(tmp_path: Path) -> None:
    """Our rule: grouping is invisible, also when something goes wrong."""
    async with open_journal(tmp_path / "db") as journal:
        commands = [journal.execute(Note("a")), journal.execute(Fail()), journal.execute(Note("b"))]
        results = await asyncio.gather(*commands, return_exceptions=True)
    assert [results[0], results[2]] == ["a", "b"]
    assert isinstance(results[1], LookupError)
    assert kinds(tmp_path / "db") == ["a", "b"]


async def test_what_was_given_before_closing_is_written(tmp_path: Path) -> None:
    """Our rule: leaving the block loses nothing, not even for callers that gave up waiting."""
    async with open_journal(tmp_path / "db") as journal:
        waiting = [asyncio.create_task(journal.execute(Note(f"k{i}"))) for i in range(20)]
        await asyncio.wait(waiting, timeout=0)
        for task in waiting:
            task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert len(kinds(tmp_path / "db")) == 20


async def test_a_result_is_durable_when_its_caller_has_it(tmp_path: Path) -> None:
    """Our rule: another connection sees it at once."""
    async with open_journal(tmp_path / "db") as journal:
        await journal.execute(Note("seen"))
        assert kinds(tmp_path / "db") == ["seen"]


async def test_a_locked_database_is_a_clear_error_and_the_journal_goes_on(tmp_path: Path) -> None:
    """Our rule: a store that cannot be written says which; what was refused is not written later."""
    path = tmp_path / "db"
    async with open_journal(path, busy_seconds=0.01) as journal:
        await journal.execute(Note("before"))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match=str(path)):
                await journal.execute(Note("refused"))
            other.execute("ROLLBACK")
        await journal.execute(Note("after"))
    assert kinds(path) == ["before", "after"]


async def test_after_the_end_of_the_pump_nobody_waits_for_ever(tmp_path: Path) -> None:
    """Our rule: a writer that is gone says so."""
    async with Database(tmp_path / "db", busy_seconds=1) as database, asyncio.timeout(5):
        journal = Journal(database)
        pump = asyncio.create_task(journal.pump())
        assert await journal.execute(Note("written")) == "written"
        pump.cancel()
        await asyncio.wait({pump})
        with pytest.raises(StoreError, match="closed"):
            await journal.execute(Note("never"))


def test_processes_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    """Our rule: two first runs may start together."""
    script = (
        "import sys; from pathlib import Path; from rc_evals.store.schema import prepare; prepare(Path(sys.argv[1]))"
    )
    command = (sys.executable, "-c", script, str(tmp_path / "a?b.db"))
    for process in [subprocess.Popen(command) for _ in range(4)]:
        assert process.wait(60) == 0
    with closing(sqlite3.connect(tmp_path / "a?b.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (0,)
