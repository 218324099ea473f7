"""Messages on the assistant's control socket: greeting, commands, events. Source: types spec 3.16, IPC spec 4 and 5.

`task_command` and `ipc_message` accept and refuse exactly what upstream does; events that upstream would refuse are for
`rc_types.events.read_task_event`.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal, NewType, Self, TypeAlias, TypedDict

from rc_types._base import Omittable, WireModel
from rc_types._codec import WireCodec
from rc_types._flavors import ROO_ONLY
from rc_types._later import TaggedBy
from rc_types._scalars import Number
from rc_types._task_commands import (
    CancelTask,
    CloseTask,
    DeleteQueuedMessage,
    GetCommands,
    GetModels,
    GetModes,
    NewTask,
    ResumeTask,
    SendMessage,
    StartNewTask,
    UserMessage,
)
from rc_types.events import TaskEvent

__all__ = [
    "Ack",
    "AckMessage",
    "CancelTask",
    "ClientId",
    "CloseTask",
    "DeleteQueuedMessage",
    "GetCommands",
    "GetModels",
    "GetModes",
    "IpcClientEvents",
    "IpcMessage",
    "IpcMessageType",
    "IpcOrigin",
    "IpcServerEvents",
    "NewTask",
    "ResumeTask",
    "SendMessage",
    "StartNewTask",
    "TaskCommand",
    "TaskCommandMessage",
    "TaskCommandName",
    "TaskEventMessage",
    "UserMessage",
    "ipc_message",
    "task_command",
]

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


TaskCommand: TypeAlias = Annotated[
    StartNewTask
    | CancelTask
    | CloseTask
    | ResumeTask
    | SendMessage
    | Annotated[GetCommands, ROO_ONLY]
    | Annotated[GetModes, ROO_ONLY]
    | Annotated[GetModels, ROO_ONLY]
    | Annotated[DeleteQueuedMessage, ROO_ONLY],
    TaggedBy("command_name"),
]
"""Anything that a client may ask of the host."""

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


IpcMessage: TypeAlias = Annotated[AckMessage | TaskCommandMessage | TaskEventMessage, TaggedBy("type")]
"""Anything that travels on the socket."""

ipc_message: Final[WireCodec[IpcMessage]] = WireCodec(IpcMessage, "IpcMessage")
"""Reads and writes any message of the socket; raises `InvalidWireError` for anything else."""


class IpcClientEvents(TypedDict):
    """What listeners of a client get, by event; `Connect` and `Disconnect` are no messages, but local."""

    Connect: tuple[()]
    Disconnect: tuple[()]
    Ack: tuple[Ack]
    TaskCommand: tuple[TaskCommand]
    TaskEvent: tuple[TaskEvent]


class IpcServerEvents(TypedDict):
    """What listeners of a server get, by event; the id is that of the client which came, went or commands."""

    Connect: tuple[ClientId]
    Disconnect: tuple[ClientId]
    TaskCommand: tuple[ClientId, TaskCommand]
    TaskEvent: tuple[ClientId | None, TaskEvent]
