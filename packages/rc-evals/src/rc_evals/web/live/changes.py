"""What has changed of a board since it was told last: news of a page are small, however much runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rc_evals.web.live.frames import frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.web.live.attempts import Row
    from rc_evals.web.live.board import Board


class Changes:
    """Compares a board with itself.

    Args:
        board: what it shows now counts as told.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._rows: dict[int, Row] = {}
        self._figures: dict[str, str] = {}
        self._standing: Mapping[str, Any] = {}
        self.told(0)

    def told(self, now: int) -> bytes:
        """Return the event `now`, which has of a snapshot what is new, and `gone`; empty for nothing."""
        rows = {row["task"]: row for row in self._board.rows()}
        figures, standing = self._board.figures(), self._board.standing(now)
        parts: dict[str, object] = {
            "tasks": [row for task, row in rows.items() if self._rows.get(task) != row],
            "gone": [task for task in self._rows if task not in rows],
            "figures": {name: text for name, text in figures.items() if self._figures.get(name) != text},
            "run": {} if standing == self._standing else standing,
        }
        self._rows, self._figures, self._standing = rows, figures, standing
        new = {name: part for name, part in parts.items() if part}
        return frame({"at": now, "seq": self._board.seq, **new}, event="now") if new else b""
