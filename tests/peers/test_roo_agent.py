"""The agent `roo` of rc-evals with hosts on the real transport: node-ipc, and upstream's schema of every message."""

import shlex
from pathlib import Path

import pytest
from rc_evals import EndReason
from rc_evals.agents.roo import make_roo
from rc_evals.testing import RecordingStage, make_exercise
from rc_types.events import TaskTokenUsageUpdated

pytestmark = pytest.mark.needs("node")


@pytest.fixture
def stage(tmp_path: Path) -> RecordingStage:
    workspace = tmp_path / "place" / "sample"
    workspace.mkdir(parents=True)
    return RecordingStage(make_exercise(tmp_path, {"a.py": "stub\n"}), workspace)


@pytest.mark.parametrize("script", ["default", "gui", "legacy", "late-ack"])
async def test_a_task_is_driven_to_its_result(stage: RecordingStage, node_folder: Path, script: str) -> None:
    """Spec 9.8: hosts that complete a task by themselves, and hosts that only present its result."""
    command = ("node", str(node_folder / "peer-server.mjs"), "{socket}", "--script", script)
    end = await make_roo({"command": shlex.join(command)}, {}, {}).solve(stage)
    assert (end.reason, end.error) == (EndReason.COMPLETED, ""), stage.output.decode()
    assert any(isinstance(event, TaskTokenUsageUpdated) for event in stage.events)
    assert '"StartNewTask"' in stage.output.decode()
    assert '"CloseTask"' in stage.output.decode()


async def test_a_task_that_began_by_itself_is_followed(stage: RecordingStage, node_folder: Path) -> None:
    """Spec 8: the command-line host."""
    command = ("node", str(node_folder / "peer-server.mjs"), "{socket}", "--script", "cli", "{prompt_file}")
    end = await make_roo({"command": shlex.join(command)}, {}, {}).solve(stage)
    assert (end.reason, end.error) == (EndReason.COMPLETED, "")
    assert any(isinstance(event, TaskTokenUsageUpdated) for event in stage.events)
    assert stage.exercise.prompt not in stage.output.decode(), "nobody has sent it the task again"
