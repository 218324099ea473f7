"""What identifies a task, and the state it is in. Source: types spec 3.23."""

from enum import StrEnum
from typing import NewType

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Array

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
