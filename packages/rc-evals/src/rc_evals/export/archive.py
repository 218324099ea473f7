"""The whole of a run as a zip archive: its document, and what its attempts left."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final, cast
from zipfile import ZipFile

from rc_evals.artifacts import FILES, attempt_path
from rc_evals.export.document import write_document
from rc_evals.export.zipping import add_kept, entry
from rc_evals.store.exporting import histories

if TYPE_CHECKING:
    from rc_evals.home import Home
    from rc_evals.store.reader import Reader

DOCUMENT: Final = "run.json"
ARTIFACTS: Final = "artifacts"
"""Names in the archive: the document, and the folder of what attempts left."""


def write_archive(reader: Reader, home: Home, run_id: int, out: BinaryIO) -> None:
    """Write the document of a run with its logs, transcripts, diffs and test output; equal runs give equal bytes.

    Of attempts that go on nothing is taken: their logs may still hold secrets (see `artifacts.close_log`).

    Raises:
        UnknownRunError: there is no such run.
    """
    with ZipFile(out, "w") as archive:
        with archive.open(entry(DOCUMENT), "w", force_zip64=True) as document:
            write_document(reader, run_id, cast("BinaryIO", document))
        for task, attempts in histories(reader, run_id):
            for attempt in attempts:
                if attempt["finished_at"] is not None:
                    place = attempt_path(task["language"], task["exercise"], task["iteration"], attempt["number"])
                    for name in FILES:
                        add_kept(archive, f"{ARTIFACTS}/{place}/{name}", [(home.artifacts(run_id) / place, name)])
