"""What upstream's own client makes of the tools that a host names (IPC spec 13, Q12)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc._session import FrameLimits, event_frame
from rc_types.events import TaskCreated, read_task_event, task_event
from rc_types.task import TaskId
from rc_types.tool import TOOL_NAMES

SPENT = {"totalTokensIn": 1, "totalTokensOut": 1, "totalCost": 0, "contextTokens": 1}

counts = st.fixed_dictionaries({"attempts": st.integers(0, 99), "failures": st.integers(0, 99)})
usages = st.dictionaries(st.sampled_from([*TOOL_NAMES, "browser_action", "tool_of_tomorrow"]), counts)


def as_sent(event: dict[str, Any]) -> dict[str, Any]:
    """Return what a host sends that was given the event by another one."""
    known = read_task_event(event)
    frame = event_frame(known, limits=FrameLimits())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # known
    sent: dict[str, Any] = json.loads(frame[:-1])["data"]["data"]
    return sent


@given(usage=usages, name=st.sampled_from(["taskCompleted", "taskTokenUsageUpdated"]))
def test_upstream_accepts_each_usage_and_counts_as_many_calls(usage: dict[str, dict[str, int]], name: str) -> None:
    """Q12: a taskCompleted that is dropped for a new tool is waited for for ever."""
    rest = [{"isSubtask": False}] if name == "taskCompleted" else []
    sent = as_sent({"eventName": name, "payload": ["t", SPENT, usage, *rest]})
    assert task_event.from_wire(sent, flavor="roo").event_name == name
    told = sent["payload"][2]
    for what in ("attempts", "failures"):
        assert sum(each[what] for each in told.values()) == sum(each[what] for each in usage.values())
    assert {tool: told[tool] for tool in usage if tool in TOOL_NAMES[:-1]} == {
        tool: each for tool, each in usage.items() if tool in TOOL_NAMES[:-1]
    }
    assert sent["payload"][:2] == ["t", SPENT]
    assert sent["payload"][3:] == rest


@pytest.mark.parametrize(("tool", "told"), [("edit", "edit"), ("tool_of_tomorrow", "custom_tool")])
def test_upstream_accepts_the_failure_of_each_tool(tool: str, told: str) -> None:
    """Q12."""
    sent = as_sent({"eventName": "taskToolFailed", "payload": ["t", tool, "no such file"], "taskId": 7})
    assert sent == {"eventName": "taskToolFailed", "payload": ["t", told, "no such file"], "taskId": 7}
    assert task_event.from_wire(sent, flavor="roo").event_name == "taskToolFailed"


def test_other_events_go_out_as_they_are() -> None:
    """Q12: and omit nothing else."""
    assert as_sent(TaskCreated.of(TaskId("t")).to_wire()) == TaskCreated.of(TaskId("t")).to_wire()
