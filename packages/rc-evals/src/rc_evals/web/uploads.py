"""Takes a file that is sent, and brings in the run that is in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from rc_evals._errors import DiskError, UsageError
from rc_evals.disk import RESERVE_BYTES, free_bytes
from rc_evals.export.importing import import_run
from rc_evals.foreign import one_line
from rc_evals.formats import size

if TYPE_CHECKING:
    from starlette.types import Message, Receive

    from rc_evals.home import Home
    from rc_evals.store.importing import Imported

_NAME_SHOWN: Final = 100
_NO_FILE: Final = "file: missing; send the export as the field `file` of a form (multipart/form-data)"


async def bring_in(home: Home, request: Request) -> Imported:
    """Bring in the run that a form sends as the field `file`.

    Raises:
        UsageError: there is no file in it, or none of ours.
        InfrastructureError: the data folder or its disk cannot take it.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):  # any other would fill the memory
        raise UsageError(_NO_FILE)
    bounded = Request(request.scope, _bounded(request.receive))
    async with bounded.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:  # browsers send a form without file so
            raise UsageError(_NO_FILE)
        return await run_in_threadpool(import_run, home, file.file, one_line(file.filename)[:_NAME_SHOWN])


def _bounded(receive: Receive) -> Receive:
    """Return a `receive` that fails when more comes than the disk has room for."""
    room = free_bytes(Path(gettempdir())) - RESERVE_BYTES

    async def receive_bounded() -> Message:
        nonlocal room
        message = await receive()
        room -= len(message.get("body", b""))
        if room < 0:
            raise DiskError(f"{gettempdir()}: an upload may leave no less than {size(RESERVE_BYTES)}; free space there")
        return message

    return receive_bounded
