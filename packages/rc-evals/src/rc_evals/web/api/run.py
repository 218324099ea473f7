"""One run over HTTP: what it is and has come to, and its tasks a page at a time (spec 24.9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, JsonValue

from rc_evals.formats import timestamp
from rc_evals.report import run_part
from rc_evals.store.reader import Reader
from rc_evals.usage import MICROS
from rc_evals.web.api.run_entry import RunEntry
from rc_evals.web.errors import PROBLEMS
from rc_evals.web.ids import RunId
from rc_evals.web.run.about import shown_settings
from rc_evals.web.run.tasks import Wanted
from rc_evals.web.site import SiteHere

router: Final = APIRouter(prefix="/api", tags=["runs"], responses=PROBLEMS)


class Rate(BaseModel):
    """Passed of decided tasks, with its 95 % interval; shares of 1."""

    passed: int
    decided: int
    rate: float
    low: float
    high: float
    method: str
    """Of the interval; it is wider where the same exercises were tried several times."""


class LanguageResult(BaseModel):
    """What became of the tasks of a language."""

    counts: dict[str, int]
    pass_rate: Rate | None
    """None while nothing is decided."""


class Repeat(BaseModel):
    """The chance that at least one, or all, of `k` iterations of an exercise pass; averaged over exercises."""

    k: int
    exercises: int
    pass_at_k: float
    all_of_k: float


class ToolUse(BaseModel):
    """How often a tool was tried, and how often that failed."""

    attempts: int
    failures: int


class RunDetails(RunEntry):
    """Everything about a run but its tasks."""

    suite_path: str
    agent_args: dict[str, str]
    settings: dict[str, JsonValue] | None
    """Without secrets; None when the agent used its own."""
    counts: dict[str, int]
    """Tasks: `total`, `decided`, of each verdict, and `open`."""
    languages: dict[str, LanguageResult]
    repeats: list[Repeat]
    """Empty where each exercise was tried once."""
    attempts: int
    cache_writes: int
    cache_reads: int
    api_requests: int
    api_errors: int
    tools: dict[str, ToolUse]
    environment: dict[str, JsonValue]
    """What is needed to make the run again, and to judge whether another can be compared with it."""

    @classmethod
    def read(cls, reader: Reader, run_id: int) -> Self:
        """Return a run of the store.

        Raises:
            UnknownRunError: there is no such run.
        """
        run, part = reader.run(run_id), run_part(reader, run_id)
        rate: dict[str, float] = part["pass_rate"] or {}
        sums = ("suite_path", "attempts", "cache_writes", "cache_reads", "api_requests", "api_errors")
        return cls.model_validate(
            {
                **RunEntry.of(run).model_dump(),
                **{name: rate[name] for name in ("low", "high") if rate},
                **{name: run[name] for name in sums},
                **{name: part[name] for name in ("counts", "languages", "repeats", "environment")},
                "settings": shown_settings(run),
                "agent_args": json.loads(run["agent_args"]),
                "tools": part["totals"]["tools"],
            }
        )


class TaskEntry(BaseModel):
    """A task: one exercise, once. Its numbers are those of its latest attempt; only the money is that of all."""

    id: int
    language: str
    exercise: str
    iteration: int
    state: str
    """`queued`, `leased`, `preparing`, `running`, `testing`, or `decided`."""
    verdict: str | None
    reason: str | None
    """Why it has not passed, in words that are the same for the same cause."""
    attempts: int
    tests_ran: int | None
    tests_passed: int | None
    duration_ms: int | None
    tokens_in: int | None
    tokens_out: int | None
    cost_usd: float | None
    started_at: str | None
    """ISO 8601, UTC; so is `decided_at`."""
    decided_at: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Return the entry for a row of the store."""
        same = {name: row[name] for name in cls.model_fields if name in row}
        return cls.model_validate(
            {
                **same,
                "cost_usd": None if row["cost_micros"] is None else row["cost_micros"] / MICROS,
                "started_at": timestamp(row["started_at"]),
                "decided_at": timestamp(row["decided_at"]),
            }
        )


class TaskPage(BaseModel):
    """A part of a list of tasks."""

    tasks: list[TaskEntry]
    total: int
    """How many there are on all pages together."""
    after: str | None
    """To be asked for as `after` to get the next page; None on the last."""


@router.get("/runs/{run}")
def get_run(site: SiteHere, run: RunId) -> RunDetails:
    """Return everything about a run but its tasks."""
    with site.store() as reader, reader.unchanging():
        return RunDetails.read(reader, run)


@router.get("/runs/{run}/tasks")
def get_tasks(site: SiteHere, run: RunId, wanted: Annotated[Wanted, Query()]) -> TaskPage:
    """Return a page of the tasks of a run, narrowed down and sorted."""
    with site.store() as reader:
        reader.run(run)
        page = wanted.page(reader, run)
    return TaskPage(tasks=[TaskEntry.of(row) for row in page.rows], total=page.total, after=page.after)
