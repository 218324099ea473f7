"""Follows one run in the database and in transcripts, and tells what is new as bytes for all who look at it. Blocks."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rc_evals._errors import UnknownRunError
from rc_evals.clock import now_ms
from rc_evals.store import watching
from rc_evals.store.reader import open_reader
from rc_evals.web.live.board import Board
from rc_evals.web.live.changes import Changes
from rc_evals.web.live.frames import KEEP_ALIVE, RETRY, frame
from rc_evals.web.live.telling import of_agent, of_journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rc_evals.home import Home
    from rc_evals.store.reader import Reader
    from rc_evals.web.live.attempts import Working

MOST_EVENTS: Final = 500
"""Events of the journal that are told one by one; whoever is farther behind gets a snapshot instead."""

STANDING_SECONDS: Final = 1.0
"""Between two looks at whether the controller lives, which no event tells."""

KEEP_ALIVE_SECONDS: Final = 15.0
"""Of silence, then a comment is sent (spec 24.9)."""

LAST_LOOKS: Final = 32
"""At the transcript of an attempt that has ended: enough for all that it can have."""


class News(NamedTuple):
    """What one look has found."""

    batch: bytes
    """For all who knew how things stood before; empty when there is nothing to tell."""
    greetings: list[bytes]
    """For those who come, in their order."""
    is_over: bool
    """The run has ended, or is gone: there will be no more."""


class Follower:
    """Looks at one run again and again. Use as a context manager, all of it in one thread.

    Args:
        home: the data folder.
        run_id: the run.
    """

    def __init__(self, home: Home, run_id: int) -> None:
        self._home, self._run_id = home, run_id
        self._open = ExitStack()
        self._watched: _Watched | None = None

    def close(self) -> None:
        """Close the database, if it was opened."""
        self._open.close()

    def look(self, newcomers: Sequence[int | None]) -> News:
        """Return what has happened since the last look.

        Args:
            newcomers: for each who comes, the latest event of the journal that it was told; None for one that knows
                nothing.

        Raises:
            StoreError: the database cannot be read.
        """
        try:
            if self._watched is None:
                reader = self._open.enter_context(open_reader(self._home.database))
                self._watched = _Watched(self._home, reader, self._run_id)
            return self._watched.look(newcomers)
        except UnknownRunError:
            gone = frame({"state": "deleted"}, event="done")
            return News(gone, [gone for _ in newcomers], is_over=True)


class _Watched:
    """A run that exists, and what was told of it."""

    def __init__(self, home: Home, reader: Reader, run_id: int) -> None:
        self._reader, self._run_id = reader, run_id
        self._version = _data_version(reader)
        self._board = Board(home, reader, run_id)
        self._looked_at = self._told_at = time.monotonic()
        self._hear(self._board.working.values())
        self._changes = Changes(self._board)

    def look(self, newcomers: Sequence[int | None]) -> News:
        board = self._board
        batch = self._news()
        is_over = board.run["finished_at"] is not None
        done = frame({"state": board.state}, event="done") if is_over else b""
        greetings = self._greetings(newcomers, done) if newcomers else []
        return News(self._or_sign_of_life(batch + done), greetings, is_over)

    def _news(self) -> bytes:
        """Return what there is to tell to those who know how things stood at the last look."""
        events, board = self._events(), self._board
        if len(events) > MOST_EVENTS:
            board.load()
            self._hear(board.working.values())
            self._changes = Changes(board)
            return self._snapshot()
        told: list[bytes] = []
        for event in events:
            if (ended := board.apply(event)) is not None:
                told += self._last_words(ended)
        told += self._hear(board.working.values())
        told += map(of_journal, events)
        told.append(self._changes.told(now_ms()))
        return b"".join(told)

    def _events(self) -> list[dict[str, Any]]:
        """Return the new events, with the row of the run as it was after them; asks only when there may be any."""
        version, moment = _data_version(self._reader), time.monotonic()
        if version == self._version and moment - self._looked_at < STANDING_SECONDS:
            return []
        self._version, self._looked_at = version, moment
        with self._reader.unchanging():
            self._board.refresh()
            return watching.news(self._reader, self._run_id, after=self._board.seq, limit=MOST_EVENTS + 1)

    def _hear(self, attempts: Iterable[Working]) -> list[bytes]:
        return [of_agent(attempt.task.task_id, event) for attempt in attempts for event in attempt.hear()]

    def _last_words(self, attempt: Working) -> list[bytes]:
        """Return what is left in the transcript of an attempt that has ended."""
        told: list[bytes] = []
        for _ in range(LAST_LOOKS):
            before = attempt.tail.offset
            told += self._hear([attempt])
            if attempt.tail.offset == before:
                break
        return told

    def _greetings(self, newcomers: Sequence[int | None], done: bytes) -> list[bytes]:
        """Return for each who comes: the events that it has missed, if they are few, and how things stand."""
        last = self._snapshot() + done
        missed = {since: self._missed(since) for since in set(newcomers) if since is not None}
        return [RETRY + (b"" if since is None else missed[since]) + last for since in newcomers]

    def _missed(self, since: int) -> bytes:
        seq = self._board.seq
        events = watching.news(self._reader, self._run_id, after=since, limit=MOST_EVENTS + 1)
        known = [event for event in events if event["seq"] <= seq]  # what came just now is told by the next look
        return b"".join(map(of_journal, known)) if len(events) <= MOST_EVENTS else b""

    def _snapshot(self) -> bytes:
        return frame(self._board.snapshot(now_ms()), event="snapshot", seq=self._board.seq)

    def _or_sign_of_life(self, batch: bytes) -> bytes:
        moment = time.monotonic()
        if not batch and moment - self._told_at < KEEP_ALIVE_SECONDS:
            return b""
        self._told_at = moment
        return batch or KEEP_ALIVE


def _data_version(reader: Reader) -> int | None:
    """Return a number that changes when another connection has written, None when there is no database."""
    found = reader.row("PRAGMA data_version")
    return None if found is None else found["data_version"]
