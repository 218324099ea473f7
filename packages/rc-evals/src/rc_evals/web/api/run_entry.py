"""A run as lists and answers of the API show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel

from rc_evals.formats import timestamp
from rc_evals.report import standing
from rc_evals.stats import wilson
from rc_evals.usage import MICROS
from rc_evals.web.run_query import State

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    """`passed` of `decided`, from 0 to 1; None while nothing is decided."""
    low: float | None
    """Its 95 % interval, up to `high`; None also for runs with several iterations, which tell it by themselves."""
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
        passed, decided = run["passed"], run["decided"]
        sure = wilson(passed, decided) if decided and run["iterations"] == 1 else None
        same = {name: run[name] for name in cls.model_fields if name in run}
        return cls.model_validate(
            same
            | {
                "state": standing(run),
                "created_at": timestamp(run["created_at"]),
                "finished_at": timestamp(run["finished_at"]),
                "rate": passed / decided if decided else None,
                "low": sure and sure.low,
                "high": sure and sure.high,
                "cost_usd": None if run["cost_micros"] is None else run["cost_micros"] / MICROS,
            }
        )
