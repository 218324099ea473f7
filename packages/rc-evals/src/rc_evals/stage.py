"""What the agent of an attempt gets to see and to use (see `agents.port.Stage`)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, cast

from rc_evals import artifacts
from rc_evals.agents.port import AgentEnd, Paths
from rc_evals.languages.commands import environment as environment_of
from rc_evals.meter import Meter
from rc_evals.outcomes import EndReason
from rc_evals.sandbox.port import Job, Limits
from rc_evals.threads import in_thread, to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rc_types.events import TaskEvent
    from rc_types.task import TaskId

    from rc_evals.attempt import Assignment, Hooks, Ledger
    from rc_evals.sandbox.port import Exit, Running

CANCEL_GRACE: Final = 5.0
"""Seconds between asking a command to end and killing it (spec 24.6)."""
ENDING_SECONDS: Final = 3 * CANCEL_GRACE
"""What an agent has beyond its time to end in good order: a word to its host, SIGTERM, SIGKILL (spec 24.6)."""
PROMPT_FILE: Final = "_prompt.md"
CHANNEL: Final = "_channel"


class AttemptStage:
    """What the agent of one attempt gets to see (see `agents.port.Stage`)."""

    def __init__(self, task: Assignment, hooks: Hooks, ledger: Ledger, workspace: Path) -> None:
        self._task, self._hooks, self._ledger = task, hooks, ledger
        self._place = workspace.parent
        self._redaction = task.agent.redaction
        self._meter = Meter(self._redaction)
        self._transcript = artifacts.Transcript(task.artifacts)
        self.workspace, self.channel = workspace, self._place / CHANNEL
        self.seconds = task.agent_seconds
        self.exercise = task.exercise
        task_id = str(uuid.uuid5(uuid.NAMESPACE_OID, task.token))
        self.task_id = cast("TaskId", task_id)  # the type alone: its module costs a quarter of a second
        self.cut: AgentEnd | None = None
        """Set when the sandbox, not the agent, ended the work."""
        self.failure: OSError | None = None
        """Why what the agent does cannot be kept."""
        self.on_failure: Callable[[], None] = lambda: None
        """Called when there is a failure: an agent need not go on then."""

    @property
    def paths(self) -> Paths:
        """See `agents.port.Stage`."""
        inside = self._task.sandbox.inside(self._place)
        return Paths(
            workspace=f"{inside}/{self.workspace.name}",
            prompt_file=f"{inside}/{PROMPT_FILE}",
            channel=f"{inside}/{CHANNEL}",
        )

    async def execute(
        self,
        argv: tuple[str, ...],
        *,
        environment: Mapping[str, str] | None = None,
        mounts: tuple[Path, ...] = (),
        overtime: float = 0.0,
    ) -> Exit:
        """See `agents.port.Stage`."""
        task, inside = self._task, self._task.sandbox.inside(self._place)
        variables = environment_of(task.language, task.toolchain, workspace=self.paths.workspace, place=inside)
        log = task.artifacts / artifacts.AGENT_LOG
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        running = await task.sandbox.start(
            Job(
                argv=argv,
                place=self._place,
                cwd=self.paths.workspace,
                output=log,
                limits=Limits(wall_seconds=task.agent_seconds + overtime),
                token=task.token,
                writable=(self.workspace.name, CHANNEL),
                beside=task.toolchain.beside,
                mounts=(*task.toolchain.mounts, *mounts),
                environment={**variables, **(environment or {})},
            )
        )
        try:
            await self._hooks.phase("running", running.identity)
            exit_ = await running.wait()
        finally:
            await to_its_end(self._conclude(running))
        if exit_.timed_out:
            explanation = f"the agent was not done after {task.agent_seconds:g} s"
            self.cut = AgentEnd(EndReason.TIMEOUT, explanation, exit_.code)
        elif exit_.limit:
            self.cut = AgentEnd(EndReason.LIMIT, f"the agent went over its limit of {exit_.limit}", exit_.code)
        return exit_

    async def _conclude(self, running: Running) -> None:
        """End what is left of a command, and take secrets out of what it said."""
        await running.stop(grace_seconds=CANCEL_GRACE)
        await in_thread(artifacts.close_log, self._task.artifacts, self._redaction)

    def log(self, text: bytes) -> None:
        """See `agents.port.Stage`."""
        with (self._task.artifacts / artifacts.AGENT_LOG).open("ab") as log:
            log.write(self._redaction.data(text))

    def emit(self, event: TaskEvent) -> None:
        """See `agents.port.Stage`."""
        try:
            self._transcript.add(self._redaction.data(event.to_json()))
        except OSError as error:
            self.failure = error
            self.on_failure()
        if self._meter.observe(event):
            self._ledger.usage = self._meter.total
            if self._ledger.usage is not None:
                self._hooks.usage(self._ledger.usage)

    def close(self) -> None:
        """Close the transcript."""
        self._transcript.close()
