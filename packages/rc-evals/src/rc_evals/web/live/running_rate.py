"""The pass rate of a run while it goes on, as sure as `report` says it at the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rc_evals.outcomes import Outcome
from rc_evals.stats import PassRate, clustered, wilson
from rc_evals.store.queries import exercise_scores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.store.reader import Reader


class RunningRate:
    """Keeps how the exercises did that are tried several times: what the interval needs to know beside the counts."""

    def __init__(self) -> None:
        self._scores: dict[tuple[str, str], tuple[int, int]] = {}
        self._known: PassRate | None = None

    def load(self, reader: Reader, run: Mapping[str, Any]) -> None:
        """Learn the scores from the store."""
        rows = exercise_scores(reader, run["id"]) if run["iterations"] > 1 else []
        self._scores = {(row["language"], row["exercise"]): (row["passed"], row["decided"]) for row in rows}
        self._known = None

    def count(self, event: Mapping[str, Any]) -> None:
        """Take the verdict of a task into account."""
        self._known = None
        verdict = Outcome(json.loads(event["body"])["verdict"])
        if verdict.decided:
            passed, decided = self._scores.get((event["language"], event["exercise"]), (0, 0))
            self._scores[event["language"], event["exercise"]] = passed + (verdict is Outcome.PASSED), decided + 1

    def of(self, run: Mapping[str, Any]) -> PassRate | None:
        """Return the rate of a run, given its row; None while nothing is decided."""
        if not run["decided"]:
            return None
        if self._known is None:
            is_repeated = run["iterations"] > 1
            self._known = clustered([*self._scores.values()]) if is_repeated else wilson(run["passed"], run["decided"])
        return self._known
