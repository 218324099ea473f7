"""For tests of agents and suites: an exercise made of strings, and a stage that records what an agent does on it."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from rc_types.task import TaskId

from rc_evals.agents.port import Paths
from rc_evals.sandbox.port import Exit
from rc_evals.suites.model import Exercise, SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_types.events import TaskEvent


SAMPLE_TASK: Final = TaskId("00000000-0000-4000-8000-000000000000")


def make_exercise(
    folder: Path,
    files: Mapping[str, str],
    *,
    language: str = "python",
    name: str = "sample",
    tests: frozenset[str] = frozenset(),
    reference: Mapping[str, str] | None = None,
) -> Exercise:
    """Write an exercise into `folder` and return it, as a suite would.

    Args:
        folder: an empty folder for the files.
        files: path in the workspace to content.
        language: its language.
        name: its name.
        tests: those of `files` that decide the verdict.
        reference: path in the workspace to content of the solution, None for an exercise without any.
    """
    return Exercise(
        language=language,
        name=name,
        prompt="Solve it.",
        files=_write(folder / "exercise", files),
        shared=(),
        tests=tests,
        reference=None if reference is None else _write(folder / "reference", reference),
    )


def _write(folder: Path, files: Mapping[str, str]) -> tuple[SourceFile, ...]:
    written: list[SourceFile] = []
    for path, content in sorted(files.items()):
        source = folder / path
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(content, encoding="utf-8")
        written.append(SourceFile(PurePosixPath(path), source))
    return tuple(written)


@dataclass
class RecordingStage:
    """A stage without any isolation: for agents that you trust. Implements `agents.port.Stage`."""

    exercise: Exercise
    workspace: Path
    task_id: TaskId = SAMPLE_TASK
    events: list[TaskEvent] = field(default_factory=list["TaskEvent"])
    """What the agent told, in order."""
    output: bytes = b""
    """What its commands wrote."""
    seconds: float = 60.0
    """What the agent is told about its time; nothing here ends it."""

    @property
    def paths(self) -> Paths:
        """The real paths; the prompt lies beside the workspace."""
        prompt = self.workspace.parent / "_prompt.md"
        prompt.write_text(self.exercise.prompt, encoding="utf-8")
        return Paths(workspace=str(self.workspace), prompt_file=str(prompt), channel=str(self.channel))

    @property
    def channel(self) -> Path:
        """A folder beside the workspace."""
        folder = self.workspace.parent / "_channel"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    async def execute(
        self,
        argv: tuple[str, ...],
        *,
        environment: Mapping[str, str] | None = None,
        mounts: tuple[Path, ...] = (),
        overtime: float = 0.0,
    ) -> Exit:
        """Run the command on this machine; a caller that is cancelled kills it, and what it started."""
        del mounts, overtime  # nothing is hidden, and nothing ends
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=self.workspace,
            env={**os.environ, **(environment or {})},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            output, _ = await process.communicate()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):  # it has ended, and a child that left its group holds the output
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            raise
        self.output += output
        code = process.returncode or 0
        return Exit(code if code >= 0 else 128 - code)

    def log(self, text: bytes) -> None:
        """Keep it among the output."""
        self.output += text

    def emit(self, event: TaskEvent) -> None:
        """Remember the event."""
        self.events.append(event)
