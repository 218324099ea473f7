"""Tasks and their hosts (types spec 3.23)."""

import subprocess
import sys

import pytest
from rc_types import InvalidWireError
from rc_types.task import CreateTaskOptions, ProviderProfileInfo, TaskId, TaskMessageChange, TaskStatus


def test_what_a_creator_does_not_decide_is_left_to_the_host() -> None:
    assert CreateTaskOptions().to_wire() == {}
    chosen = CreateTaskOptions(task_id=TaskId("t-1"), start_task=False, experiments={"imageGeneration": True})
    assert chosen.to_wire() == {"taskId": "t-1", "startTask": False, "experiments": {"imageGeneration": True}}


def test_a_first_status_is_one_of_the_history() -> None:
    with pytest.raises(InvalidWireError, match="initialStatus"):
        CreateTaskOptions.from_wire({"initialStatus": TaskStatus.RUNNING})


def test_a_task_tells_of_its_chat_without_naming_itself() -> None:
    """Types spec 4, quirk 3: tables of one process and tuples of the wire differ."""
    message = {"ts": 1, "type": "say", "say": "text"}
    change = TaskMessageChange.from_wire({"action": "created", "message": message, "taskId": "t-1"})
    assert change.to_wire() == {"action": "created", "message": message}


def test_a_profile_may_have_no_provider_yet() -> None:
    """Types spec 4, quirk 15: the event of the wire insists on one."""
    assert ProviderProfileInfo.from_wire({"name": "default"}).provider is None


def test_a_task_id_costs_no_settings() -> None:
    """Types spec 5.6; the settings' models take longer to declare than everything else together."""
    code = "import sys, rc_types.task; print(*(name for name in sys.modules if name.endswith('_settings')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""
