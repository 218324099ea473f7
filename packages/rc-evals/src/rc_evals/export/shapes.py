"""What a document of a run holds, version 1: the facts of a run, without anything that can be counted from them.

No ids: those are of one data folder. No leases, processes or journal: those are of one machine. Times are ISO 8601 in
UTC with milliseconds, durations milliseconds, money micro-dollars or null where nobody said what it cost.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from rc_evals.outcomes import EndReason, Outcome
from rc_evals.store.closing import MAX_ERROR

_LARGEST: Final = 2**63 - 1
"""Of what the store can hold."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def _milliseconds(text: Any) -> int:
    """Return what `formats.timestamp` made this text of."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        raise ValueError("a time is written like 2025-01-31T23:59:59.000Z")
    milliseconds = (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)
    if milliseconds < 0:
        raise ValueError("times before 1970 are not known here")
    return milliseconds


Moment = Annotated[int, BeforeValidator(_milliseconds)]
Count = Annotated[int, Field(ge=0, le=_LARGEST)]
Positive = Annotated[int, Field(ge=1, le=_LARGEST)]
Name = Annotated[str, Field(min_length=1)]
Verdict = Annotated[Outcome, Field(strict=False)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ToolPart(_Part):
    """How often a tool was tried, and how often that failed."""

    attempts: Count
    failures: Count


class UsagePart(_Part):
    """What an attempt used."""

    tokens_in: Count
    tokens_out: Count
    tokens_context: Count
    cache_writes: Count
    cache_reads: Count
    cost_micros: Count | None
    api_requests: Count
    api_errors: Count
    tools: dict[str, ToolPart]


class TestPart(_Part):
    """What one test said."""

    name: str
    passed: bool
    message: str


class TestsPart(_Part):
    """What the tests of an attempt said; of many, not all are kept in `results`."""

    ran: Count | None
    modified: list[str]
    results: list[TestPart]


class AttemptPart(_Part):
    """One attempt. The first in its list is number 1."""

    started_at: Moment
    finished_at: Moment | None
    end_reason: Annotated[EndReason, Field(strict=False)] | None
    verdict: Verdict | None
    error: Annotated[str, Field(max_length=MAX_ERROR)] | None
    exit_code: Annotated[int, Field(ge=-_LARGEST, le=_LARGEST)] | None
    queue_ms: Count
    prepare_ms: Count | None
    agent_ms: Count | None
    test_ms: Count | None
    usage: UsagePart | None
    tests: TestsPart

    @model_validator(mode="after")
    def _over_or_not(self) -> Self:
        if (self.finished_at is None) != (self.end_reason is None):
            raise ValueError("finished_at and end_reason are both there or both null")
        if self.finished_at is None and self.verdict is not None:
            raise ValueError("an attempt that has a verdict has finished_at")
        return self


class TaskPart(_Part):
    """One exercise in one iteration, with every attempt at it."""

    language: Name
    exercise: Name
    iteration: Positive
    digest: str
    state: Literal["queued", "leased", "preparing", "running", "testing", "decided"]
    verdict: Verdict | None
    decided_at: Moment | None
    attempts: list[AttemptPart]

    @model_validator(mode="after")
    def _tells_one_story(self) -> Self:
        last = self.attempts[-1] if self.attempts else None
        if any(attempt.finished_at is None or attempt.verdict is not None for attempt in self.attempts[:-1]):
            raise ValueError("only the last attempt may have a verdict, or go on")
        if (self.verdict is None) != (self.state != "decided"):
            raise ValueError("a task has a verdict when its state is decided, and only then")
        if (last is None or last.finished_at is not None) != (self.state in {"queued", "decided"}):
            raise ValueError("an attempt goes on when the state is neither queued nor decided, and only then")
        decided = None if last is None else last.verdict
        if self.verdict != decided and not (decided is None and self.verdict is Outcome.CANCELLED):
            raise ValueError("the verdict is that of the last attempt, or cancelled")
        return self


class RunPart(_Part):
    """The run as a whole."""

    uuid: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    name: str | None
    suite: Name
    suite_path: Name
    agent: Name
    agent_args: dict[str, str]
    model: str | None
    settings: dict[str, JsonValue] | None
    sandbox: Name
    concurrency: Positive
    timeout_seconds: Positive
    iterations: Positive
    state: Literal["active", "cancelling", "complete", "cancelled"]
    total: Count
    created_at: Moment
    finished_at: Moment | None
    environment: dict[str, JsonValue]

    @model_validator(mode="after")
    def _over_or_not(self) -> Self:
        if (self.finished_at is None) != (self.state in {"active", "cancelling"}):
            raise ValueError("a run has finished_at when it is complete or cancelled, and only then")
        return self
