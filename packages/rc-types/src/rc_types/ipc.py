"""Messages on the assistant's control socket: greeting, commands, events. Source: types spec 3.16, IPC spec 4 and 5.

`task_command` and `ipc_message` accept and refuse exactly what upstream does; events that upstream would refuse are for
`rc_types.events.read_task_event`.
"""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, NewType, Self, TypeAlias

from pydantic import Field, PlainValidator

from rc_types._base import Omittable, WireModel, given, tag_of
from rc_types._codec import WireCodec
from rc_types._scalars import Array, Number
from rc_types.events import TaskEvent
from rc_types.global_settings import RooCodeSettings
from rc_types.task import TaskId

ClientId = NewType("ClientId", str)
"""Names one connection to a host; upstream draws 12 hexadecimal digits for each."""


class IpcMessageType(StrEnum):
    """Kinds of messages; the first two are local notifications and never travel."""

    CONNECT = "Connect"
    DISCONNECT = "Disconnect"
    ACK = "Ack"
    TASK_COMMAND = "TaskCommand"
    TASK_EVENT = "TaskEvent"


class IpcOrigin(StrEnum):
    """Who sent a message."""

    CLIENT = "client"
    SERVER = "server"


class TaskCommandName(StrEnum):
    """What a client may ask of the host."""

    START_NEW_TASK = "StartNewTask"
    CANCEL_TASK = "CancelTask"
    CLOSE_TASK = "CloseTask"
    RESUME_TASK = "ResumeTask"
    SEND_MESSAGE = "SendMessage"
    GET_COMMANDS = "GetCommands"
    GET_MODES = "GetModes"
    GET_MODELS = "GetModels"
    DELETE_QUEUED_MESSAGE = "DeleteQueuedMessage"


class Ack(WireModel):
    """The host's greeting."""

    client_id: ClientId
    pid: Number
    """Process of the host."""
    ppid: Number
    """Its parent."""


class NewTask(WireModel):
    """What a new task shall do, and with which settings."""

    configuration: RooCodeSettings
    """The host makes these its user's settings for good; send only what is needed."""
    text: str
    images: Omittable[Array[str]] = None
    """Data URIs."""
    new_tab: Omittable[bool] = None


class UserMessage(WireModel):
    """What the user says to the running task."""

    text: Omittable[str] = None
    images: Omittable[Array[str]] = None
    """Data URIs."""


class StartNewTask(WireModel):
    """Open a task; the host answers with `taskCreated`, not to the command itself."""

    command_name: Literal["StartNewTask"]
    data: NewTask

    @classmethod
    def of(cls, text: str, *, configuration: RooCodeSettings | None = None, images: list[str] | None = None) -> Self:
        """Ask for a task with this text.

        Args:
            text: The prompt; a host never starts a task that has neither text nor images.
            configuration: Settings to change first; none by default.
            images: Data URIs that belong to the prompt.
        """
        settings = RooCodeSettings() if configuration is None else configuration
        task = NewTask(configuration=settings, text=text, **given(images=images))
        return cls(command_name="StartNewTask", data=task)


def _dropped(_data: object) -> None:
    return None


def _is_none(data: object) -> bool:
    return data is None


class _EndTask(WireModel):
    command_name: Any
    data: Annotated[TaskId | None, PlainValidator(_dropped), Field(exclude_if=_is_none)] = None
    """Only written, for hosts up to 3.46.1, which insist on it; today's drop it, and so does reading here."""

    @classmethod
    def of(cls, task_id: TaskId | None = None) -> Self:
        """Ask for the end of the current task.

        Args:
            task_id: The task that is meant, if known. Today's hosts act on the task in front of the user whatever it
                says, so make sure that it is the one.
        """
        members: dict[str, Any] = {"command_name": tag_of(cls, "command_name"), "data": task_id or ""}
        return cls.model_construct(**members)  # type: ignore[return-value]  # pydantic's plugin for mypy forgets Self here


class CancelTask(_EndTask):
    """Stop what the current task does; it stays open."""

    command_name: Literal["CancelTask"]


class CloseTask(_EndTask):
    """Close the current task."""

    command_name: Literal["CloseTask"]


class ResumeTask(WireModel):
    """Open a task of the history."""

    command_name: Literal["ResumeTask"]
    data: TaskId

    @classmethod
    def of(cls, task_id: TaskId) -> Self:
        """Ask for a task of the history."""
        return cls(command_name="ResumeTask", data=task_id)


class SendMessage(WireModel):
    """Say something to the current task."""

    command_name: Literal["SendMessage"]
    data: UserMessage

    @classmethod
    def of(cls, text: str | None = None, *, images: list[str] | None = None) -> Self:
        """Say this, with these images (data URIs)."""
        return cls(command_name="SendMessage", data=UserMessage(**given(text=text, images=images)))


class _Query(WireModel):
    command_name: Any

    @classmethod
    def of(cls) -> Self:
        """Ask the question."""
        return cls(command_name=tag_of(cls, "command_name"))


class GetCommands(_Query):
    """Which slash commands are there? Answered by `commandsResponse`."""

    command_name: Literal["GetCommands"]


class GetModes(_Query):
    """Which modes are there? Answered by `modesResponse`."""

    command_name: Literal["GetModes"]


class GetModels(_Query):
    """Which models are there? Answered by `modelsResponse`."""

    command_name: Literal["GetModels"]


class DeleteQueuedMessage(WireModel):
    """Take a message out of the queue."""

    command_name: Literal["DeleteQueuedMessage"]
    data: str

    @classmethod
    def of(cls, message_id: str) -> Self:
        """Ask for the removal of one queued message."""
        return cls(command_name="DeleteQueuedMessage", data=message_id)


TaskCommand: TypeAlias = Annotated[
    StartNewTask
    | CancelTask
    | CloseTask
    | ResumeTask
    | SendMessage
    | GetCommands
    | GetModes
    | GetModels
    | DeleteQueuedMessage,
    Field(discriminator="command_name"),
]

task_command: Final[WireCodec[TaskCommand]] = WireCodec(TaskCommand, "TaskCommand")
"""Reads and writes any command; raises `InvalidWireError` for anything else."""


class AckMessage(WireModel):
    """The first message on every connection, from the host."""

    type: Literal["Ack"]
    origin: Literal["server"]
    data: Ack

    @classmethod
    def of(cls, ack: Ack) -> Self:
        """Wrap the greeting."""
        return cls(type="Ack", origin="server", data=ack)


class TaskCommandMessage(WireModel):
    """A command, from a client."""

    type: Literal["TaskCommand"]
    origin: Literal["client"]
    client_id: ClientId
    data: TaskCommand

    @classmethod
    def of(cls, client_id: ClientId, command: TaskCommand) -> Self:
        """Wrap a command of the client that the host named so."""
        return cls(type="TaskCommand", origin="client", client_id=client_id, data=command)


class TaskEventMessage(WireModel):
    """An event, from the host."""

    type: Literal["TaskEvent"]
    origin: Literal["server"]
    relay_client_id: Omittable[ClientId] = None
    """Never sent today."""
    data: TaskEvent

    @classmethod
    def of(cls, event: TaskEvent) -> Self:
        """Wrap an event."""
        return cls(type="TaskEvent", origin="server", data=event)


IpcMessage: TypeAlias = Annotated[AckMessage | TaskCommandMessage | TaskEventMessage, Field(discriminator="type")]

ipc_message: Final[WireCodec[IpcMessage]] = WireCodec(IpcMessage, "IpcMessage")
"""Reads and writes any message of the socket; raises `InvalidWireError` for anything else."""
