"""Line protocol of the stand-alone command line (types spec 3.2)."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_types import InvalidWireError
from rc_types.cli import (
    ROO_CLI_COMMAND_NAMES,
    RooCliCancelCommand,
    RooCliControlEvent,
    RooCliFinalOutput,
    RooCliInputCommand,
    RooCliMessageCommand,
    RooCliPingCommand,
    RooCliShutdownCommand,
    RooCliStartCommand,
    RooCliStreamEvent,
    roo_cli_input_command,
)
from rc_types.global_settings import RooCodeSettings
from rc_types.task import TaskId

TASK = TaskId("018f7fc8-7c96-7f7c-98aa-2ec4ff7f6d87")

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
)
FOREIGN = st.dictionaries(
    st.sampled_from(["request_id", "task_id", "model_extra", "to_wire", "retry", "$schema", ""]),
    SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.sampled_from("ab"), SCALARS, max_size=2),
    max_size=4,
)


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (
            RooCliStartCommand.of("r1", "Solve it", task_id=TASK, configuration=RooCodeSettings(mode="code")),
            {
                "command": "start",
                "requestId": "r1",
                "prompt": "Solve it",
                "taskId": TASK,
                "configuration": {"mode": "code"},
            },
        ),
        (RooCliStartCommand.of("r1", "Go"), {"command": "start", "requestId": "r1", "prompt": "Go"}),
        (
            RooCliMessageCommand.of("r2", "Yes", images=["data:,x"]),
            {"command": "message", "requestId": "r2", "prompt": "Yes", "images": ["data:,x"]},
        ),
        (RooCliCancelCommand.of("r3"), {"command": "cancel", "requestId": "r3"}),
        (RooCliPingCommand.of("r4"), {"command": "ping", "requestId": "r4"}),
        (RooCliShutdownCommand.of("r5"), {"command": "shutdown", "requestId": "r5"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_command_goes_out_exactly_so(command: RooCliInputCommand, line: dict[str, Any]) -> None:
    assert json.loads(command.to_json()) == line
    assert roo_cli_input_command.from_wire(line) == command
    assert b"\n" not in command.to_json()


def test_there_is_a_command_for_every_name() -> None:
    models = get_args(get_args(RooCliInputCommand)[0])
    names = [name for model in models for name in get_args(model.model_fields["command"].annotation)]
    assert tuple(names) == ROO_CLI_COMMAND_NAMES


def test_a_command_without_an_id_for_its_answers_is_refused() -> None:
    with pytest.raises(InvalidWireError, match="requestId must have at least 1 character"):
        roo_cli_input_command.from_wire({"command": "ping", "requestId": ""})


@pytest.mark.parametrize("around", [" ", "\n", "\u00a0", "\ufeff", "\u3000\t"])
def test_white_space_around_the_id_of_a_task_is_removed(around: str) -> None:
    """S4 and S6: the case of the id stays."""
    command = RooCliStartCommand.from_wire(
        {"command": "start", "requestId": "r", "prompt": "", "taskId": f"{around}{TASK.upper()}{around}"}
    )
    assert command.task_id == TASK.upper()


@pytest.mark.parametrize(
    "text", ["", "t-1", f"\u0085{TASK}", f"\x1c{TASK}", TASK.replace("-7f7c", "-9f7c"), f"{TASK} x"]
)
def test_a_task_is_not_started_under_an_id_that_is_no_uuid(text: str) -> None:
    """S4 and S6: U+0085 and U+001C are white space for Python only."""
    with pytest.raises(InvalidWireError, match=r"taskId must be a UUID"):
        RooCliStartCommand.from_wire({"command": "start", "requestId": "r", "prompt": "", "taskId": text})


@given(foreign=FOREIGN)
def test_an_event_keeps_every_key_that_it_does_not_know(foreign: dict[str, Any]) -> None:
    """U1; also keys that are spelled like Python's names of known ones."""
    line = {"type": "control", "subtype": "ack", "requestId": "r1", **foreign}
    for event in (RooCliStreamEvent, RooCliControlEvent):
        assert event.from_wire(line).to_wire() == line
        assert json.loads(event.from_json(json.dumps(line)).to_json()) == line
        assert event.from_wire(line).model_extra == foreign
        assert event.from_wire(line).request_id == "r1"


def test_objects_inside_of_an_event_drop_what_they_do_not_know() -> None:
    """U1."""
    line = {"tool_use": {"name": "n", "x": 1}, "cost": {"totalCost": 1, "x": 1}, "queue": [{"id": "q", "x": 1}]}
    wire = RooCliStreamEvent.from_wire(line).to_wire()
    assert wire == {"tool_use": {"name": "n"}, "cost": {"totalCost": 1}, "queue": [{"id": "q"}]}


def test_the_final_output_drops_unknown_keys_while_its_events_keep_theirs() -> None:
    """Types spec 3.2, `rooCliFinalOutputSchema`."""
    line = {"type": "result", "success": True, "x": 1, "events": [{"type": "user", "x": 1}]}
    wire = RooCliFinalOutput.from_wire(line).to_wire()
    assert wire == {"type": "result", "success": True, "events": [{"type": "user", "x": 1}]}


def test_what_no_javascript_program_can_have_sent_is_no_extra_either() -> None:
    """J1 and J3."""
    assert RooCliStreamEvent.from_json('{"__proto__":{"a":1},"b":1}').to_wire() == {"b": 1}
    with pytest.raises(InvalidWireError, match=r"retry\S* must hold finite numbers"):
        RooCliStreamEvent.from_wire({"retry": [float("nan")]})
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(InvalidWireError, match=r"retry must not be nested deeper"):
        RooCliStreamEvent.from_wire({"retry": endless})


def test_a_control_event_says_which_command_it_is_about() -> None:
    ack = {"type": "control", "subtype": "ack", "requestId": "r1"}
    for key in ack:
        with pytest.raises(InvalidWireError, match=f"{key} is missing"):
            RooCliControlEvent.from_wire({other: value for other, value in ack.items() if other != key})
