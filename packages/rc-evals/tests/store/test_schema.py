"""Which databases are accepted, and how one comes to the newest schema."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from rc_evals import StoreError
from rc_evals.store.create import create
from rc_evals.store.migrate import configuration, to_head
from rc_evals.store.reader import open_reader
from rc_evals.store.schema import HEAD, check, revision, upgrade


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
