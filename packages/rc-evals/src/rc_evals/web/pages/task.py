"""The pages of a task: why it came out as it did, and all that its attempts left."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from rc_evals._errors import UnknownRunError
from rc_evals.artifacts import AGENT_LOG, DIFF, TEST_LOG, TRANSCRIPT
from rc_evals.clock import now_ms
from rc_evals.web.ids import RunId, TaskId
from rc_evals.web.site import Site, SiteHere
from rc_evals.web.task import conversation, diffs, logs, overview
from rc_evals.web.task.kept import opened
from rc_evals.web.task.prompts import prompt
from rc_evals.web.task.results import results
from rc_evals.web.task.setting import made_with, rules
from rc_evals.web.task.shown import Shown, look

router: Final = APIRouter(prefix="/runs/{run}/tasks/{task}", include_in_schema=False)

PROMPT: Final = 20_000
"""Characters of a prompt that are shown."""

Attempt = Annotated[int | None, Query(ge=1, le=2**31)]
Place = Annotated[int, Query(ge=0, le=2**53)]


@router.get("")
def show(request: Request, site: SiteHere, run: RunId, task: TaskId, attempt: Attempt = None) -> Response:
    """Show why the task came out as it did."""
    with site.store() as reader:
        shown = look(site, reader, run, task, attempt)
        found = overview.view(reader, shown, now_ms())
    return _page(request, site, shown, "overview", block="overview", **found)


@router.get("/tests")
def show_tests(
    request: Request, site: SiteHere, run: RunId, task: TaskId, attempt: Attempt = None, after: Place = 0
) -> Response:
    """Show what each test said."""
    with site.store() as reader:
        shown = look(site, reader, run, task, attempt)
        found = results(reader, shown, after=after)
    return _page(request, site, shown, "tests", tests=found.rows, after=after, more=found.after)


@router.get("/conversation")
def show_conversation(
    request: Request,
    site: SiteHere,
    run: RunId,
    task: TaskId,
    attempt: Attempt = None,
    after: Place = 0,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    """Show what the agent said and did."""
    shown = _look(site, run, task, attempt)
    with opened(shown.folder, TRANSCRIPT) as kept:
        page = None if kept is None else conversation.page(kept, after=after, before=before)
    return _page(request, site, shown, "conversation", page=page)


@router.get("/conversation/{number}")
def show_passage(
    request: Request,
    site: SiteHere,
    run: RunId,
    task: TaskId,
    number: Annotated[int, Path(ge=1, le=2**53)],
    attempt: Attempt = None,
    passage: Place = 0,
    offset: Place = 0,
) -> Response:
    """Show a long text of the conversation, a piece at a time.

    Raises:
        UnknownRunError: the conversation has no such text.
    """
    shown = _look(site, run, task, attempt)
    with opened(shown.folder, TRANSCRIPT) as kept:
        found = None if kept is None else conversation.piece(kept, number, passage, offset)
    if found is None:
        raise UnknownRunError(f"the conversation of attempt {shown.attempt} at this task has no such text")
    return _page(request, site, shown, "passage", block="piece", number=number, passage=passage, piece=found)


@router.get("/changes")
def show_changes(
    request: Request, site: SiteHere, run: RunId, task: TaskId, attempt: Attempt = None, start: Place = 0
) -> Response:
    """Show what the agent changed."""
    shown = _look(site, run, task, attempt)
    with opened(shown.folder, DIFF) as kept:
        page = None if kept is None else diffs.page(kept.folder, kept.size, kept.changed, start)
    return _page(request, site, shown, "changes", page=page)


@router.get("/logs")
def show_log(
    request: Request,
    site: SiteHere,
    run: RunId,
    task: TaskId,
    attempt: Attempt = None,
    file: Literal["agent.log", "tests.log"] | None = None,
    offset: Annotated[int | None, Query(ge=0, le=2**53)] = None,
) -> Response:
    """Show a log: its end, or from a byte on."""
    shown = _look(site, run, task, attempt)
    file = file or (AGENT_LOG if shown.is_open or TEST_LOG not in shown.files else TEST_LOG)
    with opened(shown.folder, file) as kept:
        part = None if kept is None else logs.part(kept, offset, ended=not shown.is_open)
    return _page(request, site, shown, "logs", file=file, part=part)


@router.get("/logs/more")
def show_what_came(
    request: Request, site: SiteHere, run: RunId, task: TaskId, attempt: Attempt, offset: Place
) -> Response:
    """Show what was written to the agent's log since; the page asks again as long as the attempt goes on."""
    shown = _look(site, run, task, attempt)
    with opened(shown.folder, AGENT_LOG) as kept:
        part = None if kept is None else logs.what_came(kept, offset, ended=not shown.is_open)
    return site.pages.page(request, "task/_came.html", shown=shown, part=part, offset=offset)


@router.get("/setting")
def show_setting(request: Request, site: SiteHere, run: RunId, task: TaskId, attempt: Attempt = None) -> Response:
    """Show what the agent was told, and what it was allowed."""
    shown = _look(site, run, task, attempt)
    text, missing = prompt(site.home, shown.run, shown.task)
    return _page(
        request,
        site,
        shown,
        "setting",
        prompt=conversation.shown("", text, PROMPT) if text else None,
        missing=missing,
        rules=rules(shown.run),
        made_with=made_with(shown.run, shown.task["language"]),
    )


def _look(site: Site, run: int, task: int, attempt: int | None) -> Shown:
    with site.store() as reader:
        return look(site, reader, run, task, attempt)


def _page(request: Request, site: Site, shown: Shown, name: str, *, block: str = "part", **context: Any) -> Response:
    return site.pages.page(request, f"task/{name}.html", block=block, tab=name, shown=shown, **context)
