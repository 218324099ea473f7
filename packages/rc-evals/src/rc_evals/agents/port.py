"""The seam between an attempt and whoever solves the exercise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rc_evals.outcomes import EndReason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rc_types.events import TaskEvent
    from rc_types.task import TaskId

    from rc_evals.redaction import Redaction
    from rc_evals.sandbox.port import Exit
    from rc_evals.suites.model import Exercise


@dataclass(frozen=True, slots=True)
class AgentEnd:
    """How an agent's part of an attempt ended, unless the attempt itself cut it short."""

    reason: EndReason = EndReason.COMPLETED
    error: str = ""
    """Evidence; empty when there is nothing to explain. One line of it is kept, without secrets."""
    exit_code: int | None = None
    worked_ms: int | None = None
    """How long it worked as its own events tell it; None for all the time that it had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where things are for a command that runs in the sandbox of the attempt."""

    workspace: str
    prompt_file: str
    channel: str


class Stage(Protocol):
    """What an attempt offers to its agent."""

    @property
    def exercise(self) -> Exercise:
        """The exercise to solve."""
        ...

    @property
    def task_id(self) -> TaskId:
        """The id that the agent's events carry: a UUID, new for every attempt, the same for all who go on with it."""
        ...

    @property
    def workspace(self) -> Path:
        """The workspace as the platform sees it. Whatever lies there after `execute` may be hostile."""
        ...

    @property
    def channel(self) -> Path:
        """A folder beside the workspace that commands can write too, empty at first: for sockets.

        Once a command runs it belongs to the user that the command runs as.
        """
        ...

    @property
    def paths(self) -> Paths:
        """The same places as commands in the sandbox see them."""
        ...

    @property
    def seconds(self) -> float:
        """How long the agent may work, from the call of `solve` on; soon after that it is cancelled."""
        ...

    async def execute(
        self,
        argv: tuple[str, ...],
        *,
        environment: Mapping[str, str] = ...,
        mounts: tuple[Path, ...] = ...,
        overtime: float = ...,
    ) -> Exit:
        """Run a command in the sandbox, in the workspace, until it ends; its output goes to the agent log.

        Cancelling it ends the command: SIGTERM, and SIGKILL for what is left after five seconds.

        Args:
            argv: the command, in inside paths.
            environment: variables beside those of the language.
            mounts: read-only folders to show at their own path.
            overtime: seconds that it may run on once the agent's time is up; who asks for them ends it in time.

        Raises:
            SandboxStartError: it could not be started.
        """
        ...

    def log(self, text: bytes) -> None:
        """Append to the agent log what an agent has to say there beside its commands' output: whole lines."""
        ...

    def emit(self, event: TaskEvent) -> None:
        """Tell the platform what the agent does. Usage in an event counts; every event is in the transcript."""
        ...


class Agent(Protocol):
    """Solves exercises. One object serves all attempts of a run, also at the same time."""

    @property
    def facts(self) -> AgentFacts:
        """What is recorded of the agent with the run."""
        ...

    @property
    def redaction(self) -> Redaction:
        """Takes out of what is kept of an attempt whatever secrets the user has entrusted the agent with."""
        ...

    async def solve(self, stage: Stage) -> AgentEnd:
        """Work on the exercise until done; cancelled when the attempt is over."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFacts:
    """What is recorded of an agent with every run."""

    name: str
    version: str
    settings_used: bool = False
    """Whether the run's settings reach the agent; people are told when they do not."""
    works: bool = True
    """Whether it touches the workspace at all: there is no diff of one that does not."""
    adoptable: bool = False
    """Whether all it does is to run one command, once, and to learn from what that leaves how things stand.

    The command of such an agent may outlive its controller: a later one calls `solve` on a stage where `execute` runs
    nothing but waits for that command, and where nothing has been told yet.
    """
    details: Mapping[str, str] = field(default_factory=dict[str, str])
