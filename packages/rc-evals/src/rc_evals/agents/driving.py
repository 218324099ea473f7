"""Drives the host of one attempt: connect, start the task or attach to it, follow it to its end, take leave."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from rc_types.ipc import CloseTask
from rc_types.message import is_interactive_ask

from rc_evals.agents.following import Following
from rc_evals.agents.port import AgentEnd
from rc_evals.outcomes import EndReason

if TYPE_CHECKING:
    from collections.abc import Generator

    from rc_types.global_settings import RooCodeSettings
    from rc_types.ports import LinkedTask, TaskLink, TaskLinkFactory, TaskOutcome

    from rc_evals.agents.meeting import Meeting
    from rc_evals.agents.port import Stage
    from rc_evals.sandbox.port import Exit

START_SECONDS: Final = 60.0
"""Until the host's socket has to be there (spec 24.6): an editor may be slow to come up."""

ANSWER_SECONDS: Final = 60.0
"""For the host's own settings to answer a question that they may answer."""

CLOSE_SECONDS: Final = 2.0
"""For the host to save and close by itself (spec 7.6)."""

CANCEL_SECONDS: Final = 5.0
"""For a task to stop when it is asked to (spec 7.5)."""

READ_SECONDS: Final = 2.0
"""For what has arrived to be read once the link is closed."""


class _HostError(Exception):
    """The host does not do what a host does; the text is the evidence."""


class Drive:
    """One host and one task.

    Args:
        stage: of the attempt.
        meeting: where the host serves.
        host: its program.
        open_link: opens the link to it.
        settings: to start the task with; None attaches to the one that the host begins by itself.
    """

    def __init__(
        self,
        stage: Stage,
        meeting: Meeting,
        host: asyncio.Task[Exit],
        *,
        open_link: TaskLinkFactory,
        settings: RooCodeSettings | None,
    ) -> None:
        self._stage, self._meeting, self._host = stage, meeting, host
        self._open_link, self._settings = open_link, settings
        self._deadline = asyncio.get_running_loop().time() + stage.seconds
        self._following = Following(stage)
        self._gap = ""
        self._link: TaskLink | None = None
        self._task: LinkedTask | None = None

    @property
    def trouble(self) -> str:
        """What else is worth knowing of an attempt that went wrong; empty for nothing."""
        return "; ".join(part for part in (self._following.trouble, self._gap) if part)

    @property
    def worked_ms(self) -> int | None:
        """How long the host worked on the task, as far as it told."""
        return self._following.worked_ms

    async def run(self) -> TaskOutcome | AgentEnd:
        """Return how the task stands at its end, or why there was none."""
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout_at(self._deadline):
                    outcome = await self._work(stack)
            except TimeoutError:
                await self._cancel()
                return AgentEnd(EndReason.TIMEOUT, f"the agent was not done after {self._stage.seconds:g} s")
            except _HostError as error:
                return AgentEnd(EndReason.AGENT_ERROR, str(error))
            if outcome.kind != "disconnected":
                self._gap = self._following.broken_off
                await self._take_leave()
        return outcome

    async def _work(self, stack: AsyncExitStack) -> TaskOutcome:
        address = await self._come_up()
        stack.push_async_callback(self._following.end, within=READ_SECONDS)  # after the link: what has come is read
        with _at("cannot connect to the host"):
            opening = self._open_link(address, uid=self._meeting.uid)
            self._link = link = await stack.enter_async_context(opening)
        self._task = task = await self._begin(link)
        self._following.begin(task.events())
        return await self._outcome_of(task)

    async def _come_up(self) -> str:
        """Return the address of the host once it has one."""
        patience = asyncio.timeout(START_SECONDS)
        try:
            async with patience:
                return await self._meeting.address()
        except TimeoutError:
            problem = "does its command take {socket}, or the variable ROO_CODE_IPC_SOCKET_PATH?"
            raise _HostError(f"the host has opened no socket after {START_SECONDS:g} s; {problem}") from None

    async def _begin(self, link: TaskLink) -> LinkedTask:
        if self._settings is None:
            with _at("the host has begun no task"):
                return await link.attach()
        with _at("the host has not started the task"):
            return await link.start(self._stage.exercise.prompt, self._settings)

    async def _outcome_of(self, task: LinkedTask) -> TaskOutcome:
        """Wait for the end; a question that the host's settings may answer is one only after a while."""
        while True:
            self._following.expect_news()
            outcome = await task.wait("settled")
            if outcome.kind != "needs_input" or not is_interactive_ask(outcome.ask or ""):
                return outcome
            if not await self._following.has_news(within=ANSWER_SECONDS):
                return outcome

    async def _cancel(self) -> None:
        """Ask the task to stop: what it uses from then on is not ours to count. A dead link is fine."""
        if self._task is not None:
            with suppress(Exception):  # the port leaves its errors to its provider
                async with asyncio.timeout(CANCEL_SECONDS):
                    await self._task.cancel()

    async def _take_leave(self) -> None:
        """Let an editor save its files and close; hosts without a window do nothing."""
        if self._link is not None and self._task is not None:
            with suppress(Exception):  # as above
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._link.send(CloseTask.of(self._task.task_id))
                    await asyncio.wait({self._host})


@contextmanager
def _at(problem: str) -> Generator[None]:
    """Translate whatever a provider raises: the port leaves its errors to it."""
    try:
        yield
    except Exception as error:
        raise _HostError(f"{problem}: {error}") from error
