"""Runs taken away and brought in over HTTP (spec 16.1, 24.9, 24.11).

What is taken away is written to an unnamed file first: so it is of one moment, an error is still an error, and a reader
that takes its time holds neither the memory nor the database.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path as FilePath
from tempfile import TemporaryFile, gettempdir
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import StreamingResponse

from rc_evals._errors import DiskError, UsageError
from rc_evals.disk import FAULTS, RESERVE_BYTES, free_bytes
from rc_evals.export.failed_logs import failed_tasks, write_failed_logs
from rc_evals.export.importing import import_run
from rc_evals.export.kinds import FORMATS, Kind, write_run
from rc_evals.foreign import one_line
from rc_evals.formats import size
from rc_evals.web.errors import PROBLEMS, Problem
from rc_evals.web.site import SiteHere

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import BinaryIO

    from starlette.types import Message, Receive

    from rc_evals.home import Home

router: Final = APIRouter(prefix="/api", tags=["exports"], responses=PROBLEMS)

RunId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Id of a run.")]

_CHUNK: Final = 256 * 1024
_NAME_SHOWN: Final = 100

_NO_FILE: Final = "file: missing; send the export as the field `file` of a form (multipart/form-data)"

_FILE: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
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
    responses={200: {"content": {each.media_type.partition(";")[0]: _FILE for each in FORMATS.values()}}},
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
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):  # any other would fill the memory
        raise UsageError(_NO_FILE)
    bounded = Request(request.scope, _bounded(request.receive))
    async with bounded.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise UsageError(_NO_FILE)
        name = one_line(file.filename or "the file")[:_NAME_SHOWN]
        imported = await run_in_threadpool(import_run, site.home, file.file, name)
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


def _bounded(receive: Receive) -> Receive:
    """Return a `receive` that fails when more comes than the disk has room for."""
    room = free_bytes(FilePath(gettempdir())) - RESERVE_BYTES

    async def receive_bounded() -> Message:
        nonlocal room
        message = await receive()
        room -= len(message.get("body", b""))
        if room < 0:
            raise DiskError(f"{gettempdir()}: an upload may leave no less than {size(RESERVE_BYTES)}; free space there")
        return message

    return receive_bounded
