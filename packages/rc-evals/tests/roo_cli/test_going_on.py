"""A program whose controller has died, and another one that goes on with it."""

import asyncio
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rc_evals import EndReason
from rc_evals.agents.port import AgentEnd
from rc_evals.agents.roo_cli import RooCliAgent
from rc_evals.agents.roo_cli.channel import channel_of
from rc_evals.sandbox.port import Exit
from rc_evals.testing import RecordingStage, write_scripted_roo
from rc_types.events import Message, TaskCompleted, TaskStarted

MakeAgent = Callable[..., RooCliAgent]

PATIENCE = 20.0
USED = {"usage": [{"tokensIn": 100, "tokensOut": 20, "cost": 0.25}]}
START = {"command": "start", "requestId": "start"}


@dataclass
class LeftStage(RecordingStage):
    """A stage on which a dead controller has started the program."""

    process: asyncio.subprocess.Process | None = None

    async def execute(
        self,
        argv: tuple[str, ...],
        *,
        environment: Mapping[str, str] | None = None,
        mounts: tuple[Path, ...] = (),
        overtime: float = 0.0,
    ) -> Exit:
        assert self.process is not None
        try:
            return Exit(await self.process.wait())
        except asyncio.CancelledError:
            self.process.kill()
            await self.process.wait()
            raise


async def leave(stage: RecordingStage, program: str, *said: Mapping[str, Any], until: str) -> LeftStage:
    """Be the controller that starts a program, says something, and dies once it has heard a text."""
    left = LeftStage(stage.exercise, stage.workspace)
    with channel_of(left) as channel:
        assert channel.is_new
        argv = channel.joined((*program.split(), *FLAGS, "--workspace", str(left.workspace)))
        left.process = await asyncio.create_subprocess_exec(*argv, env={"HOME": channel.home_inside})
        for command in said:
            await channel.write(json.dumps({**command, "taskId": left.task_id}).encode())
        heard = b""
        async with asyncio.timeout(PATIENCE):
            while until.encode() not in heard:
                heard += channel.read()
                await asyncio.sleep(0.01)
    return left


FLAGS = ("--print", "--output-format", "stream-json", "--stdin-prompt-stream")


def prompts(stage: RecordingStage) -> list[str | None]:
    """Return what the program was asked to do."""
    return [event.message.text for event in stage.events if isinstance(event, Message)][:1]


async def solve(agent: RooCliAgent, stage: RecordingStage) -> AgentEnd:
    async with asyncio.timeout(PATIENCE):
        return await agent.solve(stage)


async def test_a_task_that_was_begun_is_followed_from_its_beginning_and_not_asked_for_again(
    stage: RecordingStage, agent: MakeAgent, tmp_path: Path
) -> None:
    """What the numbers force, 4: adopted instead of paid for again; all of it is told once more."""
    gate = tmp_path / "gate"
    steps = (USED, {"shell": f"until [ -e {gate} ]; do sleep 0.05; done"}, {"text": "later"}, {"complete": "Done."})
    program = write_scripted_roo(tmp_path / "program", *steps)
    left = await leave(stage, program, {**START, "prompt": "the first one's"}, until='"user"')
    going_on = asyncio.create_task(solve(agent(*steps), left))
    gate.touch()
    end = await going_on
    assert (end.reason, end.error, end.exit_code) == (EndReason.COMPLETED, "", 0)
    assert end.worked_ms is None, "nobody has heard the beginning as it came"
    assert prompts(left) == ["the first one's"]
    assert [type(event) for event in left.events].count(TaskStarted) == 1
    assert isinstance(left.events[-1], TaskCompleted)


async def test_a_program_that_has_ended_meanwhile_is_only_read(
    stage: RecordingStage, agent: MakeAgent, tmp_path: Path
) -> None:
    """Spec 24.5: nobody has read what it printed last, and it is there all the same."""
    steps = (USED, {"event": {"type": "result", "success": True, "done": True}}, {"exit": 0})
    program = write_scripted_roo(tmp_path / "program", *steps)
    left = await leave(stage, program, {**START, "prompt": "x"}, until='"init"')
    assert left.process is not None
    await left.process.wait()
    assert (await solve(agent(*steps), left)).reason is EndReason.COMPLETED
    assert isinstance(left.events[-1], TaskCompleted)


async def test_a_program_that_nobody_has_given_its_task_gets_it(
    stage: RecordingStage, agent: MakeAgent, tmp_path: Path
) -> None:
    """A controller may die at any moment, also between the greeting and the task."""
    program = write_scripted_roo(tmp_path / "program", USED, {"complete": "Done."})
    left = await leave(stage, program, until='"init"')
    assert (await solve(agent(USED, {"complete": "Done."}), left)).reason is EndReason.COMPLETED
    assert prompts(left) == [stage.exercise.prompt]


async def test_a_task_that_was_cancelled_by_a_controller_that_died_then_was_too_slow(
    stage: RecordingStage, agent: MakeAgent, tmp_path: Path
) -> None:
    """Only the end of its time has a task cancelled: that is not the agent's failure."""
    program = write_scripted_roo(tmp_path / "program", {"wait": True})
    cancel = {"command": "cancel", "requestId": "cancel"}
    left = await leave(stage, program, {**START, "prompt": "x"}, cancel, until="task_aborted")
    end = await solve(agent({"wait": True}), left)
    assert (end.reason, end.error) == (EndReason.TIMEOUT, "the agent was not done after 60 s")


@pytest.mark.parametrize("mischief", ["remove", "replace", "empty"])
async def test_a_program_that_has_removed_what_joins_it_to_us_is_ended(
    stage: RecordingStage, agent: MakeAgent, tmp_path: Path, mischief: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 7: it harms itself only; nothing that it put there is followed, and nobody waits for ever."""
    monkeypatch.setattr("rc_evals.agents.roo_cli.driving.GREETING_SECONDS", 0.3)
    monkeypatch.setattr("rc_evals.agents.roo_cli.driving.CLOSE_SECONDS", 0.2)
    program = write_scripted_roo(tmp_path / "program", {"wait": True})
    left = await leave(stage, program, {**START, "prompt": "x"}, until='"user"')
    (tmp_path / "elsewhere").write_text('{"type":"system","subtype":"init"}\n', encoding="utf-8")
    for name in ("commands", "events.jsonl", "home"):
        path = left.channel / name
        if mischief != "remove" or name != "home":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if mischief == "replace":
            path.symlink_to(tmp_path / "elsewhere")
    end = await solve(agent({"wait": True}), left)
    assert (end.reason, end.exit_code) == (EndReason.AGENT_ERROR, None)
    assert left.process is not None
    assert left.process.returncode is not None
    assert left.events == []
