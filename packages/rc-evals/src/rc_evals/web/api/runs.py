"""Runs over HTTP: start one, and what can be done with one that is there (spec 16.1, 24.9)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response

from rc_evals import repeating, starting
from rc_evals.clock import now_ms
from rc_evals.deleting import delete
from rc_evals.planning import Request
from rc_evals.report import standing
from rc_evals.store import run_list
from rc_evals.store.once import execute, write
from rc_evals.store.upkeep import RenameRun
from rc_evals.web.api.run_entry import RunEntry
from rc_evals.web.errors import PROBLEMS, Problem
from rc_evals.web.ids import RunId
from rc_evals.web.new_run import NewRun, RunName, begin
from rc_evals.web.run_query import RunQuery
from rc_evals.web.site import Site, SiteHere

router: Final = APIRouter(prefix="/api", tags=["runs"], responses=PROBLEMS)

_CONFLICT: Final[dict[int | str, dict[str, Any]]] = {
    409: {"model": Problem, "description": "The state of the run does not allow it."}
}

_TEXT: Final[dict[str, Any]] = {"text/plain": {"schema": {"type": "string"}}}


class RunPage(BaseModel):
    """Some of the runs that fit."""

    runs: list[RunEntry]
    total: int
    """How many fit."""
    after: str | None
    """Begins the next page; None on the last one."""


class Started(BaseModel):
    """A run that was just created."""

    run: RunEntry
    notes: list[str]
    """What is to be known about it: settings that were left out, tools that were installed."""


class Name(BaseModel):
    """What a run is to be called; null or nothing but blanks for no name."""

    name: RunName


class Deleted(BaseModel):
    """A run is gone."""

    left: list[str]
    """Folders of it that could not be removed."""


@router.get("/runs")
def list_runs(site: SiteHere, asked: Annotated[RunQuery, Query()]) -> RunPage:
    """List runs, a page at a time."""
    with site.store() as reader:
        page = run_list.runs(reader, asked.wanted, standing=standing, sort=asked.sort, after=asked.after or None)
    return RunPage(runs=list(map(RunEntry.of, page.rows)), total=page.total, after=page.after)


@router.post("/runs", status_code=201)
def start_run(site: SiteHere, new: NewRun, response: Response) -> Started:
    """Start a run. The answer comes once it runs: the first time, the tools of its languages are installed before."""
    notes: list[str] = []
    return _started(site, new.to_request(notes.append), notes, response)


@router.post("/runs/{run}/clone", status_code=201)
def clone_run(site: SiteHere, run: RunId, response: Response) -> Started:
    """Start a run like this one: the same exercises, agent, settings and limits."""
    with site.store() as reader:
        request = repeating.again(reader, run)
    return _started(site, request, [], response)


@router.post("/runs/{run}/retry-failed", status_code=201)
def retry_failed(site: SiteHere, run: RunId, response: Response) -> Started:
    """Start a run like this one, of those of its exercises that did not pass. The verdicts of this one stay."""
    with site.store() as reader:
        request = repeating.failed_again(reader, run)
    return _started(site, request, [], response)


@router.post("/runs/{run}/resume", responses=_CONFLICT)
def resume_run(site: SiteHere, run: RunId) -> RunEntry:
    """Go on with a run that was interrupted. The answer comes once somebody works on it."""
    starting.resume(site.home, run)
    return _entry(site, run)


@router.post("/runs/{run}/cancel", status_code=202, responses=_CONFLICT)
def cancel_run(site: SiteHere, run: RunId) -> RunEntry:
    """End a run; what is decided stays. The answer comes at once, the end some seconds later."""
    starting.cancel(site.home, run)
    return _entry(site, run)


@router.patch("/runs/{run}")
def rename_run(site: SiteHere, run: RunId, change: Name) -> RunEntry:
    """Call a run something else."""
    execute(site.home.database, RenameRun(run_id=run, name=change.name, now=now_ms()))
    return _entry(site, run)


@router.delete("/runs/{run}", responses=_CONFLICT)
def delete_run(site: SiteHere, run: RunId) -> Deleted:
    """Delete a run with all that it left. One that is worked on has to be cancelled before."""
    left = write(site.home.database, lambda journal: delete(journal, site.home, run))
    return Deleted(left=list(map(str, left)))


@router.get("/runs/{run}/controller-log", response_class=Response, responses={200: {"content": _TEXT}})
def controller_log(site: SiteHere, run: RunId) -> PlainTextResponse:
    """Return what the processes that worked on a run had to say: the last 64 KiB of it."""
    with site.store() as reader:
        reader.run(run)
    return PlainTextResponse(starting.controller_log(site.home, run))


def _started(site: Site, request: Request, notes: list[str], response: Response) -> Started:
    run_id = begin(site.home, request, notes.append)
    response.headers["Location"] = f"/api/runs/{run_id}"
    return Started(run=_entry(site, run_id), notes=notes)


def _entry(site: Site, run_id: int) -> RunEntry:
    with site.store() as reader:
        return RunEntry.of(reader.run(run_id))
