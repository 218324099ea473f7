"""Events that carry more than ids: usage, chat messages, answers, verdicts. Source: types spec 3.9, IPC spec 6.

Each event has the constructor `of` and names for the elements of its payload.
"""

from typing import Annotated, Any, Literal, Self

from rc_types import _payloads as payloads
from rc_types._base import Absent, WireModel, spelled, tag_of
from rc_types._event_notices import EventBase
from rc_types._payloads import CommandInfo, CompletionInfo, MessageChange, ModeInfo
from rc_types._scalars import Number
from rc_types.message import ClineMessage, QueuedMessage, TokenUsage
from rc_types.model import ModelInfo
from rc_types.task import TaskId
from rc_types.tool import ToolAttempts


class _UsageNotice(EventBase):
    @property
    def task_id(self) -> TaskId:
        """The task that was used."""
        task_id: TaskId = self.payload[0]
        return task_id

    @property
    def token_usage(self) -> TokenUsage:
        """What its model calls cost so far."""
        token_usage: TokenUsage = self.payload[1]
        return token_usage

    @property
    def tool_usage(self) -> dict[str, ToolAttempts]:
        """Tools it called so far."""
        tool_usage: dict[str, ToolAttempts] = self.payload[2]
        return tool_usage


class TaskTokenUsageUpdated(_UsageNotice):
    """Usage of the task so far; at most every two seconds, and once more before it ends."""

    event_name: Literal["taskTokenUsageUpdated"]
    payload: payloads.Usage

    @classmethod
    def of(cls, task_id: TaskId, token_usage: TokenUsage, tool_usage: dict[str, ToolAttempts]) -> Self:
        """Make the event with the usage so far."""
        return cls.carrying(task_id, token_usage, tool_usage)


class TaskCompleted(_UsageNotice):
    """The task's result was accepted."""

    event_name: Literal["taskCompleted"]
    payload: payloads.Completion

    @property
    def info(self) -> CompletionInfo:
        """Whether it was a child of another task."""
        return self.payload[3]

    @classmethod
    def of(
        cls,
        task_id: TaskId,
        token_usage: TokenUsage,
        tool_usage: dict[str, ToolAttempts],
        *,
        is_subtask: bool = False,
    ) -> Self:
        """Make the event with the final usage."""
        return cls.carrying(task_id, token_usage, tool_usage, CompletionInfo(is_subtask=is_subtask))


class Message(EventBase):
    """A chat message was made or changed."""

    event_name: Literal["message"]
    payload: payloads.Message

    @property
    def task_id(self) -> TaskId:
        """The task whose chat it is."""
        return self.payload[0].task_id

    @property
    def action(self) -> Literal["created", "updated"]:
        """Whether the message is new or replaces the one with the same `ts`."""
        return self.payload[0].action

    @property
    def message(self) -> ClineMessage:
        """The whole message."""
        return self.payload[0].message

    @classmethod
    def of(cls, task_id: TaskId, action: Literal["created", "updated"], message: ClineMessage) -> Self:
        """Make the event for one message of a task's chat."""
        return cls.carrying(MessageChange(task_id=task_id, action=action, message=message))


class TaskModeSwitched(EventBase):
    """The task works in another mode from now on."""

    event_name: Literal["taskModeSwitched"]
    payload: payloads.TaskAndMode

    @property
    def task_id(self) -> TaskId:
        """The task that switched."""
        return self.payload[0]

    @property
    def mode(self) -> str:
        """Slug of the new mode."""
        return self.payload[1]

    @classmethod
    def of(cls, task_id: TaskId, mode: str) -> Self:
        """Make the event for a task and the slug of its new mode."""
        return cls.carrying(task_id, mode)


class QueuedMessagesUpdated(EventBase):
    """The queue of user messages changed."""

    event_name: Literal["queuedMessagesUpdated"]
    payload: payloads.Queue

    @property
    def task_id(self) -> TaskId:
        """The task whose queue it is."""
        return self.payload[0]

    @property
    def messages(self) -> list[QueuedMessage]:
        """The whole queue, oldest first."""
        return self.payload[1]

    @classmethod
    def of(cls, task_id: TaskId, messages: list[QueuedMessage]) -> Self:
        """Make the event with the whole queue."""
        return cls.carrying(task_id, messages)


class TaskToolFailed(EventBase):
    """A tool call of the task failed."""

    event_name: Literal["taskToolFailed"]
    payload: payloads.ToolFailure

    @property
    def task_id(self) -> TaskId:
        """The task that called the tool."""
        return self.payload[0]

    @property
    def tool(self) -> str:
        """Name of the tool."""
        return self.payload[1]

    @property
    def error(self) -> str:
        """What went wrong, for people."""
        return self.payload[2]

    @classmethod
    def of(cls, task_id: TaskId, tool: str, error: str) -> Self:
        """Make the event for one failed call."""
        return cls.carrying(task_id, tool, error)


class CommandsResponse(EventBase):
    """Answer to `GetCommands`, for the peer that asked."""

    event_name: Literal["commandsResponse"]
    payload: payloads.Commands

    @property
    def commands(self) -> list[CommandInfo]:
        """The slash commands."""
        return self.payload[0]

    @classmethod
    def of(cls, commands: list[CommandInfo]) -> Self:
        """Make the answer."""
        return cls.carrying(commands)


class ModesResponse(EventBase):
    """Answer to `GetModes`, for the peer that asked."""

    event_name: Literal["modesResponse"]
    payload: payloads.Modes

    @property
    def modes(self) -> list[ModeInfo]:
        """The modes."""
        return self.payload[0]

    @classmethod
    def of(cls, modes: list[ModeInfo]) -> Self:
        """Make the answer."""
        return cls.carrying(modes)


class ModelsResponse(EventBase):
    """Answer to `GetModels`, for the peer that asked."""

    event_name: Literal["modelsResponse"]
    payload: payloads.Models

    @property
    def models(self) -> dict[str, ModelInfo]:
        """Model id to what is known about the model."""
        return self.payload[0]

    @classmethod
    def of(cls, models: dict[str, ModelInfo]) -> Self:
        """Make the answer."""
        return cls.carrying(models)


class _EvalVerdict(WireModel):
    event_name: Any
    payload: Absent = None
    eval_task_id: Annotated[Number, spelled("taskId")]
    """Numeric id of the task in the evaluation's database."""

    @classmethod
    def of(cls, eval_task_id: float) -> Self:
        """Make the verdict on one task of an evaluation."""
        return cls(event_name=tag_of(cls, "event_name"), eval_task_id=eval_task_id)


class EvalPass(_EvalVerdict):
    """The task of an evaluation was solved; travels between parts of the platform, a host never sends it."""

    event_name: Literal["evalPass"]


class EvalFail(_EvalVerdict):
    """The task of an evaluation was not solved; travels between parts of the platform, a host never sends it."""

    event_name: Literal["evalFail"]
