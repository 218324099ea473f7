"""Which schema a database file has, and how it gets the one that this version works with.

Looking and making cost only the standard library; SQLAlchemy and Alembic are imported when an older one is changed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from rc_evals._errors import StoreError
from rc_evals.store.create import create

if TYPE_CHECKING:
    from pathlib import Path

HEAD: Final = "0003"
"""The newest migration; a test compares it with `store/migrations/versions`."""

_MISSING: Final = ""


def revision(path: Path) -> str:
    """Return the schema revision of a database file, `""` for a file that is missing or empty.

    Raises:
        StoreError: not a database, not ours, or unreadable.
    """
    try:
        path.stat()
    except FileNotFoundError:
        return _MISSING
    except OSError as error:
        raise StoreError(
            f"{path} cannot be looked at: {error.strerror}; choose another data folder with --home or RC_EVALS_HOME"
        ) from error
    try:
        with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)) as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not names:
                return _MISSING
            if not {"alembic_version", "journal"} <= names:
                raise StoreError(
                    f"{path} is a database of another program; move it away, or choose another data folder with --home"
                )
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{path} cannot be opened ({error}); let this user write to the file and its folder: "
            "SQLite does so even to read"
        ) from error
    except sqlite3.Error as error:
        raise StoreError(
            f"{path} cannot be read as a database ({error}); restore a copy, or move it away to start afresh"
        ) from error
    return str(row[0]) if row else _MISSING


def check(path: Path) -> None:
    """Check that a database can be read as it is.

    Raises:
        StoreError: also when it is older or newer than this version of the program.
    """
    found = revision(path)
    if found in (HEAD, _MISSING):
        return
    if found < HEAD:
        raise StoreError(f"{path} has schema {found}, this version needs {HEAD}; run `rc-evals db upgrade`")
    raise StoreError(f"{path} has schema {found}, newer than {HEAD}, the newest this version knows; upgrade rc-evals")


def prepare(path: Path) -> None:
    """Check a database, and make it when there is none yet.

    Raises:
        StoreError: as `check`, or the file cannot be made.
    """
    check(path)
    if revision(path) == _MISSING:
        create(path)


def upgrade(path: Path) -> str:
    """Bring a database to the newest schema and return the revision it had before.

    Raises:
        StoreError: not ours, newer than this version, or the upgrade failed (the file is then as before).
    """
    before = revision(path)
    if before == _MISSING:
        create(path)
    elif before < HEAD:
        from rc_evals.store.migrate import to_head  # Alembic costs half a second

        to_head(path)
    else:
        check(path)
    return before


def _quoted(path: Path) -> str:
    return path.absolute().as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")
