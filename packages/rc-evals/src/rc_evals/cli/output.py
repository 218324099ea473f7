"""Prints what one attempt wrote, as far as it has been written."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from rc_evals.artifacts import AGENT_LOG, TEST_LOG
from rc_evals.foreign import printable

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK: Final = 64 * 1024


class AttemptOutput:
    """Agent log and test output of one attempt.

    Args:
        folder: where the attempt keeps its artifacts; it need not exist yet.
        number: of the attempt, for headings.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self._log = _Tail(folder / AGENT_LOG, f"attempt {number}, agent log")
        self._tests = _Tail(folder / TEST_LOG, f"attempt {number}, test output")
        self._ended = False

    @property
    def printed(self) -> bool:
        """Whether there was anything."""
        return self._log.opened or self._tests.opened

    def print(self, *, ended: bool) -> None:
        """Print what came since the last call; with `ended`, all there will ever be."""
        if self._ended:
            return
        self._log.print(last=ended)
        if ended:  # not before: test output is kept in one piece, when the tests are done
            self._tests.print(last=True)
        self._ended = ended


class _Tail:
    """A file that grows. It stays open: a log that is cut short at its end is replaced by another file."""

    def __init__(self, path: Path, heading: str) -> None:
        self._path, self._heading = path, heading
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._file: BinaryIO | None = None
        self.opened = False

    def print(self, *, last: bool) -> None:
        if self._file is None and not self._open():
            return
        assert self._file is not None  # noqa: S101 - opened above
        while chunk := self._file.read(_CHUNK):
            self._emit(self._decoder.decode(chunk), last=False)
        if last:
            self._emit(self._decoder.decode(b"", final=True), last=True)
            self._file.close()

    def _open(self) -> bool:
        try:
            self._file = self._path.open("rb")
        except FileNotFoundError:
            return False
        self.opened = True
        click.echo(f"--- {self._heading} ({self._path})")
        return True

    def _emit(self, text: str, *, last: bool) -> None:
        """Print whole lines, so that no sequence of control characters is cut in two; a very long one in pieces."""
        self._rest += text
        lines, end, rest = self._rest.rpartition("\n")
        if last or len(rest) > _CHUNK:
            lines, end, rest = self._rest, "\n" if last and not self._rest.endswith("\n") and self._rest else "", ""
        self._rest = rest
        click.echo(printable(lines + end), nl=False)
