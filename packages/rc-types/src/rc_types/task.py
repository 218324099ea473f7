"""A task: what identifies it, the state it is in, and the faces of a running task and of the host that owns tasks.

Source: types spec 3.23. The tables of events hold for listeners in the same process: the events of the wire (3.9) have
the same names and partly other arguments.
"""

from typing import TYPE_CHECKING, Protocol, TypedDict

from rc_types._emitter import Emitter
from rc_types._scalars import Array
from rc_types._task_data import (
    CreateTaskOptions,
    ProviderProfileInfo,
    TaskId,
    TaskMessageChange,
    TaskMetadata,
    TaskStatus,
)
from rc_types.message import ClineMessage, QueuedMessage, TokenUsage
from rc_types.tool import AnyToolName, ToolUsage

if TYPE_CHECKING:  # only annotations need them; loading all settings for the sake of a task id would be dear
    from rc_types.events import ModeInfo
    from rc_types.global_settings import RooCodeSettings
    from rc_types.telemetry import GitProperties, StaticAppProperties, TelemetryProperties

__all__ = [
    "CreateTaskOptions",
    "ProviderProfileInfo",
    "TaskEvents",
    "TaskId",
    "TaskLike",
    "TaskMessageChange",
    "TaskMetadata",
    "TaskProviderEvents",
    "TaskProviderLike",
    "TaskStatus",
]


class TaskEvents(TypedDict):
    """What listeners of a task get, by event; `taskSpawned` tells the child, `taskModeSwitched` the slug of a mode."""

    taskStarted: tuple[()]
    taskCompleted: tuple[TaskId, TokenUsage, ToolUsage]
    taskAborted: tuple[()]
    taskFocused: tuple[()]
    taskUnfocused: tuple[()]
    taskActive: tuple[TaskId]
    taskInteractive: tuple[TaskId]
    taskResumable: tuple[TaskId]
    taskIdle: tuple[TaskId]
    taskPaused: tuple[TaskId]
    taskUnpaused: tuple[TaskId]
    taskSpawned: tuple[TaskId]
    message: tuple[TaskMessageChange]
    taskModeSwitched: tuple[TaskId, str]
    taskAskResponded: tuple[()]
    taskUserMessage: tuple[TaskId]
    queuedMessagesUpdated: tuple[TaskId, Array[QueuedMessage]]
    taskToolFailed: tuple[TaskId, AnyToolName, str]
    taskTokenUsageUpdated: tuple[TaskId, TokenUsage, ToolUsage]


class TaskLike(Emitter, Protocol):
    """A task that runs in this process; it emits `TaskEvents`."""

    @property
    def task_id(self) -> TaskId:
        """The task itself."""
        ...

    @property
    def root_task_id(self) -> TaskId | None:
        """The first task of the chain of delegations, None for a task that nobody delegated."""
        ...

    @property
    def parent_task_id(self) -> TaskId | None:
        """The task that delegated this one, if one did."""
        ...

    @property
    def child_task_id(self) -> TaskId | None:
        """The task that this one waits for, if it does."""
        ...

    @property
    def metadata(self) -> TaskMetadata:
        """What the user asked for."""
        ...

    @property
    def task_status(self) -> TaskStatus:
        """What the task does now; it follows from the class of the ask that waits, and is running without one."""
        ...

    @property
    def task_ask(self) -> ClineMessage | None:
        """The ask that waits for an answer, if one does."""
        ...

    @property
    def queued_messages(self) -> list[QueuedMessage]:
        """User messages that the task could not take yet, oldest first."""
        ...

    @property
    def token_usage(self) -> TokenUsage | None:
        """What its model calls cost so far; None before the first."""
        ...

    def approve_ask(self, *, text: str | None = None, images: list[str] | None = None) -> None:
        """Say yes to the ask that waits, with a remark and data URIs if there are any."""
        ...

    def deny_ask(self, *, text: str | None = None, images: list[str] | None = None) -> None:
        """Say no to the ask that waits, with a remark and data URIs if there are any."""
        ...

    async def submit_user_message(
        self,
        text: str,
        images: list[str] | None = None,
        mode: str | None = None,
        provider_profile: str | None = None,
    ) -> None:
        """Say something to the task: it answers the ask that waits, or is queued.

        Args:
            text: Trimmed first; nothing happens when neither text nor images are left.
            images: Data URIs.
            mode: Slug of the mode to switch to before.
            provider_profile: Name of the profile to switch to before, after the mode.
        """
        ...

    def abort_task(self) -> None:
        """Stop the task."""
        ...


