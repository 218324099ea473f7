"""The agent `roo` and hosts of rc-ipc: found through the entry point, joined by a real socket, without a sandbox."""

import asyncio
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rc_evals import EndReason
from rc_evals.agents.roo import RooAgent, make_roo
from rc_evals.testing import RecordingStage, make_exercise
from rc_types.events import TaskTokenUsageUpdated

MakeAgent = Callable[..., RooAgent]

RC_IPC = Path(sys.executable).with_name("rc-ipc")

SLOW_ANSWER = """
title = "a host whose settings answer the question after a while"
extends = "since-3.51"

[parts]
work = [
  { message = { ask = "followup", text = '{"question":"Which file?"}', partial = false } },
  { event = "taskInteractive" },
  { event = "taskAskResponded" },
]
"""


@pytest.fixture
def stage(tmp_path: Path) -> RecordingStage:
    workspace = tmp_path / "place" / "sample"
    workspace.mkdir(parents=True)
    return RecordingStage(make_exercise(tmp_path, {"a.py": "stub\n"}), workspace)


@pytest.fixture
def agent(tmp_path: Path) -> MakeAgent:
    """Make the agent with a host that follows a script: the name of a ready-made one, or a text."""

    def make(script: str, *, pace: float = 0.0) -> RooAgent:
        if "\n" in script:
            (tmp_path / "host.toml").write_text(script, encoding="utf-8")
            script = str(tmp_path / "host.toml")
        command = (str(RC_IPC), "serve", "{socket}", "--script", script, "--pace", str(pace))
        return make_roo({"command": shlex.join(command)}, {"mode": "ask"}, {})

    return make


async def test_a_task_is_solved_through_the_port_alone(stage: RecordingStage, agent: MakeAgent) -> None:
    """Law 2: rc-evals and rc-ipc meet at `rc_types.task_link`."""
    end = await agent("since-3.51").solve(stage)
    assert (end.reason, end.error) == (EndReason.COMPLETED, "")
    assert sum(isinstance(event, TaskTokenUsageUpdated) for event in stage.events) == 1
    assert stage.exercise.prompt in stage.output.decode()


async def test_a_question_without_an_answer_is_the_end(
    stage: RecordingStage, agent: MakeAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spec 9.8, Q18."""
    monkeypatch.setattr("rc_evals.agents.driving.ANSWER_SECONDS", 0.2)
    end = await agent("asking").solve(stage)
    assert end.reason is EndReason.NEEDS_INPUT
    assert "the host asks followup" in end.error
    assert "Which file?" in end.error


async def test_a_question_that_the_hosts_settings_answer_is_waited_for(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 9.8: only the idle questions end an attempt at once."""
    end = await agent(SLOW_ANSWER, pace=0.1).solve(stage)
    assert (end.reason, end.error) == (EndReason.COMPLETED, "")


async def test_usage_of_sub_tasks_is_told_under_their_own_names(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 24.7: a maximum within one task, a sum over tasks."""
    script = """
title = "a host whose parent and child both use something"
extends = "subtasks"

[parts]
present = [
  { do = "usage" },
  { message = { ask = "completion_result", text = "" } },
  { event = "taskIdle" },
]
"""
    assert (await agent(script).solve(stage)).reason is EndReason.COMPLETED
    assert len({event.task_id for event in stage.events if isinstance(event, TaskTokenUsageUpdated)}) == 2


async def test_a_host_that_never_pauses_leaves_time_for_others(stage: RecordingStage, agent: MakeAgent) -> None:
    """Law 7: a hostile host does not block the controller. Before the first reader only so much is kept."""
    count = 15_000
    event = {"eventName": "taskModeSwitched", "payload": ["t-1", "code"]}
    frame = {"type": "message", "data": {"type": "TaskEvent", "origin": "server", "data": event}}
    flood = (json.dumps(frame) + "\f") * count
    script = f"""
title = "a flood"
extends = "since-3.51"
task_ids = ["t-1"]

[parts]
work = [{{ bytes = {json.dumps(flood)} }}]
"""
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += bool(stage.events)

    others = asyncio.create_task(take_turns())
    try:
        end = await agent(script).solve(stage)
    finally:
        others.cancel()
    assert (end.reason, end.error) == (EndReason.COMPLETED, "")
    assert sum(event.event_name == "taskModeSwitched" for event in stage.events) > count // 2
    assert turns > count // 2
