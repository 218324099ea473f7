"""What is asked of a new run, over HTTP and in the form alike."""

from __future__ import annotations

import json
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from rc_evals import starting
from rc_evals._errors import ControllerError, InfrastructureError, UsageError
from rc_evals.asking import LONGEST_NAME, MOST_AT_ONCE, MOST_ITERATIONS, MOST_MINUTES, checked_name
from rc_evals.planning import Request
from rc_evals.sandbox import SandboxChoice
from rc_evals.settings import checked_settings, with_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_evals.home import Home

Line = Annotated[str, StringConstraints(min_length=1, max_length=4096, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""Text without controls."""

Word = Annotated[str, StringConstraints(max_length=65_536, pattern=r"^[^\x00]*$")]
"""Text that a command line can hold."""


def _usable(name: str) -> str | None:
    try:
        return checked_name(name)
    except UsageError as error:
        raise PydanticCustomError("name", "{problem}", {"problem": str(error)}) from None


RunName = Annotated[str, StringConstraints(max_length=LONGEST_NAME), AfterValidator(_usable)] | None
"""What a run is to be called; None for no name."""

_MOST_PATTERNS: Final = 2_000

MOST_BEGINNING: Final = 8
"""Runs that are being started: each keeps one of the server's forty threads, for minutes while tools are installed."""

_places: Final = BoundedSemaphore(MOST_BEGINNING)


class NewRun(BaseModel):
    """A run that is to be started (spec 15.3)."""

    model_config = ConfigDict(extra="forbid")

    suite: Line = Field(description="Name of a suite, or the path of its folder.")
    agent: Line = Field(description="Who solves the exercises; `/api/agents` lists them.")
    agent_args: dict[Line, Word] = Field(default_factory=dict[str, str], description="Arguments of the agent.")
    languages: list[Line] = Field(default_factory=list[str], max_length=1_000, description="None: all of the suite's.")
    exercises: list[Line] = Field(
        default_factory=list[str],
        max_length=_MOST_PATTERNS,
        description="Names or patterns such as `go/*`; none: all.",
    )
    model: Line | None = Field(default=None, description="Put into the settings, as the provider's model.")
    iterations: int = Field(default=1, ge=1, le=MOST_ITERATIONS, description="How often each exercise is tried.")
    concurrency: int = Field(default=1, ge=1, le=MOST_AT_ONCE, description="Attempts at the same time.")
    timeout: int = Field(default=5, ge=1, le=MOST_MINUTES, description="Minutes an agent may work on one exercise.")
    sandbox: SandboxChoice = Field(default="auto", description="Isolation of agents; `none` is none at all.")
    settings: dict[str, Any] | None = Field(
        default=None, description="Settings of the assistant. Secrets among them are left out: settings are stored."
    )
    name: RunName = Field(default=None, description="What to call the run.")

    def to_request(self, say: Callable[[str], None]) -> Request:
        """Return what is to be planned; `say` is told which settings are left out.

        Raises:
            UsageError: settings that the assistant does not take.
        """
        settings = None
        if self.settings is not None:
            settings = checked_settings(json.dumps(self.settings).encode(), "settings", say=say)
        return Request(
            suite=self.suite,
            agent=self.agent,
            agent_args=self.agent_args,
            languages=self.languages,
            exercises=self.exercises,
            iterations=self.iterations,
            concurrency=self.concurrency,
            timeout_minutes=self.timeout,
            sandbox=self.sandbox,
            settings=settings if self.model is None else with_model(settings, self.model),
            name=self.name,
        )


def begin(home: Home, request: Request, say: Callable[[str], None]) -> int:
    """Store a run, let a process of its own work on it, and return its id. Blocks, minutes where tools are installed.

    Should that process end at once, the run is there all the same, as one that was interrupted; `say` is told why.

    Raises:
        EvalsError: the request or the machine is at fault, or too many are being started; there is no run.
    """
    if not _places.acquire(blocking=False):
        raise InfrastructureError(f"{MOST_BEGINNING} runs are being started already; start this one when they run")
    try:
        run_id = starting.create(home, request, say=say)
        try:
            starting.resume(home, run_id)
        except ControllerError as error:
            say(str(error))
        return run_id
    finally:
        _places.release()
