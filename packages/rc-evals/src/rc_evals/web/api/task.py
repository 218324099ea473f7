"""One task over HTTP: its attempts, what their tests said, and the files that they left (spec 16.1, 24.9)."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from rc_evals.artifacts import AGENT_LOG, open_kept
from rc_evals.formats import timestamp
from rc_evals.store import attempt_details
from rc_evals.usage import MICROS
from rc_evals.web.api.run import ToolUse
from rc_evals.web.errors import PROBLEMS, Problem
from rc_evals.web.ids import RunId, TaskId
from rc_evals.web.site import SiteHere
from rc_evals.web.task.kept import Name, opened, window
from rc_evals.web.task.shown import look

if TYPE_CHECKING:
    from typing import BinaryIO

MOST_BYTES: Final = 1024 * 1024
"""Of a log in one answer."""

_CHUNK: Final = 256 * 1024

Attempt = Annotated[int | None, Query(ge=1, le=2**31, description="Which attempt; without it, the latest.")]


class _Numbered(APIRoute):
    """Answers an id that is no number with 400, as upstream does (spec 16.1)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                wrong = [each["loc"][-1] for each in error.errors() if each["loc"][0] == "path"]
                if not wrong:
                    raise
                raise HTTPException(400, f"{wrong[0]}: ids are whole numbers, from 1 on") from error

        return answer


router: Final = APIRouter(prefix="/api", tags=["tasks"], responses=PROBLEMS)
_logs: Final = APIRouter(route_class=_Numbered)


class AttemptUsage(BaseModel):
    """What an attempt used, as its agent has told it."""

    tokens_in: int
    tokens_out: int
    tokens_context: int
    cache_writes: int
    cache_reads: int
    cost_usd: float | None
    """None when nobody said what it cost."""
    api_requests: int
    api_errors: int


class AttemptDetails(BaseModel):
    """One attempt at a task. What is None has not happened, or nobody has said it."""

    number: int
    verdict: str | None
    end_reason: str | None
    error: str | None
    """Evidence, in one line."""
    exit_code: int | None
    started_at: str
    """ISO 8601, UTC; so is `finished_at`."""
    finished_at: str | None
    queue_ms: int
    prepare_ms: int | None
    agent_ms: int | None
    test_ms: int | None
    tests_ran: int | None
    tests_passed: int | None
    tests_modified: list[str]
    """Files of the tests that the agent had changed."""
    usage: AttemptUsage | None
    tools: dict[str, ToolUse]

    @classmethod
    def of(cls, row: Mapping[str, Any], tools: list[dict[str, Any]]) -> Self:
        """Return the attempt of a row of the store."""
        cost = row["cost_micros"]
        return cls.model_validate(
            {
                **row,
                "started_at": timestamp(row["started_at"]),
                "finished_at": timestamp(row["finished_at"]),
                "tests_modified": json.loads(row["tests_modified"] or "[]"),
                "usage": None
                if row["tokens_in"] is None
                else {**row, "cost_usd": None if cost is None else cost / MICROS},
                "tools": {tool["tool"]: tool for tool in tools},
            }
        )


class TaskDetails(BaseModel):
    """One exercise, once, with the attempts at it."""

    id: int
    run_id: int
    language: str
    exercise: str
    iteration: int
    digest: str
    """Of everything that shapes the task: the same digest is the same task."""
    state: str
    verdict: str | None
    reason: str | None
    """Why it has not passed, in words that are the same for the same cause."""
    attempts: list[AttemptDetails]
    """Oldest first, the latest 50 of them."""
    files: dict[str, int]
    """What the latest attempt has left, with sizes in bytes."""


class TestOutcome(BaseModel):
    """What one test said."""

    __test__ = False  # no test of ours

    name: str
    passed: bool
    message: str


