"""The examples of the IPC spec, section 16, byte for byte; a frame wraps each in `{"type":"message","data":...}`."""

from typing import Final

import pytest
from rc_types.events import (
    CommandInfo,
    CommandsResponse,
    EvalPass,
    Message,
    ModeInfo,
    ModesResponse,
    TaskCompleted,
    TaskCreated,
    task_event,
)
from rc_types.global_settings import RooCodeSettings
from rc_types.ipc import (
    Ack,
    AckMessage,
    CancelTask,
    ClientId,
    CloseTask,
    DeleteQueuedMessage,
    GetModes,
    IpcMessage,
    NewTask,
    ResumeTask,
    SendMessage,
    StartNewTask,
    TaskCommandMessage,
    TaskEventMessage,
    ipc_message,
    task_command,
)
from rc_types.message import ClineMessage, TokenUsage
from rc_types.task import TaskId
from rc_types.tool import ToolAttempts

CLIENT: Final = ClientId("9f86d081884c")
TASK: Final = TaskId("0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77")

EXAMPLES: Final[dict[str, tuple[IpcMessage, str]]] = {
    "W1": (
        AckMessage.of(Ack(client_id=CLIENT, pid=4242, ppid=4100)),
        '{"type":"Ack","origin":"server","data":{"clientId":"9f86d081884c","pid":4242,"ppid":4100}}',
    ),
    "W2": (
        TaskCommandMessage.of(
            CLIENT,
            StartNewTask(
                command_name="StartNewTask",
                data=NewTask(
                    configuration=RooCodeSettings(
                        api_provider="openrouter",
                        open_router_model_id="anthropic/claude-sonnet-4",
                        model_temperature=None,
                        auto_approval_enabled=True,
                        allowed_commands=["*"],
                        mode="code",
                    ),
                    text="Naïve “test” 😀\nwith a\fform feed",
                    images=["data:image/png;base64,iVBORw0KGgo="],
                    new_tab=False,
                ),
            ),
        ),
        (
            '{"type":"TaskCommand","origin":"client","clientId":"9f86d081884c","data":{"commandName":"StartNewTask","data":'
            '{"configuration":{"apiProvider":"openrouter","openRouterModelId":"anthropic/claude-sonnet-4","modelTemperature"'
            ':null,"autoApprovalEnabled":true,"allowedCommands":["*"],"mode":"code"},"text":"Naïve “test” 😀\\n'
            'with a\\fform feed","images":["data:image/png;base64,iVBORw0KGgo="],"newTab":false}}}'
        ),
    ),
    "W3": (
        TaskCommandMessage.of(CLIENT, ResumeTask.of(TASK)),
        (
            '{"type":"TaskCommand","origin":"client","clientId":"9f86d081884c","data":{"commandName":"ResumeTask","data":'
            '"0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77"}}'
        ),
    ),
    "W4": (
        TaskCommandMessage.of(CLIENT, CancelTask(command_name="CancelTask")),
        '{"type":"TaskCommand","origin":"client","clientId":"9f86d081884c","data":{"commandName":"CancelTask"}}',
    ),
    "W5": (
        TaskCommandMessage.of(CLIENT, SendMessage.of("go on")),
        (
            '{"type":"TaskCommand","origin":"client","clientId":"9f86d081884c","data":{"commandName":"SendMessage","data":'
            '{"text":"go on"}}}'
        ),
    ),
    "W6": (
        TaskCommandMessage.of(CLIENT, GetModes.of()),
        '{"type":"TaskCommand","origin":"client","clientId":"9f86d081884c","data":{"commandName":"GetModes"}}',
    ),
    "W7": (
        TaskEventMessage.of(TaskCreated.of(TASK)),
        (
            '{"type":"TaskEvent","origin":"server","data":{"eventName":"taskCreated","payload":['
            '"0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77"]}}'
        ),
    ),
    "W8": (
        TaskEventMessage.of(
            Message.of(
                TASK,
                "updated",
                ClineMessage(ts=1760000000123, type="say", say="text", text="Reading “a.py” …", partial=True),
            )
        ),
        (
            '{"type":"TaskEvent","origin":"server","data":{"eventName":"message","payload":[{"taskId":'
            '"0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77","action":"updated","message":{"ts":1760000000123,"type":"say","say":'
            '"text","text":"Reading “a.py” …","partial":true}}]}}'
        ),
    ),
    "W9": (
        TaskEventMessage.of(
            TaskCompleted.of(
                TASK,
                TokenUsage(
                    total_tokens_in=48213,
                    total_tokens_out=1907,
                    total_cache_writes=20480,
                    total_cache_reads=262144,
                    total_cost=0.187425,
                    context_tokens=31744,
                ),
                {
                    "read_file": ToolAttempts(attempts=4, failures=0),
                    "apply_diff": ToolAttempts(attempts=3, failures=1),
                    "attempt_completion": ToolAttempts(attempts=1, failures=0),
                },
            )
        ),
        (
            '{"type":"TaskEvent","origin":"server","data":{"eventName":"taskCompleted","payload":['
            '"0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77",{"totalTokensIn":48213,"totalTokensOut":1907,"totalCacheWrites":20480,'
            '"totalCacheReads":262144,"totalCost":0.187425,"contextTokens":31744},{"read_file":{"attempts":4,"failures":0},'
            '"apply_diff":{"attempts":3,"failures":1},"attempt_completion":{"attempts":1,"failures":0}},{"isSubtask":false}]}}'
        ),
    ),
    "W10": (
        TaskEventMessage.of(
            ModesResponse.of([ModeInfo(slug="code", name="💻 Code"), ModeInfo(slug="ask", name="❓ Ask")])
        ),
        (
            '{"type":"TaskEvent","origin":"server","data":{"eventName":"modesResponse","payload":[[{"slug":"code","name":'
            '"💻 Code"},{"slug":"ask","name":"❓ Ask"}]]}}'
        ),
    ),
    "W11": (
        TaskEventMessage.of(
            CommandsResponse.of([CommandInfo(name="init", source="built-in", file_path="<built-in:init>")])
        ),
        (
            '{"type":"TaskEvent","origin":"server","data":{"eventName":"commandsResponse","payload":[[{"name":"init",'
            '"source":"built-in","filePath":"<built-in:init>"}]]}}'
        ),
    ),
    "W12": (
        TaskEventMessage.of(EvalPass.of(42)),
        '{"type":"TaskEvent","origin":"server","data":{"eventName":"evalPass","taskId":42}}',
    ),
    "W13": (
        TaskEventMessage.of(
            Message.of(
                TASK, "updated", ClineMessage(ts=1, type="say", say="text", text="half an emoji \ud83d", partial=True)
            )
        ),
        (
            '{"type":"TaskEvent","origin":"server","data":{"eventName":"message","payload":[{"taskId":'
            '"0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77","action":"updated","message":{"ts":1,"type":"say","say":"text","text":'
            '"half an emoji \\ud83d","partial":true}}]}}'
        ),
    ),
}

