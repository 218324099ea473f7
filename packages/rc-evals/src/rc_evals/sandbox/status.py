"""The small file beside the place of a job that tells how the job ended, also to a controller that did not start it.

One JSON object per line, in the words of bwrap's `--json-status-fd`: `child-pid` is the pid 1 of the sandbox,
`exit-code` comes at the end. No `exit-code` means that the command was killed together with its sandbox. A controller
adds `stopped` before it ends a job itself, so that no other one takes the exit code for the command's own doing.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from rc_evals._errors import SandboxStartError

if TYPE_CHECKING:
    from pathlib import Path

TIME_IS_UP: Final = "timeout"
"""Why a job was ended: it had run for too long."""
NOT_WANTED: Final = "stop"
"""Why a job was ended: whoever started it wanted no more of it. Every other reason is the name of a limit."""

_SUFFIX: Final = ".status"
_ENOUGH: Final = 64 * 1024
"""Bytes that are looked at: many times what an honest job makes of it."""


def status_file(place: Path) -> Path:
    """Return the status file of the job that has this place; the next job that has it empties the file."""
    return place.with_name(place.name + _SUFFIX)


def create(path: Path, how: int) -> int:
    """Open a file that only we may read, for a job to write into.

    Raises:
        SandboxStartError: it cannot be written, or is a link.
    """
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | how, 0o600)
    except OSError as error:
        raise SandboxStartError(f"{path} cannot be written: {error.strerror}") from error


def first_process(place: Path) -> int | None:
    """Return the pid of the sandbox's pid 1; None before it runs, and without a sandbox."""
    pid = _read(place).get("child-pid")
    return pid if isinstance(pid, int) else None


def exit_code(place: Path) -> int | None:
    """Return the exit code of the command; None while it runs, and for good when it was killed."""
    code = _read(place).get("exit-code")
    return code if isinstance(code, int) else None


def stopped(place: Path) -> str:
    """Return why a controller has begun to end the job, empty when none has before the command ended."""
    reason = _read(place).get("stopped")
    return reason if isinstance(reason, str) else ""


def ended_at(place: Path) -> float | None:
    """Return when the command ended, in seconds since the epoch; None when nobody knows its exit code."""
    return None if exit_code(place) is None else status_file(place).stat().st_mtime


def note_stop(place: Path, reason: str) -> None:
    """Say that the job is about to be ended by us; it must be, also where there is no room left to say so."""
    with suppress(OSError), status_file(place).open("a", encoding="utf-8") as status:
        status.write(json.dumps({"stopped": reason}) + "\n")


def _read(place: Path) -> dict[str, Any]:
    noted: dict[str, Any] = {}
    try:
        handle = os.open(f"{place}{_SUFFIX}", os.O_RDONLY | os.O_CLOEXEC)  # a hot path: no file object
    except FileNotFoundError:
        return noted
    try:
        content = os.read(handle, _ENOUGH)
    finally:
        os.close(handle)
    for line in content.splitlines():
        try:
            noted |= json.loads(line)
        except (ValueError, TypeError):  # cut off, or written by a job that nothing held back
            break
        if "exit-code" in noted:
            break
    return noted
