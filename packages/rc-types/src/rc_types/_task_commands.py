"""One model per command that a client may send. Source: types spec 3.16, IPC spec 5."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from rc_types._base import Omittable, WireModel, given, tag_of
from rc_types._flavors import Only
from rc_types._later import Later
from rc_types._scalars import Array
from rc_types.task import TaskId

if TYPE_CHECKING:
    from rc_types.global_settings import RooCodeSettings

    Settings: TypeAlias = RooCodeSettings
else:
    Settings = Annotated[Any, Later("rc_types.global_settings", "RooCodeSettings")]


class NewTask(WireModel):
    """What a new task shall do, and with which settings."""

    configuration: Settings
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
    def of(cls, text: str, *, configuration: "RooCodeSettings | None" = None, images: list[str] | None = None) -> Self:
        """Ask for a task with this text.

        Args:
            text: The prompt; a host never starts a task that has neither text nor images.
            configuration: Settings to change first; none by default.
            images: Data URIs that belong to the prompt.
        """
        settings: Any = {} if configuration is None else configuration
        task = NewTask(configuration=settings, text=text, **given(images=images))
        return cls(command_name="StartNewTask", data=task)


class _EndTask(WireModel):
    command_name: Any
    data: Annotated[Omittable[TaskId], Only("kilo", required=True)] = None
    """The task that is meant; hosts up to 3.46.1 and Kilo Code insist on it, today's Roo Code drops it (KD-010)."""

    @classmethod
    def of(cls, task_id: TaskId | None = None) -> Self:
        """Ask for the end of the current task.

        Args:
            task_id: The task that is meant, if known. Today's Roo Code acts on the task in front of the user whatever
                it says, so make sure that it is the one; Kilo Code wants exactly the running one (KD-011).
        """
        return cls(command_name=tag_of(cls, "command_name"), data=task_id or TaskId(""))


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
