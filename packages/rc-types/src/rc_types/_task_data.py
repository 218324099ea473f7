"""What identifies and describes a task, as plain data. Source: types spec 3.23."""

from enum import StrEnum
from typing import Literal, NewType

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Array, Number, Record
from rc_types.message import ClineMessage
from rc_types.todo import TodoItem

TaskId = NewType("TaskId", str)
"""Id of a task of the assistant (a UUID in practice); not the numeric id that an evaluation gives its tasks."""


class TaskStatus(StrEnum):
    """What a task is doing, from the user's point of view."""

    RUNNING = "running"
    INTERACTIVE = "interactive"
    RESUMABLE = "resumable"
    IDLE = "idle"
    NONE = "none"


class TaskMetadata(WireModel):
    """What the user asked for when the task was made."""

    task: Omittable[str] = None
    images: Omittable[Array[str]] = None


class CreateTaskOptions(WireModel):
    """How a new task differs from what the host would do by itself."""

    task_id: Omittable[TaskId] = None
    """Id to use; by default the host draws one."""
    enable_checkpoints: Omittable[bool] = None
    consecutive_mistake_limit: Omittable[Number] = None
    experiments: Omittable[Record[bool]] = None
    """By experiment id."""
    initial_todos: Omittable[Array[TodoItem]] = None
    initial_status: Omittable[Literal["active", "delegated", "completed"]] = None
    """What the history says about the task at first."""
    start_task: Omittable[bool] = None
    """False when the creator starts the task; by default the host does."""


class TaskMessageChange(WireModel):
    """A chat message that is new, or that replaces the one with the same `ts`; the task is the one that says so."""

    action: Literal["created", "updated"]
    message: ClineMessage


class ProviderProfileInfo(WireModel):
    """A settings profile and its provider, if it has one already."""

    name: str
    provider: Omittable[str] = None
