"""The agent `roo` with a host that the test plays: a program that only holds the socket, and a link in memory."""

import asyncio
import errno
import os
import shlex
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn, TypeVar

from rc_evals import InfrastructureError
from rc_evals.agents.command_line import CommandLine
from rc_evals.agents.host_settings import configuration
from rc_evals.agents.port import AgentEnd
from rc_evals.agents.roo import RooAgent
from rc_evals.redaction import NOTHING_SECRET
from rc_evals.sandbox.port import Exit
from rc_evals.testing import RecordingStage, make_exercise
from rc_types.events import Message, TaskEvent, TaskIdle, TaskStarted
from rc_types.ipc import StartNewTask, TaskCommand
from rc_types.message import ClineMessage
from rc_types.ports import TaskLink
from rc_types.task import TaskId
from rc_types.testing.memory import MemoryAssistant

C = TypeVar("C")

TASK = TaskId("0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77")

PATIENCE = 20.0
"""Seconds for any one thing that must happen."""

_HOLDS_THE_SOCKET = """
import os, pathlib, signal, socket, sys
pathlib.Path("pid").write_text(str(os.getpid()))
with socket.socket(socket.AF_UNIX) as place:
    place.bind(sys.argv[1])
    place.listen()
    signal.pause()
"""
HOST = shlex.join((sys.executable, "-c", _HOLDS_THE_SOCKET, "{socket}"))


@dataclass
class WatchedStage(RecordingStage):
    """A stage that tells when it was told something."""

    stirred: asyncio.Event = field(default_factory=asyncio.Event)

    def emit(self, event: TaskEvent) -> None:
        super().emit(event)
        self.stirred.set()

    async def told(self, count: int) -> None:
        """Wait until it was told so many events."""
        async with asyncio.timeout(PATIENCE):
            while len(self.events) < count:
                self.stirred.clear()
                await self.stirred.wait()


class FullStage(WatchedStage):
    """A stage on a full disk."""

    def emit(self, event: TaskEvent) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class UndyingStage(WatchedStage):
    """A stage whose processes cannot be killed."""

    async def execute(
        self,
        argv: tuple[str, ...],
        *,
        environment: Mapping[str, str] | None = None,
        mounts: tuple[Path, ...] = (),
        overtime: float = 0.0,
    ) -> Exit:
        try:
            return await super().execute(argv, environment=environment, mounts=mounts, overtime=overtime)
        except asyncio.CancelledError:
            raise InfrastructureError("processes 7 do not die") from None


@dataclass
class Scene:
    """The agent at work, and the far end of its link."""

    agent: RooAgent
    stage: WatchedStage
    assistant: MemoryAssistant = field(default_factory=MemoryAssistant)
    linked: list[tuple[str, int | None]] = field(default_factory=list[tuple[str, int | None]])
    """With which address and user a link was opened."""
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    working: asyncio.Task[AgentEnd] | None = None

    def begin(self) -> None:
        """Let the agent work."""
        self.working = asyncio.create_task(self.agent.solve(self.stage))

    async def end(self) -> AgentEnd:
        """Return how it ended."""
        if self.working is None:
            self.begin()
        assert self.working is not None
        async with asyncio.timeout(PATIENCE):
            return await self.working

    async def hear(self, kind: type[C]) -> C:
        """Wait for the next command, which must be of the kind."""
        async with asyncio.timeout(PATIENCE):
            command: TaskCommand = await self.assistant.hear()
        assert isinstance(command, kind)
        return command

    async def start(self) -> StartNewTask:
        """Let the agent work until its task has started."""
        self.begin()
        command = await self.hear(StartNewTask)
        await self.tell(TaskStarted.of(TASK))
        return command

    async def tell(self, *events: TaskEvent) -> None:
        """Say these, as the host."""
        for event in events:
            await self.assistant.emit(event)

    async def present(self) -> None:
        """Present a result."""
        await self.tell(asking("completion_result"), TaskIdle.of(TASK))


def asking(ask: str, text: str = "", *, ts: int = 1) -> Message:
    """Return the event of a question."""
    return Message.of(TASK, "created", ClineMessage(ts=ts, type="ask", ask=ask, text=text))


def saying(say: str, *, partial: bool = False, ts: int = 1) -> Message:
    """Return the event of a message that nobody has to answer."""
    return Message.of(TASK, "created", ClineMessage(ts=ts, type="say", say=say, text="x", partial=partial))


def make_scene(folder: Path) -> Scene:
    """Return the agent before its work, on a stage without a sandbox, in an empty folder."""
    exercise = make_exercise(folder, {"a.py": "stub\n"})
    workspace = folder / "place" / "sample"
    workspace.mkdir(parents=True)

    @asynccontextmanager
    async def open_link(address: str, /, *, uid: int | None = None) -> AsyncGenerator[TaskLink]:
        scene.linked.append((address, uid))
        scene.opened.set()
        try:
            yield scene.assistant.link
        finally:
            await scene.assistant.link.aclose()

    agent = RooAgent(
        command=CommandLine(HOST),
        open_link=open_link,
        settings=configuration({}, {}, {}),
        environment={},
        mounts=(),
        redaction=NOTHING_SECRET,
        details={},
    )
    scene = Scene(agent, WatchedStage(exercise, workspace))
    return scene


def with_command(scene: Scene, command: str) -> None:
    """Let the agent start another host."""
    scene.agent = replace(scene.agent, command=CommandLine(command))
