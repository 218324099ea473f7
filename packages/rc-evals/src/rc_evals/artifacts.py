"""What an attempt leaves for people: its log, transcript, diff and test output, each bounded."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import stat
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from rc_evals.home import Home
    from rc_evals.redaction import Redaction

AGENT_LOG: Final = "agent.log"
TRANSCRIPT: Final = "transcript.jsonl"
DIFF: Final = "diff.patch"
TEST_LOG: Final = "tests.log"
FILES: Final = (AGENT_LOG, TRANSCRIPT, DIFF, TEST_LOG)

MAX_BYTES: Final = 4 * 1024 * 1024
"""Kept of each file; what is cut is the middle, and a line says so."""

LONGEST_PART: Final = 80
"""Characters of a name that are part of a file name; of a longer one the rest is told apart by a number."""

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


def attempt_folder(home: Home, run_id: int, language: str, exercise: str, iteration: int, number: int) -> Path:
    """Return where an attempt keeps its artifacts: no two share a folder. It exists once something was kept."""
    return home.artifacts(run_id) / attempt_path(language, exercise, iteration, number)


def attempt_path(language: str, exercise: str, iteration: int, number: int) -> PurePosixPath:
    """Return the place of an attempt among the artifacts of its run."""
    task = (
        f"{_safe(language).replace('-', '%2d')}-{_safe(exercise)}-{iteration}"  # what is before the first dash is whole
    )
    return PurePosixPath(task, f"attempt-{number}")


def open_kept(folder: Path, name: str) -> BinaryIO | None:
    """Open what an attempt has left; None when there is nothing, or no plain file: agents without sandbox make links.

    Of attempts that go on, the log may still hold secrets (see `close_log`).
    """
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO}:
            return None
        raise
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    return None


def bound(path: Path, *, limit: int = MAX_BYTES) -> None:
    """Cut the middle out of a file that is larger than `limit` bytes; remove an empty one."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return
    os.truncate(path, size)  # gives blocks back that were taken beyond the end
    if size == 0:
        path.unlink()
    elif size > limit:
        half = limit // 2
        short = path.with_name(path.name + ".short")
        with path.open("rb") as long, short.open("wb") as out:
            out.write(long.read(half))
            out.write(f"\n[... {size - 2 * half:,} bytes cut here by rc-evals ...]\n".encode())
            long.seek(size - half)
            shutil.copyfileobj(long, out, half)
        short.replace(path)


def close_log(folder: Path, redaction: Redaction | None) -> None:
    """Make the agent log of an attempt that is over fit to be kept.

    Args:
        folder: of the attempt; it need not have a log.
        redaction: knows the secrets of the agent. None: nobody knows them now; the log goes.
    """
    log = folder / AGENT_LOG
    if redaction is None:
        log.unlink(missing_ok=True)
    else:
        redaction.file(log)  # first: what is cut below may cut through a secret
    bound(log)


def keep(folder: Path, name: str, content: bytes) -> None:
    """Write an artifact, unless there is nothing to write."""
    if content:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / name).write_bytes(content)
        bound(folder / name)


class Transcript:
    """The events of an agent, one JSON document per line, written as they come."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / TRANSCRIPT
        self._written = 0
        self._dropped = 0

    def add(self, line: bytes) -> None:
        """Append an event, as long as there is room."""
        if self._written + len(line) >= MAX_BYTES:
            self._dropped += 1
            return
        self._append(line)
        self._written += len(line) + 1

    def close(self) -> None:
        """Say at the end how many events found no room."""
        if self._dropped:
            self._append(b'{"rcEvals":"events that found no room","count":%d}' % self._dropped)

    def _append(self, line: bytes) -> None:
        if not self._written:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path.open("ab") as out:
            out.write(line + b"\n")


def _safe(name: str) -> str:
    """Return a name as a part of a file name; other names become other parts."""
    part = _UNSAFE.sub(
        lambda found: "".join(f"%{byte:02x}" for byte in found[0].encode("utf-8", "surrogatepass")), name
    )
    if len(part) <= LONGEST_PART:
        return part
    return f"{part[:LONGEST_PART]}~{hashlib.sha256(part.encode()).hexdigest()[:16]}"
