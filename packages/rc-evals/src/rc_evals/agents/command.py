"""Any command line as an agent: run in the sandbox, done when it exits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rc_types.events import TaskAborted, TaskCompleted, TaskIdle, TaskStarted, TaskTokenUsageUpdated

from rc_evals import __version__
from rc_evals.agents.command_line import CommandLine
from rc_evals.agents.port import AgentEnd, AgentFacts
from rc_evals.agents.usage_file import UsageFileError, read_usage
from rc_evals.outcomes import EndReason
from rc_evals.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.agents.port import Stage


class CommandAgent:
    """Runs a command line with `{workspace}` and `{prompt_file}` filled in.

    Args:
        command: see `CommandLine`. It runs in the workspace.
        usage_file: path in the workspace of a JSON file that the command may leave (see `usage_file`), or None.
        environment: variables of the user's that the command gets; their values are kept nowhere.

    Raises:
        UnknownAgentError: the command line cannot be split or is empty.
    """

    def __init__(
        self, command: str, *, usage_file: str | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        self._command = CommandLine(command)
        self._usage_file, self._environment = usage_file, dict(environment or {})
        self.redaction = Redaction(self._environment.values())
        self.facts = AgentFacts(name="command", version=__version__, adoptable=True, details={"command": command})

    async def solve(self, stage: Stage) -> AgentEnd:
        """Run the command and judge its end by its exit code."""
        stage.emit(TaskStarted.of(stage.task_id))
        exit_ = await stage.execute(
            self._command.argv(workspace=stage.paths.workspace, prompt_file=stage.paths.prompt_file),
            environment={**self._environment, "RC_EVALS_PROMPT_FILE": stage.paths.prompt_file},
        )
        usage, problem = self._usage(stage)
        if exit_.code != 0:
            stage.emit(TaskAborted.of(stage.task_id))
            return AgentEnd(EndReason.AGENT_ERROR, problem or f"the command exited with {exit_.code}", exit_.code)
        if usage is None:
            stage.emit(TaskIdle.of(stage.task_id))
        else:
            stage.emit(TaskCompleted.of(stage.task_id, usage.token_usage, usage.tool_usage))
        return AgentEnd(error=problem, exit_code=0)

    def _usage(self, stage: Stage) -> tuple[TaskTokenUsageUpdated | None, str]:
        """Return what the command says it used, or what is wrong with what it says."""
        if self._usage_file is None:
            return None, ""
        try:
            usage = read_usage(stage.workspace, self._usage_file, stage.task_id)
        except UsageFileError as error:
            return None, str(error)
        stage.emit(usage)
        return usage, ""
