"""Events and commands of one task on the bridge. Source: types spec 3.3, bridge spec 5.5 and 5.6."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from rc_types._base import Omittable, WireModel, given, tag_of
from rc_types._codec import WireCodec
from rc_types._later import TaggedBy
from rc_types._scalars import Array, Number
from rc_types.message import ClineMessage
from rc_types.task import TaskId


class TaskBridgeEventName(StrEnum):
    """Events of a task that travel over the bridge; named as in `RooCodeEventName`."""

    MESSAGE = "message"
    TASK_MODE_SWITCHED = "taskModeSwitched"
    TASK_INTERACTIVE = "taskInteractive"


class TaskBridgeMessage(WireModel):
    """A message of the chat is new, or replaces the one with the same `ts`."""

    type: Literal["message"]
    task_id: TaskId
    action: str
    """`created` or `updated` today; free text here, unlike in the event of the socket."""
    message: ClineMessage

    @classmethod
    def of(cls, task_id: TaskId, action: str, message: ClineMessage) -> Self:
        """Tell about the message."""
        return cls(type="message", task_id=task_id, action=action, message=message)


class TaskBridgeModeSwitched(WireModel):
    """The task goes on in another mode."""

    type: Literal["taskModeSwitched"]
    task_id: TaskId
    mode: str
    """Slug of the mode."""

    @classmethod
    def of(cls, task_id: TaskId, mode: str) -> Self:
        """Tell about the mode."""
        return cls(type="taskModeSwitched", task_id=task_id, mode=mode)


class TaskBridgeInteractive(WireModel):
    """The task cannot go on until the user acts."""

    type: Literal["taskInteractive"]
    task_id: TaskId

    @classmethod
    def of(cls, task_id: TaskId) -> Self:
        """Tell that the task waits."""
        return cls(type="taskInteractive", task_id=task_id)


TaskBridgeEvent: TypeAlias = Annotated[
    TaskBridgeMessage | TaskBridgeModeSwitched | TaskBridgeInteractive, TaggedBy("type")
]
"""Anything that a task tells over the bridge."""

task_bridge_event: Final[WireCodec[TaskBridgeEvent]] = WireCodec(TaskBridgeEvent, "TaskBridgeEvent")
"""Reads and writes any event of a task on the bridge; raises `InvalidWireError` for anything else."""


class TaskBridgeCommandName(StrEnum):
    """What a user may ask of a task over the bridge."""

    MESSAGE = "message"
    APPROVE_ASK = "approve_ask"
    DENY_ASK = "deny_ask"


class TaskBridgePrompt(WireModel):
    """What the user says, and where the task shall go on."""

    text: str
    images: Omittable[Array[str]] = None
    """Data URIs."""
    mode: Omittable[str] = None
    """Slug of the mode to switch to before."""
    provider_profile: Omittable[str] = None
    """Name of the profile to switch to before."""


class TaskBridgeAnswer(WireModel):
    """What the user adds to a yes or no."""

    text: Omittable[str] = None
    images: Omittable[Array[str]] = None
    """Data URIs."""


class SendTaskMessage(WireModel):
    """Say something to the task."""

    type: Literal["message"]
    task_id: TaskId
    payload: TaskBridgePrompt
    timestamp: Number
    """Unix milliseconds."""

    @classmethod
    def of(cls, task_id: TaskId, prompt: TaskBridgePrompt, *, timestamp: float) -> Self:
        """Say this, now being `timestamp` (Unix milliseconds)."""
        return cls(type="message", task_id=task_id, payload=prompt, timestamp=timestamp)


class _AnswerAsk(WireModel):
    type: Any
    task_id: TaskId
    payload: TaskBridgeAnswer
    timestamp: Number
    """Unix milliseconds."""

    @classmethod
    def of(cls, task_id: TaskId, *, timestamp: float, text: str | None = None, images: list[str] | None = None) -> Self:
        """Answer the ask that waits, now being `timestamp` (Unix milliseconds), perhaps with a remark and data URIs."""
        answer = TaskBridgeAnswer(**given(text=text, images=images))
        return cls(type=tag_of(cls, "type"), task_id=task_id, payload=answer, timestamp=timestamp)


class ApproveAsk(_AnswerAsk):
    """Say yes to the ask that the task waits with."""

    type: Literal["approve_ask"]


class DenyAsk(_AnswerAsk):
    """Say no to the ask that the task waits with."""

    type: Literal["deny_ask"]


TaskBridgeCommand: TypeAlias = Annotated[SendTaskMessage | ApproveAsk | DenyAsk, TaggedBy("type")]
"""Anything that a user may ask of a task over the bridge."""

task_bridge_command: Final[WireCodec[TaskBridgeCommand]] = WireCodec(TaskBridgeCommand, "TaskBridgeCommand")
"""Reads and writes any command to a task on the bridge; raises `InvalidWireError` for anything else."""