class TestPage(BaseModel):
    """A part of what the tests of an attempt said, those that failed first."""

    __test__ = False

    tests: list[TestOutcome]
    after: int | None
    """To be asked for as `after` to get the next page; None on the last."""


class LogPart(BaseModel):
    """A part of a log."""

    logContent: str | None  # noqa: N815 - upstream's name
    """None when there is no such log."""
    error: str | None = None
    """Why there is none."""
    attempt: int
    file: Name
    offset: int
    """Byte of the file at which the part begins."""
    end: int
    """Byte behind it: to be asked for as `offset` to get what follows."""
    size: int
    """Bytes of the file now."""
    is_complete: bool
    """Whether nothing more will be written to it."""


@router.get("/runs/{run}/tasks/{task}")
def get_task(site: SiteHere, run: RunId, task: TaskId) -> TaskDetails:
    """Return a task with all its attempts."""
    with site.store() as reader:
        shown = look(site, reader, run, task, None)
        attempts = [AttemptDetails.of(row, attempt_details.tools(reader, row["id"])) for row in shown.attempts]
    return TaskDetails.model_validate({**shown.task, "attempts": attempts, "files": shown.files})


@router.get("/runs/{run}/tasks/{task}/tests")
def get_tests(
    site: SiteHere,
    run: RunId,
    task: TaskId,
    attempt: Attempt = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> TestPage:
    """Return what the tests of an attempt said, those that failed first."""
    with site.store() as reader:
        details = look(site, reader, run, task, attempt).details
        rows = [] if details is None else attempt_details.tests(reader, details["id"], after=after, limit=limit + 1)
    tests = [TestOutcome.model_validate(row) for row in rows[:limit]]
    return TestPage(tests=tests, after=after + limit if len(rows) > limit else None)


@router.get(
    "/runs/{run}/tasks/{task}/files/{file}",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The file as it is."}},
)
def get_file(site: SiteHere, run: RunId, task: TaskId, file: Name, attempt: Attempt = None) -> Response:
    """Return a file that an attempt left, as it is: written by an agent, so never to be opened as a page.

    The log of an agent that is still at work may hold secrets: they are taken out when it is done.
    """
    with site.store() as reader:
        shown = look(site, reader, run, task, attempt)
    found = open_kept(shown.folder, file)
    if found is None:
        raise HTTPException(404, f"attempt {shown.attempt} at task {task} of run {run} left no {file}")
    name = f"run-{run}-task-{task}-attempt-{shown.attempt}-{file}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_chunks(found), headers=headers, media_type="text/plain; charset=utf-8")


@_logs.get(
    "/runs/{run}/logs/{task}",
    response_model_exclude_unset=True,
    responses={400: {"model": Problem, "description": "An id is no number."}},
)
def get_log(
    site: SiteHere,
    run: RunId,
    task: TaskId,
    attempt: Attempt = None,
    file: Annotated[Name, Query(description="Which of the files that attempts leave.")] = AGENT_LOG,
    offset: Annotated[int, Query(ge=0, le=2**53, description="Byte to begin with.")] = 0,
    limit: Annotated[int, Query(ge=1024, le=MOST_BYTES, description="Bytes at most.")] = MOST_BYTES,
) -> LogPart:
    """Return a part of what an attempt left; ask again from `end` on to follow one that goes on."""
    with site.store() as reader:
        shown = look(site, reader, run, task, attempt)
    is_complete = not shown.is_open
    place = {"attempt": shown.attempt, "file": file, "is_complete": is_complete}
    with opened(shown.folder, file) as kept:
        if kept is None:
            error = f"attempt {shown.attempt} left no {file}"
            return LogPart.model_validate(
                {"logContent": None, "error": error, "offset": 0, "end": 0, "size": 0, **place}
            )
        part = window(kept, offset, limit, ended=is_complete)
    return LogPart.model_validate(
        {"logContent": part.text, "offset": part.start, "end": part.end, "size": part.size, **place}
    )


router.include_router(_logs)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
