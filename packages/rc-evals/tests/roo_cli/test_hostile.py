"""Whatever a program prints is followed to its end, and all that comes of it can be kept."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals.agents.roo_cli.chat import Chat
from rc_evals.agents.roo_cli.course import START, Course
from rc_evals.agents.roo_cli.lines import Lines, Stray
from rc_evals.meter import Meter
from rc_types.cli import ROO_CLI_COMMAND_NAMES, ROO_CLI_EVENT_TYPES
from rc_types.message import CLINE_ASKS
from rc_types.task import TaskId

text = st.text(max_size=5)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.just(10**300)
subtypes = st.sampled_from(
    ["init", "ack", "done", "error", "tool", "command", "mcp", "snapshot", "boo", "", *CLINE_ASKS]
)
tool_uses = st.fixed_dictionaries({"name": text}, optional={"input": st.dictionaries(text, text | numbers)})
tool_results = st.fixed_dictionaries(
    {"name": text}, optional={"output": text, "error": text, "exitCode": numbers, "boo": text}
)
events: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"type": st.sampled_from([*ROO_CLI_EVENT_TYPES, "boo"])},
    optional={
        "subtype": subtypes,
        "requestId": st.sampled_from([START, "", "boo"]),
        "command": st.sampled_from(ROO_CLI_COMMAND_NAMES),
        "taskId": text,
        "code": text,
        "content": text,
        "success": st.booleans(),
        "id": numbers,
        "done": st.booleans(),
        "schemaVersion": numbers,
        "protocol": text,
        "tool_use": tool_uses,
        "tool_result": tool_results,
        "cost": st.fixed_dictionaries({"totalCost": numbers}),
        "boo": text | numbers,
    },
)


@settings(deadline=None)
@given(st.lists(events))
def test_whatever_a_program_says_it_goes_on(said: list[dict[str, Any]]) -> None:
    """Law 7: what an agent says must never pass for a failure of the platform."""
    lines, chat, course, meter = Lines(), Chat(TaskId("root")), Course(TaskId("root")), Meter()
    stream = "".join(f"{json.dumps(event)}\n" for event in said).encode()
    told = [*lines.feed(stream), *lines.end()]
    assert len(told) == len(said)
    for line in told:
        if not isinstance(line, Stray):
            course.hear(line, 0.0)
            for event in chat.take(line):
                assert event.to_json()
                meter.observe(event)
    for event in chat.end():
        assert event.to_json()
    assert course.last().kind
