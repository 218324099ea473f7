"""The agent `roo-cli`: starts the program for every attempt, has it work on the exercise, and ends it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rc_types.global_settings import RooCodeSettings

from rc_evals import __version__
from rc_evals.agents.command_line import CommandLine
from rc_evals.agents.endings import ending
from rc_evals.agents.host_settings import host_options
from rc_evals.agents.port import AgentEnd, AgentFacts
from rc_evals.agents.roo_cli.channel import channel_of
from rc_evals.agents.roo_cli.course import CANCEL_SECONDS
from rc_evals.agents.roo_cli.driving import CLOSE_SECONDS, Drive
from rc_evals.agents.roo_cli.hearing import Hearing
from rc_evals.outcomes import EndReason
from rc_evals.threads import to_its_end

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.agents.host_settings import HostOptions
    from rc_evals.agents.port import Stage
    from rc_evals.agents.roo_cli.channel import Channel
    from rc_evals.agents.roo_cli.course import Outcome
    from rc_evals.redaction import Redaction
    from rc_evals.sandbox.port import Exit

PROGRAM: Final = "roo"

STREAM: Final = ("--print", "--output-format", "stream-json", "--stdin-prompt-stream")
"""Flags that make it listen for commands and tell events (spec 22.1)."""

FOLLOWUP: Final = "ask_followup_question"
"""The tool whose questions nobody answers in a stream (spec 22.6)."""

PROVIDERS: Final = ("anthropic", "openai-native", "gemini", "openrouter", "vercel-ai-gateway", "roo")
"""What the program takes as `--provider` (spec 22.1); any other one it only gets with the settings of the task."""

OVERTIME: Final = CANCEL_SECONDS + CLOSE_SECONDS + 5.0
"""Seconds that the program has when its time is up: to stop its task, to end, and from SIGTERM on (spec 24.6)."""

READ_SECONDS: Final = 5.0
"""For what a program has printed to be read once it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RooCliAgent:
    """Starts the program for every attempt. Why so: decision 0028."""

    command: CommandLine
    """Starts it; the flags of the stream come behind."""
    options: HostOptions

    @property
    def redaction(self) -> Redaction:
        """See `Agent.redaction`."""
        return self.options.redaction

    @property
    def facts(self) -> AgentFacts:
        """See `Agent.facts`."""
        details = {"command": PROGRAM, **self.options.details}
        return AgentFacts(name="roo-cli", version=__version__, settings_used=True, adoptable=True, details=details)

    async def solve(self, stage: Stage) -> AgentEnd:
        """Start the program, drive it to the end of the task, and see to its own end.

        On a stage whose program a dead controller has started, what it has printed so far tells how things stand.
        """
        with channel_of(stage) as channel:
            program = asyncio.create_task(self._run(stage, channel), name="rc-evals-program")
            hearing = Hearing(stage, channel, program)
            drive = Drive(stage, channel, program, hearing, self.options.settings)
            reading = asyncio.create_task(hearing.run(), name="rc-evals-hearing")
            driving = asyncio.create_task(drive.run(), name="rc-evals-drive")
            try:
                await asyncio.wait({driving, reading}, return_when=asyncio.FIRST_COMPLETED)
                if reading.done():
                    reading.result()  # raises what could not be kept; else the program is gone
                driven = await driving
            finally:
                await to_its_end(_ended(driving, program, reading))
        if not reading.cancelled():
            reading.result()
        code = None if program.cancelled() else program.result().code  # or raises what the platform has failed with
        return _end(driven, code, hearing)

    async def _run(self, stage: Stage, channel: Channel) -> Exit:
        settings = self.options.settings
        flags = [("--provider", settings.api_provider if settings.api_provider in PROVIDERS else None)]
        flags += [("--model", settings.api_model_id or settings.open_router_model_id), ("--mode", settings.mode)]
        given = [word for flag, value in flags if value for word in (flag, value)]
        argv = self.command.argv(workspace=stage.paths.workspace)
        return await stage.execute(
            channel.joined((*argv, *STREAM, "--workspace", stage.paths.workspace, *given)),
            environment={**self.options.environment, "HOME": channel.home_inside},
            mounts=self.options.mounts,
            overtime=OVERTIME,
        )


def make_roo_cli(arguments: Mapping[str, str], settings: Mapping[str, object], env: Mapping[str, str]) -> RooCliAgent:
    """Return the agent that arguments from a command line describe.

    Args:
        arguments: see the registry.
        settings: of the run, without keys.
        env: our environment; only variables that the arguments name are handed on.

    Raises:
        UnknownAgentError: an argument is wrong.
    """
    options = host_options(arguments, settings, env)
    disabled = [*(options.settings.disabled_tools or ()), FOLLOWUP]
    unasking = RooCodeSettings.from_wire({**options.settings.to_wire(), "disabledTools": list(dict.fromkeys(disabled))})
    return RooCliAgent(
        command=CommandLine(arguments.get("command", PROGRAM)), options=replace(options, settings=unasking)
    )


async def _ended(driving: asyncio.Task[object], program: asyncio.Task[Exit], reading: asyncio.Task[None]) -> None:
    """End the program, read what it has still printed, and return once nothing runs any more."""
    driving.cancel()
    program.cancel()
    await asyncio.wait({driving, program})
    await asyncio.wait({reading}, timeout=READ_SECONDS)
    reading.cancel()
    await asyncio.wait({reading})


def _end(driven: Outcome | AgentEnd, code: int | None, hearing: Hearing) -> AgentEnd:
    end = driven if isinstance(driven, AgentEnd) else ending(driven, code, begins_by_itself=False)
    if end.reason is EndReason.COMPLETED:
        unknown = "" if hearing.is_usage_known else "what it used is unknown: the program has left no ui_messages.json"
        return replace(end, exit_code=code, error=unknown, worked_ms=hearing.worked_ms)
    return replace(end, exit_code=code, error="; ".join(part for part in (end.error, hearing.trouble) if part))
