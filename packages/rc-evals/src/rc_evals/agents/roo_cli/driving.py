"""Has the program of one attempt work on its task: greet, start, wait for the end, take leave."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from rc_types.cli import RooCliCancelCommand, RooCliShutdownCommand, RooCliStartCommand

from rc_evals.agents.port import AgentEnd
from rc_evals.agents.roo_cli.course import CANCEL, CANCEL_SECONDS, START
from rc_evals.outcomes import EndReason

if TYPE_CHECKING:
    from rc_types.cli import RooCliInputCommand
    from rc_types.global_settings import RooCodeSettings

    from rc_evals.agents.port import Stage
    from rc_evals.agents.roo_cli.channel import Channel
    from rc_evals.agents.roo_cli.course import Outcome
    from rc_evals.agents.roo_cli.hearing import Hearing
    from rc_evals.sandbox.port import Exit

GREETING_SECONDS: Final = 60.0
"""Until the program has to say that it listens: it loads the whole assistant first (spec 24.6)."""

CLOSE_SECONDS: Final = 2.0
"""For the program to end by itself (spec 7.6)."""

_UNDONE: Final = frozenset({"aborted", "disconnected"})


class Drive:
    """One program and one task.

    Args:
        stage: of the attempt.
        channel: to the program.
        program: runs in the sandbox.
        hearing: reads what it prints.
        settings: to start the task with.
    """

    def __init__(
        self, stage: Stage, channel: Channel, program: asyncio.Task[Exit], hearing: Hearing, settings: RooCodeSettings
    ) -> None:
        self._stage, self._channel, self._program = stage, channel, program
        self._hearing, self._settings = hearing, settings
        self._deadline = asyncio.get_running_loop().time() + stage.seconds

    async def run(self) -> Outcome | AgentEnd:
        """Return what the task has come to. The program may still run then, but was asked to end."""
        too_late = AgentEnd(EndReason.TIMEOUT, f"the agent was not done after {self._stage.seconds:g} s")
        try:
            async with asyncio.timeout_at(self._deadline):
                outcome = await self._work()
            if self._hearing.is_cancelled and not isinstance(outcome, AgentEnd) and outcome.kind in _UNDONE:
                outcome = too_late  # by a controller that has died since
        except TimeoutError:
            await self._tell(RooCliCancelCommand.of(CANCEL), CANCEL_SECONDS, self._hearing.outcome)
            outcome = too_late
        await self._tell(RooCliShutdownCommand.of("shutdown"), CLOSE_SECONDS, self._program)
        return outcome

    async def _work(self) -> Outcome | AgentEnd:
        greeting, outcome = self._hearing.greeting, self._hearing.outcome
        signs: set[asyncio.Future[Any]] = {greeting, outcome}
        await asyncio.wait(signs, timeout=GREETING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if outcome.done():  # it has ended, or never stops talking
            return outcome.result()
        if not greeting.done():
            problem = "is its command a `roo` that knows --stdin-prompt-stream?"
            said = f"the program has not said that it listens after {GREETING_SECONDS:g} s; {problem}"
            return AgentEnd(EndReason.AGENT_ERROR, said)
        if misfit := greeting.result():
            return AgentEnd(EndReason.AGENT_ERROR, misfit)
        starting = asyncio.create_task(self._start(), name="rc-evals-start")
        try:
            return await asyncio.shield(outcome)
        finally:
            starting.cancel()  # of a program that has ended, or never reads

    async def _start(self) -> None:
        """Send the task, unless a controller before us has done that."""
        if not self._hearing.is_begun:
            prompt, task = self._stage.exercise.prompt, self._stage.task_id
            start = RooCliStartCommand.of(START, prompt, task_id=task, configuration=self._settings)
            await self._channel.write(start.to_json())

    async def _tell(self, command: RooCliInputCommand, seconds: float, until: asyncio.Future[Any]) -> None:
        """Send a command, and wait for what it is to bring about, if it does in time."""
        if self._program.done():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._channel.write(command.to_json())
                await asyncio.wait({until})
