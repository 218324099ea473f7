"""Events that say only which task is meant, or which pair of tasks. Source: types spec 3.9, IPC spec 6.

Each event has the constructor `of` and names for the elements of its payload.
"""

from typing import Annotated, Any, Literal, Self

from rc_types import _payloads as payloads
from rc_types._base import Omittable, WireModel, spelled, tag_of
from rc_types._scalars import Number
from rc_types.task import TaskId


class EventBase(WireModel):
    """What all events of a host share; each narrows the first two members."""

    event_name: Any
    payload: Any
    eval_task_id: Annotated[Omittable[Number], spelled("taskId")] = None
    """Numeric id in an evaluation's database, added when events are republished; a host never sends it."""

    @classmethod
    def carrying(cls, *payload: object) -> Self:
        """Make the event from the elements of its payload; the `of` of each event says which these are."""
        return cls(event_name=tag_of(cls, "event_name"), payload=payload)


class _TaskNotice(EventBase):
    payload: payloads.OneTask

    @property
    def task_id(self) -> TaskId:
        """The task that the event is about."""
        return self.payload[0]

    @classmethod
    def of(cls, task_id: TaskId) -> Self:
        """Make the event for one task."""
        return cls.carrying(task_id)


class TaskCreated(_TaskNotice):
    """A task exists; comes before everything else about it."""

    event_name: Literal["taskCreated"]


class TaskStarted(_TaskNotice):
    """The task began to work."""

    event_name: Literal["taskStarted"]


class TaskAborted(_TaskNotice):
    """The task was cancelled, replaced or closed; it may still be opened again under the same id."""

    event_name: Literal["taskAborted"]


class TaskFocused(_TaskNotice):
    """The task is the one in front of the user."""

    event_name: Literal["taskFocused"]


class TaskUnfocused(_TaskNotice):
    """The task is no longer the one in front of the user."""

    event_name: Literal["taskUnfocused"]


class TaskActive(_TaskNotice):
    """The task works again after it waited."""

    event_name: Literal["taskActive"]


class TaskInteractive(_TaskNotice):
    """The task waits for the user to act."""

    event_name: Literal["taskInteractive"]


class TaskResumable(_TaskNotice):
    """The task rests and can be resumed."""

    event_name: Literal["taskResumable"]


class TaskIdle(_TaskNotice):
    """The task rests."""

    event_name: Literal["taskIdle"]


class TaskPaused(_TaskNotice):
    """The task waits for a child; today's hosts have no emitter left."""

    event_name: Literal["taskPaused"]


class TaskUnpaused(_TaskNotice):
    """The task goes on after its child; today's hosts have no emitter left."""

    event_name: Literal["taskUnpaused"]


class TaskAskResponded(_TaskNotice):
    """The pending ask was answered."""

    event_name: Literal["taskAskResponded"]


class TaskSpawned(EventBase):
    """The task made a child."""

    event_name: Literal["taskSpawned"]
    payload: payloads.TwoTasks

    @property
    def task_id(self) -> TaskId:
        """The parent."""
        return self.payload[0]

    @property
    def child_task_id(self) -> TaskId:
        """The new child."""
        return self.payload[1]

    @classmethod
    def of(cls, task_id: TaskId, child_task_id: TaskId) -> Self:
        """Make the event for a parent and its new child."""
        return cls.carrying(task_id, child_task_id)


class _DelegationNotice(EventBase):
    payload: payloads.TwoTasks

    @property
    def parent_task_id(self) -> TaskId:
        """The task that delegated."""
        return self.payload[0]

    @property
    def child_task_id(self) -> TaskId:
        """The task that does the work."""
        return self.payload[1]

    @classmethod
    def of(cls, parent_task_id: TaskId, child_task_id: TaskId) -> Self:
        """Make the event for the delegating task and the one that works for it."""
        return cls.carrying(parent_task_id, child_task_id)


class TaskDelegated(_DelegationNotice):
    """The parent handed work to a child."""

    event_name: Literal["taskDelegated"]


class TaskDelegationResumed(_DelegationNotice):
    """The parent goes on with what its child found."""

    event_name: Literal["taskDelegationResumed"]


class TaskDelegationCompleted(EventBase):
    """The child finished what its parent had handed to it."""

    event_name: Literal["taskDelegationCompleted"]
    payload: payloads.Delegation

    @property
    def parent_task_id(self) -> TaskId:
        """The task that delegated."""
        return self.payload[0]

    @property
    def child_task_id(self) -> TaskId:
        """The task that did the work."""
        return self.payload[1]

    @property
    def summary(self) -> str:
        """What the child reports."""
        return self.payload[2]

    @classmethod
    def of(cls, parent_task_id: TaskId, child_task_id: TaskId, summary: str) -> Self:
        """Make the event with the child's report."""
        return cls.carrying(parent_task_id, child_task_id, summary)
