"""How events are called and what they carry: objects in payloads, and the payloads themselves. Source: types spec 3.9.

A payload is a JSON list of fixed length. Strict mode would take only tuples from Python data, hence `_Positional`.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Strict

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Array
from rc_types.message import ClineMessage, QueuedMessage, TokenUsage
from rc_types.model import ModelRecord
from rc_types.task import TaskId
from rc_types.tool import AnyToolName, ToolUsage

_Positional: Final = Strict(False)


class RooCodeEventName(StrEnum):
    """Every event name of the assistant; three of them never travel over the socket (IPC spec Q13)."""

    TASK_CREATED = "taskCreated"
    TASK_STARTED = "taskStarted"
    TASK_COMPLETED = "taskCompleted"
    TASK_ABORTED = "taskAborted"
    TASK_FOCUSED = "taskFocused"
    TASK_UNFOCUSED = "taskUnfocused"
    TASK_ACTIVE = "taskActive"
    TASK_INTERACTIVE = "taskInteractive"
    TASK_RESUMABLE = "taskResumable"
    TASK_IDLE = "taskIdle"
    TASK_PAUSED = "taskPaused"
    TASK_UNPAUSED = "taskUnpaused"
    TASK_SPAWNED = "taskSpawned"
    TASK_DELEGATED = "taskDelegated"
    TASK_DELEGATION_COMPLETED = "taskDelegationCompleted"
    TASK_DELEGATION_RESUMED = "taskDelegationResumed"
    MESSAGE = "message"
    TASK_MODE_SWITCHED = "taskModeSwitched"
    TASK_ASK_RESPONDED = "taskAskResponded"
    TASK_USER_MESSAGE = "taskUserMessage"
    QUEUED_MESSAGES_UPDATED = "queuedMessagesUpdated"
    TASK_TOKEN_USAGE_UPDATED = "taskTokenUsageUpdated"  # noqa: S105 - a name of the wire, not a secret
    TASK_TOOL_FAILED = "taskToolFailed"
    MODE_CHANGED = "modeChanged"
    PROVIDER_PROFILE_CHANGED = "providerProfileChanged"
    COMMANDS_RESPONSE = "commandsResponse"
    MODES_RESPONSE = "modesResponse"
    MODELS_RESPONSE = "modelsResponse"
    EVAL_PASS = "evalPass"  # noqa: S105 - as above
    EVAL_FAIL = "evalFail"


class CompletionInfo(WireModel):
    """Last element of `taskCompleted`."""

    is_subtask: bool


class MessageChange(WireModel):
    """A chat message that is new, or that replaces the one with the same `ts`."""

    task_id: TaskId
    action: Literal["created", "updated"]
    message: ClineMessage


class CommandInfo(WireModel):
    """A slash command that the host offers."""

    name: str
    source: Literal["global", "project", "built-in"]
    file_path: Omittable[str] = None
    description: Omittable[str] = None
    argument_hint: Omittable[str] = None


class ModeInfo(WireModel):
    """A mode that the host offers."""

    slug: str
    name: str


class ProviderProfile(WireModel):
    """The settings profile that became active, and its provider."""

    name: str
    provider: str


OneTask: TypeAlias = Annotated[tuple[TaskId], _Positional]
TwoTasks: TypeAlias = Annotated[tuple[TaskId, TaskId], _Positional]
Delegation: TypeAlias = Annotated[tuple[TaskId, TaskId, str], _Positional]
Completion: TypeAlias = Annotated[tuple[TaskId, TokenUsage, ToolUsage, CompletionInfo], _Positional]
Usage: TypeAlias = Annotated[tuple[TaskId, TokenUsage, ToolUsage], _Positional]
Message: TypeAlias = Annotated[tuple[MessageChange], _Positional]
TaskAndMode: TypeAlias = Annotated[tuple[TaskId, str], _Positional]
Mode: TypeAlias = Annotated[tuple[str], _Positional]
Queue: TypeAlias = Annotated[tuple[TaskId, Array[QueuedMessage]], _Positional]
ToolFailure: TypeAlias = Annotated[tuple[TaskId, AnyToolName, str], _Positional]
Profile: TypeAlias = Annotated[tuple[ProviderProfile], _Positional]
Commands: TypeAlias = Annotated[tuple[Array[CommandInfo]], _Positional]
Modes: TypeAlias = Annotated[tuple[Array[ModeInfo]], _Positional]
Models: TypeAlias = Annotated[tuple[ModelRecord], _Positional]


class RooCodeEvents(WireModel):
    """Table of the payload of every event of the in-process API; never sent as a whole."""

    task_created: OneTask
    task_started: OneTask
    task_completed: Completion
    task_aborted: OneTask
    task_focused: OneTask
    task_unfocused: OneTask
    task_active: OneTask
    task_interactive: OneTask
    task_resumable: OneTask
    task_idle: OneTask
    task_paused: OneTask
    task_unpaused: OneTask
    task_spawned: TwoTasks
    task_delegated: TwoTasks
    task_delegation_completed: Delegation
    task_delegation_resumed: TwoTasks
    message: Message
    task_mode_switched: TaskAndMode
    task_ask_responded: OneTask
    task_user_message: OneTask
    queued_messages_updated: Queue
    task_token_usage_updated: Usage
    task_tool_failed: ToolFailure
    mode_changed: Mode
    provider_profile_changed: Profile
    commands_response: Commands
    modes_response: Modes
    models_response: Models
