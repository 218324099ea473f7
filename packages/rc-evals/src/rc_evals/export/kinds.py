"""The formats that a run can leave in, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from rc_evals.home import Home
    from rc_evals.store.reader import Reader

Kind = Literal["json", "csv", "junit", "html", "zip"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Format:
    """What others call a format."""

    suffix: str
    media_type: str


FORMATS: Final[Mapping[Kind, Format]] = {
    "json": Format("json", "application/json"),
    "csv": Format("csv", "text/csv; charset=utf-8; header=present"),
    "junit": Format("xml", "application/xml"),
    "html": Format("html", "text/html; charset=utf-8"),
    "zip": Format("zip", "application/zip"),
}


def write_run(kind: Kind, reader: Reader, home: Home, run_id: int, out: BinaryIO) -> None:
    """Write a run in a format, all of it as it is at one moment.

    Only what the format needs is imported: its writer.

    Raises:
        UnknownRunError: there is no such run.
    """
    with reader.unchanging():
        if kind == "json":
            from rc_evals.export.document import write_document

            write_document(reader, run_id, out)
        elif kind == "csv":
            from rc_evals.export.csv_table import write_csv

            write_csv(reader, run_id, out)
        elif kind == "junit":
            from rc_evals.export.junit import write_junit

            write_junit(reader, home, run_id, out)
        elif kind == "html":
            from rc_evals.export.report_html import write_report

            write_report(reader, run_id, out)
        else:
            from rc_evals.export.archive import write_archive

            write_archive(reader, home, run_id, out)
