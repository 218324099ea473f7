"""Brings a run in from a file: a document, or an archive with all that the attempts left."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from zipfile import is_zipfile

from rc_evals._errors import BrokenExportError, DiskError, StoreError
from rc_evals.clock import now_ms
from rc_evals.disk import FAULTS, free_bytes, shortage
from rc_evals.export.archive import DOCUMENT
from rc_evals.export.reading import read_document
from rc_evals.export.unpacking import unpacking
from rc_evals.passing import passing_folder
from rc_evals.store.importing import ImportRun, staging
from rc_evals.store.once import execute

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from typing import BinaryIO

    from rc_evals.home import Home
    from rc_evals.store.importing import Imported

_DATABASE: Final = "run.db"
_LEFT: Final = "left"
"""Names in the temporary folder: the staging database, and what attempts left."""

TEMPORARY: Final = ".import-"
"""How the names of temporary folders begin; what a killed import left goes with the next one."""


def import_run(home: Home, source: BinaryIO, name: str) -> Imported:
    """Bring a run into a data folder: all of it, or nothing. A run that is there already is left alone.

    Blocks; not for threads with an event loop.

    Args:
        home: the data folder.
        source: the content of the file. An archive has to be one that can be sought in.
        name: of the file, for messages.

    Raises:
        BrokenExportError: the file is none of ours, or damaged; the message says where.
        InfrastructureError: the data folder or its disk cannot take it.
    """
    home.ensure()
    with passing_folder(TEMPORARY, home.root) as folder:
        database, left = folder / _DATABASE, folder / _LEFT
        _stage(home, source, name, database, left)
        imported = execute(home.database, ImportRun(source=database, now=now_ms()))
        _settle(left, home.artifacts(imported.run_id))
    return imported


def _settle(left: Path, artifacts: Path) -> None:
    """Put what attempts left into its place, unless there is something: the run may have been there already."""
    if left.exists() and not artifacts.exists():
        artifacts.parent.mkdir(exist_ok=True, mode=0o700)
        left.rename(artifacts)


def _stage(home: Home, source: BinaryIO, name: str, database: Path, left: Path) -> None:
    """Read and check all of a file, without touching what the data folder holds."""
    archived = source.seekable() and is_zipfile(source)
    if source.seekable():
        source.seek(0)
    with _explained(home, name), staging(database) as staged:
        if not archived:
            read_document(source, name, staged, now=now_ms())
            return
        with unpacking(source, name, left, room=free_bytes(home.root)) as archive, archive.document() as document:
            read_document(document, f"{name}: {DOCUMENT}", staged, now=now_ms(), on_task=archive.unpack)


@contextmanager
def _explained(home: Home, name: str) -> Generator[None]:
    """Say what the disk or the database have to do with a failure of the block."""
    try:
        yield
    except OverflowError:
        raise BrokenExportError(f"{name}: its numbers add up to more than can be stored; mend them") from None
    except sqlite3.Error as error:
        if wrong := shortage(home.root):
            raise DiskError(f"{home.root}: {wrong}, then import again") from error
        raise StoreError(f"{name} cannot be read into a database ({error}); free space, then import again") from error
    except OSError as error:
        if error.errno in FAULTS:
            raise DiskError(f"{home.root}: {error.strerror}; mend that, then import again") from error
        raise
