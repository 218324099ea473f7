"""The form for a new run."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from rc_evals._errors import EvalsError, SandboxUnavailableError, UsageError
from rc_evals.agents.registry import AGENTS
from rc_evals.asking import LONGEST_NAME, MOST_AT_ONCE, MOST_ITERATIONS, MOST_MINUTES
from rc_evals.capacity import BYTES_EACH, CORES_EACH, capacity
from rc_evals.sandbox.choose import choose
from rc_evals.settings import differences
from rc_evals.suites.registry import known_suites
from rc_evals.web.errors import status_of
from rc_evals.web.new_run import begin
from rc_evals.web.new_run_form import TOP, Fields, choice, field_of, wrong_fields
from rc_evals.web.rendering import go_to
from rc_evals.web.site import Site, SiteHere

router: Final = APIRouter(include_in_schema=False)

_FORM: Final = "runs/new.html"

_NOT_OFFERED: Final = frozenset({"panel"})
"""Agents that something else starts with arguments of its own."""


async def _sent(request: Request) -> tuple[FormData, bytes]:
    """Read the form, and the settings file in it."""
    async with request.form(max_files=1, max_fields=20_000) as form:
        file = form.get("settings_file")
        return form, await file.read() if isinstance(file, UploadFile) else b""


Sent = Annotated[tuple[FormData, bytes], Depends(_sent)]


@router.get("/runs/new")
def new_run(
    request: Request, site: SiteHere, clone: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None
) -> Response:
    """Show the form, filled in like the run that is to be cloned."""
    if clone is None:
        return _form(request, site, Fields(agent="oracle"))
    with site.store() as reader:
        fields = Fields.of_run(site.home, reader, clone)
    return _form(request, site, fields)


@router.post("/runs/new/{part}")
def look(request: Request, site: SiteHere, part: Literal["choice", "settings"], sent: Sent) -> Response:
    """Show the form as it was typed, with what follows from it: the exercises, or what the settings change."""
    form, upload = sent
    fields, wrong, notes = Fields.typed(form), dict[str, str](), list[str]()
    if part == "settings":
        _settings(fields, upload, wrong, notes)
    return _form(request, site, fields, wrong=wrong, notes=notes, block=part)


@router.post("/runs/new")
def start(request: Request, site: SiteHere, sent: Sent) -> Response:
    """Start the run and go to its page; or show the form again, with what is wrong."""
    form, upload = sent
    fields, wrong, notes = Fields.typed(form), dict[str, str](), list[str]()
    settings = _settings(fields, upload, wrong, notes)
    status = 422
    offered = choice(site.home, fields)
    if offered.problem:
        wrong[offered.field] = offered.problem
    try:
        new = fields.new_run(settings)
        if not wrong:
            run_id = begin(site.home, new.to_request(notes.append), notes.append)
            return _go_on(request, f"/runs/{run_id}", " ".join([f"Run {run_id} has begun.", *notes]))
    except ValidationError as error:
        wrong |= wrong_fields(error)
    except EvalsError as error:
        status = status_of(error)
        wrong[field_of(error)] = str(error)
    return _form(request, site, fields, wrong=wrong, notes=notes, block="form", status=status)


def _settings(fields: Fields, upload: bytes, wrong: dict[str, str], notes: list[str]) -> dict[str, Any] | None:
    """Check the settings that were sent, the file before what was typed; None when there are none, or wrong ones."""
    content = upload or fields.settings.strip().encode()
    if not content:
        return None
    try:
        return fields.take_settings(content, "settings file" if upload else "settings", notes)
    except UsageError as error:
        wrong["settings"] = str(error)
        return None


def _form(
    request: Request,
    site: Site,
    fields: Fields,
    *,
    wrong: dict[str, str] | None = None,
    notes: list[str] | None = None,
    block: str = "",
    status: int = 200,
) -> Response:
    wrong = wrong or {}
    settings = None if "settings" in wrong else _settings(fields, b"", wrong, [])
    suites = [suite for suite in known_suites(site.home) if not suite.problem]
    room = capacity()
    return site.pages.page(
        request,
        _FORM,
        block=block,
        status=status,
        fields=fields,
        wrong=wrong,
        top=TOP,
        notes=notes or [],
        suites=suites,
        choice=choice(site.home, fields),
        agents={name: kind for name, kind in AGENTS.items() if name not in _NOT_OFFERED},
        differences=None if settings is None else differences(settings),
        room=room,
        each={"cores": CORES_EACH, "memory": BYTES_EACH},
        most={"name": LONGEST_NAME, "at_once": MOST_AT_ONCE, "iterations": MOST_ITERATIONS, "minutes": MOST_MINUTES},
        no_sandbox=_no_sandbox(),
    )


def _no_sandbox() -> str:
    """Return why agents cannot be isolated on this machine; empty when they can."""
    try:
        choose("auto")
    except SandboxUnavailableError as error:
        return str(error)
    return ""


def _go_on(request: Request, address: str, notice: str) -> Response:
    """Answer with the next page; a script is not shown where a redirection leads, so htmx is told in its own way."""
    response = go_to(address, notice)
    if "HX-Request" in request.headers:
        response.status_code = 204
        response.headers["HX-Redirect"] = address
    return response
