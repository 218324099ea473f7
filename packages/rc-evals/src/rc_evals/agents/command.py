"""Any command line as an agent: run in the sandbox, done when it exits."""

from __future__ import annotations

import shlex
from importlib.metadata import version
from typing import TYPE_CHECKING

from rc_types.events import TaskAborted, TaskCompleted, TaskIdle, TaskStarted, TaskTokenUsageUpdated

from rc_evals._errors import UnknownAgentError
from rc_evals.agents.port import AgentEnd, AgentFacts
from rc_evals.agents.usage_file import UsageFileError, read_usage
from rc_evals.outcomes import EndReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.agents.port import Paths, Stage


class CommandAgent:
    """Runs `command` with `{workspace}` and `{prompt_file}` filled in, split as a shell would, without a shell.

    Args:
        command: the command line; at least one word. It runs in the workspace. `sh -c "..."` when a shell is wanted.
        usage_file: path in the workspace of a JSON file that the command may leave (see `usage_file`), or None.

    Raises:
        UnknownAgentError: the command line cannot be split or is empty.
    """

    def __init__(self, command: str, *, usage_file: str | None = None) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise UnknownAgentError(f"agent command: cannot split {command!r} ({error})") from error
        if not self._words:
            raise UnknownAgentError("agent command: the command line is empty; say --agent-arg command='PROGRAM ...'")
        self._usage_file = usage_file
        self.facts = AgentFacts(name="command", version=version("rc-evals"), details={"command": command})

    async def solve(self, stage: Stage) -> AgentEnd:
        """Run the command and judge its end by its exit code."""
        stage.emit(TaskStarted.of(stage.task_id))
        exit_ = await stage.execute(
            self._argv(stage.paths), environment={"RC_EVALS_PROMPT_FILE": stage.paths.prompt_file}
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

    def _argv(self, paths: Paths) -> tuple[str, ...]:
        values = {"workspace": paths.workspace, "prompt_file": paths.prompt_file}
        return tuple(_fill(word, values) for word in self._words)


def _fill(word: str, values: Mapping[str, str]) -> str:
    """Replace the known placeholders; other braces are the command's own business."""
    for name, value in values.items():
        word = word.replace("{" + name + "}", value)
    return word
