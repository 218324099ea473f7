"""What each of the compared runs came to by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rc_evals.comparison.model import RunFigures
from rc_evals.formats import timestamp
from rc_evals.report import standing
from rc_evals.stats import clustered, repeats, wilson
from rc_evals.store.queries import exercise_scores
from rc_evals.usage import MICROS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.store.reader import Reader

_SAME = (
    "id", "uuid", "name", "suite", "agent", "model", "sandbox", "iterations", "timeout_seconds",
    "total", "decided", "passed", "work_ms",
)  # fmt: skip
"""What the document takes over from the row of a run."""


def figures(reader: Reader, run: Mapping[str, Any]) -> RunFigures:
    """Return the figures of a run, given by its row in the store."""
    several = run["iterations"] > 1
    scores = [(row["passed"], row["decided"]) for row in exercise_scores(reader, run["id"])] if several else []
    rate = clustered(scores) if scores else wilson(run["passed"], run["decided"]) if run["decided"] else None
    cost = None if run["cost_micros"] is None else run["cost_micros"] / MICROS
    return RunFigures(
        **{field: run[field] for field in _SAME},
        state=standing(run),
        created_at=timestamp(run["created_at"]),
        rate=rate.rate if rate else None,
        low=rate.low if rate else None,
        high=rate.high if rate else None,
        repeats=repeats(scores, run["iterations"]),
        cost_usd=cost,
        cost_per_solved_usd=None if cost is None or not run["passed"] else cost / run["passed"],
        cost_is_complete=run["priced"] == run["attempts"],
    )