each_example = pytest.mark.parametrize(("message", "text"), EXAMPLES.values(), ids=EXAMPLES)


@each_example
def test_a_message_goes_out_exactly_so(message: IpcMessage, text: str) -> None:
    assert message.to_json() == text.encode()
    assert ipc_message.to_json(message) == text.encode()


@each_example
def test_a_message_that_comes_in_goes_out_unchanged(message: IpcMessage, text: str) -> None:
    """IPC spec R-3."""
    assert ipc_message.from_json(text) == message
    assert ipc_message.to_json(ipc_message.from_json(text)) == text.encode()


@pytest.mark.parametrize("command", [CancelTask, CloseTask])
def test_old_hosts_are_told_which_task_is_meant(command: type[CancelTask | CloseTask]) -> None:
    """IPC spec 5, compatibility: `data` is required up to 3.46.1."""
    name = command.__name__
    assert command.of(TASK).to_wire() == {"commandName": name, "data": TASK}
    assert command.of().to_wire() == {"commandName": name, "data": ""}
    assert TaskCommandMessage.of(CLIENT, command.of(TASK)).to_wire()["data"] == {"commandName": name, "data": TASK}


@pytest.mark.parametrize("data", ["t-1", 5, None, {}])
def test_what_todays_hosts_drop_from_a_command_is_dropped(data: object) -> None:
    assert task_command.from_wire({"commandName": "CloseTask", "data": data}).to_wire() == {"commandName": "CloseTask"}


def test_constructors_leave_out_what_was_not_given() -> None:
    assert SendMessage.of().to_wire() == {"commandName": "SendMessage", "data": {}}
    assert DeleteQueuedMessage.of("m-1").to_wire() == {"commandName": "DeleteQueuedMessage", "data": "m-1"}
    assert StartNewTask.of("hi").to_wire() == {
        "commandName": "StartNewTask",
        "data": {"configuration": {}, "text": "hi"},
    }


def test_the_id_of_an_evaluation_is_a_number_and_no_task_id() -> None:
    """IPC spec Q11."""
    event = task_event.from_json('{"eventName":"taskStarted","payload":["t-1"],"taskId":7}')
    assert event.eval_task_id == 7
    assert event.to_wire() == {"eventName": "taskStarted", "payload": ["t-1"], "taskId": 7}
