"""Runs taken away and brought in over HTTP (spec 16.1, 24.9, 24.11).

What is taken away is written to an unnamed file first: so it is of one moment, an error is still an error, and a reader
that takes its time holds neither the memory nor the database.
"""

from __future__ import annotations

from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from rc_evals._errors import DiskError
from rc_evals.disk import FAULTS
from rc_evals.export.failed_logs import failed_tasks, write_failed_logs
from rc_evals.export.kinds import FORMATS, Kind, write_run
from rc_evals.web.errors import PROBLEMS, Problem
from rc_evals.web.ids import RunId
from rc_evals.web.site import SiteHere
from rc_evals.web.uploads import bring_in

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import BinaryIO

    from rc_evals.home import Home

router: Final = APIRouter(prefix="/api", tags=["exports"], responses=PROBLEMS)

_CHUNK: Final = 256 * 1024

_FILE: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
_DOCUMENT: Final[dict[str, Any]] = {
    "schema": {"type": "object", "required": ["format", "version", "run", "tasks"]},
}
_EXPORTS: Final = {
    format_.media_type.partition(";")[0]: _DOCUMENT if kind == "json" else _FILE for kind, format_ in FORMATS.items()
}
_UPLOAD: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
                }
            }
        },
    }
}


class ImportedRun(BaseModel):
    """Where a run came to be."""

    run_id: int
    new: bool
    """False for one that was here already; then nothing was changed."""


@router.get(
    "/runs/{run}/export",
    response_class=Response,
    responses={200: {"content": _EXPORTS}},
)
def export_run(site: SiteHere, run: RunId, format: Kind = "json") -> Response:  # noqa: A002 - the parameter's name
    """Download a run. `json` and `zip` can be imported; `zip` has the logs as well."""
    with _spooled(site.home) as out:
        with site.store() as reader:
            write_run(format, reader, site.home, run, out)
        kind = FORMATS[format]
        return _download(out, f"run-{run}.{kind.suffix}", kind.media_type)


@router.get(
    "/runs/{run}/logs/failed",
    response_class=Response,
    responses={
        200: {"content": {FORMATS["zip"].media_type: _FILE}},
        400: {"model": Problem, "description": "Nothing in the run has failed."},
    },
)
def failed_logs(site: SiteHere, run: RunId) -> Response:
    """Download the logs of all tasks that have not passed."""
    with _spooled(site.home) as out:
        with site.store() as reader, reader.unchanging():
            reader.run(run)
            if next(failed_tasks(reader, run), None) is None:
                raise HTTPException(400, f"nothing in run {run} has failed; there are no logs of failures")
            if not write_failed_logs(reader, site.home, run, out):
                raise HTTPException(404, f"what failed in run {run} has left no logs, or they were removed")
        return _download(out, f"run-{run}-failed-logs.zip", FORMATS["zip"].media_type)


@router.post(
    "/import",
    status_code=201,
    openapi_extra=_UPLOAD,
    responses={200: {"model": ImportedRun, "description": "The run was here already; nothing was changed."}},
)
async def import_file(site: SiteHere, request: Request, response: Response) -> ImportedRun:
    """Bring in a run that was exported as json or zip, as the field `file` of a form."""
    imported = await bring_in(site.home, request)
    response.status_code = 201 if imported.new else 200
    return ImportedRun(run_id=imported.run_id, new=imported.new)


@contextmanager
def _spooled(home: Home) -> Generator[BinaryIO]:
    """Open an unnamed file on the disk of the data folder; if the block fails, it is gone."""
    try:
        out = TemporaryFile(dir=home.root)  # noqa: SIM115 - closed by the answer that is made of it
        try:
            yield out
        except BaseException:
            out.close()
            raise
    except OSError as error:
        if error.errno in FAULTS:
            raise DiskError(f"{home.root}: {error.strerror}; free space, then export again") from error
        raise


def _download(out: BinaryIO, name: str, media_type: str) -> Response:
    """Return an answer that is the whole of a file, which it closes."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(out.tell())}
    out.seek(0)
    return StreamingResponse(_chunks(out), media_type=media_type, headers=headers)


def _chunks(out: BinaryIO) -> Iterator[bytes]:
    with out:
        while chunk := out.read(_CHUNK):
            yield chunk
