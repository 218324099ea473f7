"""A run as lists and answers of the API show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel

from rc_evals.formats import timestamp
from rc_evals.report import standing
from rc_evals.stats import wilson
from rc_evals.usage import MICROS

if TYPE_CHECKING:
    from collections.abc import Mapping

State = Literal["running", "interrupted", "cancelling", "cancelled", "complete"]


class RunEntry(BaseModel):
    """A run, with what it has come to so far."""

    id: int
    uuid: str
    name: str | None
    state: State
    suite: str
    agent: str
    model: str | None
    """None when nobody said which."""
    sandbox: str
    iterations: int
    concurrency: int
    timeout_seconds: int
    created_at: str
    """ISO 8601, UTC; so is `finished_at`."""
    finished_at: str | None
    total: int
    """Tasks: exercises, as often as each is tried."""
    done: int
    """Those that have a verdict."""
    decided: int
    """Those whose verdict says something about the agent."""
    passed: int
    rate: float | None
    """`passed` of `decided`, from 0 to 1; None while nothing is decided. `low` and `high` are its 95 % interval."""
    low: float | None
    high: float | None
    tokens_in: int
    tokens_out: int
    cost_usd: float | None
    """Of all attempts; None where nobody said what it cost."""
    work_ms: int
    """Preparing, agent and tests, added up over all attempts."""

    @classmethod
    def of(cls, run: Mapping[str, Any]) -> Self:
        """Return the entry for a row of the store."""
        rate = wilson(run["passed"], run["decided"]) if run["decided"] else None
        same = {name: run[name] for name in cls.model_fields if name in run}
        return cls.model_validate(
            same
            | {
                "state": standing(run),
                "created_at": timestamp(run["created_at"]),
                "finished_at": timestamp(run["finished_at"]),
                "rate": rate and rate.rate,
                "low": rate and rate.low,
                "high": rate and rate.high,
                "cost_usd": None if run["cost_micros"] is None else run["cost_micros"] / MICROS,
            }
        )
