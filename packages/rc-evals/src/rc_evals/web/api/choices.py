"""What a new run can choose from: suites, their exercises, agents (spec 24.9)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel

from rc_evals.agents.registry import AGENTS
from rc_evals.suites.registry import BUNDLED, known_suites, open_suite
from rc_evals.web.errors import PROBLEMS
from rc_evals.web.site import SiteHere

router: Final = APIRouter(prefix="/api", tags=["choices"], responses=PROBLEMS)


class SuiteEntry(BaseModel):
    """A suite that has a name."""

    name: str
    exercises: dict[str, int]
    """How many there are per language."""
    problem: str
    """Why it cannot be used; empty when it can."""


class Suites(BaseModel):
    """The suites that have a name, the bundled one first."""

    suites: list[SuiteEntry]


class ExerciseEntry(BaseModel):
    """An exercise of a suite."""

    id: str
    """`language/name`."""
    language: str
    name: str


class Exercises(BaseModel):
    """The exercises of a suite, sorted by language and name."""

    suite: str
    exercises: list[ExerciseEntry]


class AgentEntry(BaseModel):
    """Who can solve exercises."""

    name: str
    summary: str
    arguments: dict[str, str]
    """What `agent_args` may hold, and what each means."""


class Agents(BaseModel):
    """The agents that there are."""

    agents: list[AgentEntry]


@router.get("/suites")
def list_suites(site: SiteHere) -> Suites:
    """List the suites that a run can be started with by name."""
    return Suites(
        suites=[
            SuiteEntry(name=suite.name, exercises=dict(suite.exercises), problem=suite.problem)
            for suite in known_suites(site.home)
        ]
    )


@router.get("/exercises")
def list_exercises(
    site: SiteHere,
    suite: Annotated[str, Query(max_length=4096, description="Name or folder of a suite.")] = BUNDLED,
) -> Exercises:
    """List the exercises of a suite."""
    opened = open_suite(suite, home=site.home)
    return Exercises(
        suite=opened.name,
        exercises=[ExerciseEntry(id=entry.id, language=entry.language, name=entry.name) for entry in opened.entries()],
    )


@router.get("/agents")
def list_agents() -> Agents:
    """List the agents, with what each takes."""
    return Agents(
        agents=[
            AgentEntry(name=name, summary=kind.summary, arguments=dict(kind.arguments)) for name, kind in AGENTS.items()
        ]
    )
