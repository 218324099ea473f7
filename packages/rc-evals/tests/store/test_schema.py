"""Which databases are accepted, and how one comes to the newest schema."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from rc_evals import Home, Outcome, StoreError
from rc_evals.languages.model import TestResult
from rc_evals.store.attempts import CancelQueued
from rc_evals.store.connection import connect
from rc_evals.store.create import create
from rc_evals.store.migrate import configuration, to_head
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import RequestCancel
from rc_evals.store.schema import HEAD, check, revision, upgrade
from rc_evals.testing import recorder
from rc_evals.usage import ToolCount, Usage
from sqlalchemy import StaticPool, create_engine

from .recounting import recounted, rows, shown


def test_a_new_database_is_what_the_migrations_lead_to(tmp_path: Path) -> None:
    """Spec 21, July 2025: a check that models equal migrations. Ours: `schema.sql` and `migrations/` say the same."""
    create(tmp_path / "new")
    to_head(tmp_path / "migrated")
    assert tables(tmp_path / "new") == tables(tmp_path / "migrated")
    assert revision(tmp_path / "new") == revision(tmp_path / "migrated") == HEAD


def tables(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: "".join(sql.split()) for name, sql in found}


async def test_an_old_database_comes_to_show_what_a_new_one_does(tmp_path: Path) -> None:
    """Our rule: what is repeated for lists is what a count says, also for runs of an earlier version."""
    new, old = Home(tmp_path / "new"), tmp_path / "old"
    usage = Usage(tokens_in=7, tokens_out=3, cost_micros=50, tools={"read_file": ToolCount(2, 1)})
    async with recorder(new) as recording:
        run = await recording.run([f"go/e{i}" for i in range(6)], settings={"openRouterModelId": "deep/one"})
        await run.lose(usage=usage)
        await run.decide(Outcome.FAILED, usage=usage, tests_ran=2, error="2 of 2 tests failed; the first is a")
        await run.decide(Outcome.PASSED, tests_ran=1, tests=(TestResult("a", True),))
        await run.decide(Outcome.AGENT_ERROR, usage=usage, error="request 0f3c0f3c0f3c was refused")
        await run.claim()
        await recording.journal.execute(RequestCancel(run_id=run.id, now=run.now))
        await recording.journal.execute(CancelQueued(run_id=run.id, now=run.now))
        await recording.run(["rust/a"], agent_args={"model": "mine"})
    with closing(connect(old, busy_seconds=0)) as connection, closing(connect(new.database, busy_seconds=0)) as source:
        migrate(connection, "0001")
        for table in ("journal", "runs", "environments", "tasks", "attempts", "metrics", "tool_usage", "test_results"):
            names = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
            found = source.execute(f"SELECT {names} FROM {table}").fetchall()
            places = ", ".join("?" for _ in names.split(", "))
            connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", found)
        assert upgrade(old) == "0001"
        for table in ("runs", "run_tools", "tasks", "attempts", "metrics"):
            assert rows(connection, table) == rows(source, table)
        assert shown(connection) == recounted(connection)


def migrate(connection: sqlite3.Connection, target: str) -> None:
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.begin() as begun:
        command.upgrade(configuration(begun), target)


def test_the_newest_migration_is_the_head_that_the_code_names() -> None:
    """Our rule: looking at a database must not cost the import of Alembic, so the name stands in the code."""
    assert ScriptDirectory.from_config(configuration(None)).get_current_head() == HEAD


def test_a_new_database_is_for_its_owner_only(tmp_path: Path) -> None:
    """Our rule: prompts and paths of others are nobody's business."""
    upgrade(tmp_path / "db")
    assert (tmp_path / "db").stat().st_mode & 0o777 == 0o600


def test_a_database_of_another_program_is_refused_and_untouched(tmp_path: Path) -> None:
    """Issue: old or foreign database, one clear line, nothing lost."""
    path = tmp_path / "db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        upgrade(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Issue: damaged database."""
    path = tmp_path / "db"
    path.write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(StoreError, match="cannot be read as a database"):
        check(path)


@pytest.mark.parametrize(("found", "word"), [("0000", "db upgrade"), ("9999", "newer than")])
def test_another_schema_says_what_to_do(tmp_path: Path, found: str, word: str) -> None:
    """Issue: old database; and one of a newer version of the program."""
    path = tmp_path / "db"
    upgrade(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (found,))
    with pytest.raises(StoreError, match=word):
        check(path)


def test_a_missing_database_reads_as_an_empty_one(tmp_path: Path) -> None:
    """Our rule: looking makes no files."""
    with open_reader(tmp_path / "db") as reader:
        assert reader.rows("SELECT * FROM runs") == []
    assert not (tmp_path / "db").exists()
    assert revision(tmp_path / "db") == ""


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    """Our rule: there is one way to write."""
    upgrade(tmp_path / "db")
    with open_reader(tmp_path / "db") as reader, pytest.raises(StoreError):
        reader.rows("DELETE FROM runs")
