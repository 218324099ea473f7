"""What the types promise; checked by mypy and pyright, never run."""

from typing import Literal, assert_never, assert_type

from rc_types import cloud, ports, telemetry
from rc_types.events import AnyTaskEvent, TaskCompleted, TaskEvent, UnknownTaskEvent, read_task_event, task_event
from rc_types.ipc import (
    AckMessage,
    CancelTask,
    CloseTask,
    DeleteQueuedMessage,
    GetCommands,
    GetModels,
    GetModes,
    IpcMessage,
    ResumeTask,
    SendMessage,
    StartNewTask,
    TaskCommand,
    TaskCommandMessage,
    TaskEventMessage,
    ipc_message,
    task_command,
)
from rc_types.message import ClineMessage, TokenUsage
from rc_types.model import ModelInfo
from rc_types.ports import LinkedTask, TaskLink, TaskOutcomeKind, load_task_link
from rc_types.task import TaskId


async def links_speak_in_events(link: TaskLink) -> None:
    async for event in link.events():
        assert_type(event, AnyTaskEvent)


async def links_give_tasks_and_tasks_come_to_something(link: TaskLink) -> None:
    task = await link.start("Make the tests pass")
    assert_type(task, LinkedTask)
    assert_type(await link.attach(), LinkedTask)
    assert_type((await task.wait("settled")).kind, TaskOutcomeKind)


async def a_factory_opens_a_link() -> None:
    async with load_task_link("unix")("/tmp/host.sock") as link:
        assert_type(link, TaskLink)


def upstreams_interfaces_fit_the_narrower_ports(
    client: telemetry.TelemetryClient,
    provider: telemetry.TelemetryPropertiesProvider,
    auth: cloud.AuthService,
    settings: cloud.SettingsService,
) -> tuple[
    ports.TelemetryClient,
    ports.TelemetryPropertiesConsumer,
    ports.TelemetryPropertiesProvider,
    ports.AuthService,
    ports.SettingsService,
]:
    return client, client, provider, auth, settings


def codecs_know_what_they_read(text: bytes) -> None:
    assert_type(task_event.from_json(text), TaskEvent)
    assert_type(task_command.from_wire({}), TaskCommand)
    assert_type(ipc_message.from_json(text), IpcMessage)
    assert_type(ClineMessage.from_json(text), ClineMessage)


def events_narrow_by_class(raw: object) -> None:
    event = read_task_event(raw)
    if isinstance(event, TaskCompleted):
        assert_type(event.task_id, TaskId)
        assert_type(event.token_usage, TokenUsage)
        assert_type(event.event_name, Literal["taskCompleted"])
    if isinstance(event, UnknownTaskEvent):
        assert_type(event.event_name, str)


def a_match_over_a_union_is_exhaustive(message: IpcMessage, command: TaskCommand) -> str:
    told: str
    match message:
        case AckMessage():
            told = message.data.client_id
        case TaskCommandMessage():
            told = message.client_id
        case TaskEventMessage():
            told = message.data.event_name
        case _:
            assert_never(message)
    match command:
        case StartNewTask():
            return command.data.text
        case SendMessage():
            return command.data.text or told
        case ResumeTask() | DeleteQueuedMessage():
            return command.data
        case CancelTask() | CloseTask() | GetCommands() | GetModes() | GetModels():
            return command.command_name
        case _:
            assert_never(command)


def an_absent_member_reads_as_none(message: ClineMessage, model: ModelInfo) -> None:
    assert_type(message.text, str | None)
    assert_type(message.images, list[str] | None)
    assert_type(model.max_tokens, int | float | None)


def messages_carry_commands(message: TaskCommandMessage) -> None:
    assert_type(message.data, TaskCommand)