class TaskProviderEvents(TypedDict):
    """What listeners of a host get, by event; two ids are a parent's and its child's, and a summary may follow them."""

    taskCreated: tuple[TaskLike]
    taskStarted: tuple[TaskId]
    taskCompleted: tuple[TaskId, TokenUsage, ToolUsage]
    taskAborted: tuple[TaskId]
    taskFocused: tuple[TaskId]
    taskUnfocused: tuple[TaskId]
    taskActive: tuple[TaskId]
    taskInteractive: tuple[TaskId]
    taskResumable: tuple[TaskId]
    taskIdle: tuple[TaskId]
    taskPaused: tuple[TaskId]
    taskUnpaused: tuple[TaskId]
    taskSpawned: tuple[TaskId]
    taskDelegated: tuple[TaskId, TaskId]
    taskDelegationCompleted: tuple[TaskId, TaskId, str]
    taskDelegationResumed: tuple[TaskId, TaskId]
    taskUserMessage: tuple[TaskId]
    taskTokenUsageUpdated: tuple[TaskId, TokenUsage, ToolUsage]
    modeChanged: tuple[str]
    providerProfileChanged: tuple[ProviderProfileInfo]


class TaskProviderLike(Emitter, Protocol):
    """A host that owns tasks, modes and profiles; it emits `TaskProviderEvents`."""

    @property
    def app_properties(self) -> "StaticAppProperties":
        """Which program this is."""
        ...

    @property
    def git_properties(self) -> "GitProperties | None":
        """The repository of the workspace; None until `get_telemetry_properties` was awaited once."""
        ...

    @property
    def cwd(self) -> str:
        """Path of the workspace."""
        ...

    def get_current_task(self) -> TaskLike | None:
        """Return the task in front of the user, if there is one."""
        ...

    def get_recent_tasks(self) -> list[TaskId]:
        """Return ids of this workspace's tasks, newest first."""
        ...

    async def create_task(
        self,
        text: str | None = None,
        images: list[str] | None = None,
        parent_task: TaskLike | None = None,
        options: CreateTaskOptions | None = None,
        configuration: "RooCodeSettings | None" = None,
    ) -> TaskLike:
        """Make a task and put it in front of the user; `configuration` becomes the user's settings for good."""
        ...

    async def cancel_task(self) -> None:
        """Stop what the current task does; it stays open."""
        ...

    async def clear_task(self) -> None:
        """Close the current task."""
        ...

    def resume_task(self, task_id: TaskId) -> None:
        """Open a task of the history."""
        ...

    async def get_modes(self) -> "list[ModeInfo]":
        """Return all modes."""
        ...

    async def get_mode(self) -> str:
        """Return the slug of the current mode."""
        ...

    async def set_mode(self, mode: str) -> None:
        """Switch to the mode with this slug."""
        ...

    async def get_provider_profiles(self) -> list[ProviderProfileInfo]:
        """Return all settings profiles."""
        ...

    async def get_provider_profile(self) -> str:
        """Return the name of the active profile."""
        ...

    async def set_provider_profile(self, provider_profile: str) -> None:
        """Make the profile with this name the active one."""
        ...

    async def get_telemetry_properties(self) -> "TelemetryProperties":
        """Return what analytics may know about the host; await it once so that the git properties are there."""
        ...

    async def post_state_to_webview(self) -> None:
        """Refresh the user interface; nothing to do for a host without one."""
        ...
