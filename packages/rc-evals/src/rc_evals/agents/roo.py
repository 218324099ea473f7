"""A Roo Code or Kilo Code host as an agent: the editor with the extension, or the `roo` command line (spec 7, 8).

The host is any program that serves the assistant's socket. It is found through the port `rc_types.ports.TaskLink` only;
who provides that is not known here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from rc_types import TaskLinkMissingError
from rc_types.ports import load_task_link

from rc_evals import __version__
from rc_evals._errors import AgentUnavailableError, UnknownAgentError
from rc_evals.agents.command_line import CommandLine
from rc_evals.agents.driving import Drive
from rc_evals.agents.endings import end_without_word, ending
from rc_evals.agents.host_settings import host_options
from rc_evals.agents.meeting import meeting_at
from rc_evals.agents.port import AgentEnd, AgentFacts
from rc_evals.outcomes import EndReason
from rc_evals.threads import to_its_end

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rc_types.global_settings import RooCodeSettings
    from rc_types.ports import TaskLinkFactory, TaskOutcome

    from rc_evals.agents.meeting import Meeting
    from rc_evals.agents.port import Stage
    from rc_evals.redaction import Redaction
    from rc_evals.sandbox.port import Exit

AFTERWORD_SECONDS: Final = 2.0
"""For the last events of a host that has exited, and for the exit of one that has hung up."""

OVERTIME: Final = 10.0
"""Seconds that a host has when its time is up: five to stop its task, five from SIGTERM on (spec 7.5, 24.6)."""

SOCKET_VARIABLES: Final = ("ROO_CODE_IPC_SOCKET_PATH", "KILO_IPC_SOCKET_PATH")
"""Where both products look for their socket's path (spec 7.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RooAgent:
    """Starts a host for every attempt, has it work on the exercise, and ends it.

    Attributes:
        command: starts the host; one that takes `{prompt_file}` starts the task by itself (spec 8).
        open_link: opens the link to it.
        settings: sent with the task; the host of a task of its own gets none.
        environment: variables that the user wants the host to have.
        mounts: folders that the host needs in the sandbox.
        redaction: knows the keys among these.
        details: recorded with the run.
    """

    command: CommandLine
    open_link: TaskLinkFactory
    settings: RooCodeSettings
    environment: Mapping[str, str] = field(repr=False)
    mounts: tuple[Path, ...]
    redaction: Redaction
    details: Mapping[str, str]

    @property
    def begins_by_itself(self) -> bool:
        """Whether the host gets its task from its command line and not from us."""
        return self.command.names("prompt_file")

    @property
    def facts(self) -> AgentFacts:
        """See `Agent.facts`."""
        used = not self.begins_by_itself
        return AgentFacts(name="roo", version=__version__, settings_used=used, details=self.details)

    async def solve(self, stage: Stage) -> AgentEnd:
        """Start the host, drive it to the end of the task, and see to its end."""
        with meeting_at(stage) as meeting:
            host = asyncio.create_task(self._run_host(stage, meeting), name="rc-evals-host")
            drive = Drive(
                stage,
                meeting,
                host,
                open_link=self.open_link,
                settings=None if self.begins_by_itself else self.settings,
            )
            driving = asyncio.create_task(drive.run(), name="rc-evals-drive")
            try:
                await asyncio.wait({host, driving}, return_when=asyncio.FIRST_COMPLETED)
                end = await self._conclude(host, driving)
            finally:
                await _ended(driving, host)
        if not host.cancelled():
            host.result()  # raises what the platform has failed with, not the agent
        if end.reason is EndReason.COMPLETED:
            return replace(end, worked_ms=drive.worked_ms)
        return replace(end, error="; ".join(part for part in (end.error, drive.trouble) if part))

    async def _run_host(self, stage: Stage, meeting: Meeting) -> Exit:
        paths = stage.paths
        sockets = dict.fromkeys(SOCKET_VARIABLES, meeting.seen_by_host)
        return await stage.execute(
            self.command.argv(workspace=paths.workspace, prompt_file=paths.prompt_file, socket=meeting.seen_by_host),
            environment={**self.environment, **sockets, "RC_EVALS_PROMPT_FILE": paths.prompt_file},
            mounts=self.mounts,
            overtime=OVERTIME,
        )

    async def _conclude(self, host: asyncio.Task[Exit], driving: asyncio.Task[TaskOutcome | AgentEnd]) -> AgentEnd:
        """Bring together what was said and how the host ended; one of the two has come to its end."""
        if not driving.done():
            await asyncio.wait({driving}, timeout=AFTERWORD_SECONDS)
        if not driving.done():
            return end_without_word(host.result().code, begins_by_itself=self.begins_by_itself)
        driven = driving.result()
        is_gone = (
            driven.reason is EndReason.AGENT_ERROR if isinstance(driven, AgentEnd) else driven.kind == "disconnected"
        )
        if is_gone:
            await asyncio.wait({host}, timeout=AFTERWORD_SECONDS)
        code = host.result().code if host.done() else None
        if not isinstance(driven, AgentEnd):
            return ending(driven, code, begins_by_itself=self.begins_by_itself)
        if is_gone and code is not None:
            return end_without_word(code, begins_by_itself=self.begins_by_itself)
        return replace(driven, exit_code=code)


def make_roo(
    arguments: Mapping[str, str], settings: Mapping[str, object], env: Mapping[str, str], *, link: str = "unix"
) -> RooAgent:
    """Return the agent that arguments from a command line describe.

    Args:
        arguments: see the registry.
        settings: of the run, without keys.
        env: our environment; only variables that the arguments name are handed on.
        link: name of the provider of the port.

    Raises:
        UnknownAgentError: an argument is missing or wrong.
        AgentUnavailableError: nobody provides the link.
    """
    if "command" not in arguments:
        raise UnknownAgentError("agent roo needs --agent-arg command='PROGRAM ... {socket}', which starts the host")
    options = host_options(arguments, settings, env)
    try:
        open_link = load_task_link(link)
    except TaskLinkMissingError as error:
        raise AgentUnavailableError(f"agent roo: {error}") from error
    return RooAgent(
        command=CommandLine(arguments["command"]),
        open_link=open_link,
        settings=options.settings,
        environment=options.environment,
        mounts=options.mounts,
        redaction=options.redaction,
        details=options.details,
    )


async def _ended(*tasks: asyncio.Task[object]) -> None:
    """Cancel tasks and return once all have ended."""
    for task in tasks:
        task.cancel()
    await to_its_end(asyncio.wait(tasks))
