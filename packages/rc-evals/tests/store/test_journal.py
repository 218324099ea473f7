"""The journal: group commit, isolation of commands from each other, durability."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from rc_evals import StoreError
from rc_evals.store.journal import Transaction, open_journal


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
