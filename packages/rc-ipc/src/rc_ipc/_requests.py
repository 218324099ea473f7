"""What confirms each command, since hosts answer to nothing by name. No I/O. Source: IPC spec R-12.

A `Request` says which event confirms it, how long that may take and what it means if it does not come; there is one
function for each row of the table. `rc_ipc._pending` does the waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeAlias, TypeVar, cast

from rc_types.events import (
    CommandsResponse,
    Message,
    ModelsResponse,
    ModesResponse,
    QueuedMessagesUpdated,
    TaskAborted,
    TaskAskResponded,
    TaskCreated,
    TaskStarted,
    UnknownTaskEvent,
)
from rc_types.ipc import (
    CancelTask,
    CloseTask,
    DeleteQueuedMessage,
    GetCommands,
    GetModels,
    GetModes,
    ResumeTask,
    SendMessage,
    StartNewTask,
)

from rc_ipc._errors import RequestTimeoutError, TaskResumeError, TaskStartError
from rc_ipc._outcome import RESUME_ASKS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from rc_types.ipc import TaskCommand
    from rc_types.task import TaskId

    from rc_ipc._errors import IpcError
    from rc_ipc._session import AnyTaskEvent

T = TypeVar("T")
R = TypeVar("R", CommandsResponse, ModelsResponse, ModesResponse)

Deletion: TypeAlias = Literal["deleted", "unknown"]
Delivery: TypeAlias = Literal["sent", "confirmed", "unknown"]
Closing: TypeAlias = Literal["closed", "still_connected"]

TIMEOUTS: Final[Mapping[type[TaskCommand], float]] = MappingProxyType(
    {
        GetCommands: 10.0,
        GetModes: 10.0,
        GetModels: 30.0,  # the host may have to fetch them
        StartNewTask: 30.0,
        ResumeTask: 12.0,
        CancelTask: 8.0,
        DeleteQueuedMessage: 3.0,
        SendMessage: 5.0,
        CloseTask: 5.0,
    }
)
"""Seconds for the confirmation of each command, unless the caller says otherwise. Source: R-12."""

MAX_CANDIDATES: Final = 1000
"""Tasks that may be created while one is being started; a host that makes more of them is not to be believed."""


def _itself(reason: IpcError) -> IpcError:
    return reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Generic[T]):
    """What is waited for."""

    confirmed_by: Callable[[AnyTaskEvent], T | Exception | None]
    """Returns the result once an event confirms the request; an exception to raise; or None."""
    within: float | None
    """Seconds; None for as long as the connection lasts."""
    unconfirmed: T | Exception
    """The result, or what to raise, once that time is over."""
    lost: Callable[[IpcError], T | Exception] = _itself
    """Returns the result, or what to raise, when the connection is lost meanwhile."""
    command: TaskCommand | None = None
    """What is put, if anything: a wire with a word for it says which command failed."""
    shared_as: Hashable = None
    """Who asks under the same name at the same time shares the request; None for a request of one's own."""


Adopt: TypeAlias = "Callable[[TaskId, AnyTaskEvent], T]"
"""Makes something of the task that was opened, at the very event that shows it."""


def asking(command: TaskCommand, kind: type[R], within: float | None) -> Request[R]:
    """`GetCommands`, `GetModes`, `GetModels`: the next answer of the kind, shared by all who ask at the same time.

    An answer that comes after its question timed out completes the next question of the kind, if there is one (the
    data are equivalent), and means nothing otherwise.
    """

    def confirmed_by(event: AnyTaskEvent) -> R | None:
        return event if isinstance(event, kind) else None

    seconds = _seconds(command, within)
    unconfirmed = RequestTimeoutError(command.command_name, seconds)
    return Request(confirmed_by=confirmed_by, within=seconds, unconfirmed=unconfirmed, command=command, shared_as=kind)


def starting(command: StartNewTask, request_id: str, adopt: Adopt[T], within: float | None) -> Request[T]:
    """`StartNewTask`: one of the tasks that are created from now on, known by its prompt or by being alone."""
    candidates: set[TaskId] = set()
    prompt = command.data.text, command.data.images or []

    def recognised(event: AnyTaskEvent) -> TaskId | Exception | None:
        match event:
            case TaskCreated() if len(candidates) < MAX_CANDIDATES:
                candidates.add(event.task_id)
            case Message(message=message) if event.task_id in candidates and message.say == "text":
                return event.task_id if (message.text or "", message.images or []) == prompt else None
            case TaskStarted() if candidates == {event.task_id}:
                return event.task_id
            case UnknownTaskEvent(event_name="taskStartResponse"):
                return _start_response(event, request_id)
            case _:
                pass
        return None

    seconds = _seconds(command, within)
    failure = TaskStartError(f"no sign of it within {seconds:g} s, and hosts do not say why")
    return _opening(command, recognised, adopt, seconds, failure)


def _start_response(event: UnknownTaskEvent, request_id: str) -> TaskId | Exception | None:
    """Return what a host of the Zoo lineage says about our request (IPC spec 12)."""
    match event.raw.get("payload"):
        case [{"requestId": str(answered), "success": True, "taskId": str(task_id)}] if answered == request_id:
            return cast("TaskId", task_id)
        case [{"requestId": str(answered), "success": False, **more}] if answered == request_id:
            stage = more.get("stage")
            where = f" at the stage {stage}" if stage in {"eviction", "settings", "taskCreation"} else ""
            return TaskStartError(f"the host failed to start it{where}")
        case _:
            return None


def resuming(command: ResumeTask, adopt: Adopt[T], within: float | None) -> Request[T]:
    """`ResumeTask`: the task is created, then it asks whether to go on."""
    task_id, is_created = command.data, False

    def recognised(event: AnyTaskEvent) -> TaskId | None:
        nonlocal is_created
        match event:
            case TaskCreated() if event.task_id == task_id:
                is_created = True
            case Message(message=message) if event.task_id == task_id and is_created and message.ask in RESUME_ASKS:
                return task_id
            case _:
                pass
        return None

    seconds = _seconds(command, within)
    return _opening(command, recognised, adopt, seconds, TaskResumeError(task_id, seconds))


def attaching(adopt: Adopt[T], within: float | None) -> Request[T]:
    """No command: the host has begun a task by itself, and the first event that is about any is about that one."""

    def confirmed_by(event: AnyTaskEvent) -> T | None:
        task_id: TaskId | None = getattr(event, "task_id", None)
        return None if task_id is None else adopt(task_id, event)

    unconfirmed = RequestTimeoutError("a task of the host's own", within or 0.0)
    return Request(confirmed_by=confirmed_by, within=within, unconfirmed=unconfirmed)


def _opening(
    command: TaskCommand,
    recognised: Callable[[AnyTaskEvent], TaskId | Exception | None],
    adopt: Adopt[T],
    seconds: float,
    failure: IpcError,
) -> Request[T]:
    def confirmed_by(event: AnyTaskEvent) -> T | Exception | None:
        task_id = recognised(event)
        return task_id if task_id is None or isinstance(task_id, Exception) else adopt(task_id, event)

    return Request(confirmed_by=confirmed_by, within=seconds, unconfirmed=failure, command=command)


def cancelling(command: CancelTask, within: float | None) -> Request[TaskId]:
    """`CancelTask`: that task is aborted; any, if we do not know which one is in front."""

    def confirmed_by(event: AnyTaskEvent) -> TaskId | None:
        if isinstance(event, TaskAborted) and command.data in {"", event.task_id}:
            return event.task_id
        return None

    seconds = _seconds(command, within)
    unconfirmed = RequestTimeoutError(command.command_name, seconds)
    return Request(confirmed_by=confirmed_by, within=seconds, unconfirmed=unconfirmed, command=command)


def deleting(command: DeleteQueuedMessage, within: float | None) -> Request[Deletion]:
    """`DeleteQueuedMessage`: a queue without that message."""

    def confirmed_by(event: AnyTaskEvent) -> Deletion | None:
        if isinstance(event, QueuedMessagesUpdated) and all(each.id != command.data for each in event.messages):
            return "deleted"
        return None

    return Request(confirmed_by=confirmed_by, within=_seconds(command, within), unconfirmed="unknown", command=command)


def telling(command: SendMessage, task_id: TaskId, within: float | None) -> Request[Delivery]:
    """`SendMessage`: the message is queued, taken as an answer, or shown as feedback; hosts trim its text."""
    text = (command.data.text or "").strip()

    def confirmed_by(event: AnyTaskEvent) -> Delivery | None:
        match event:
            case QueuedMessagesUpdated(messages=messages):
                is_it = any(each.text == text for each in messages)
            case TaskAskResponded():
                is_it = True
            case Message(message=message):
                is_it = message.say == "user_feedback"
            case _:
                return None
        return "confirmed" if is_it and event.task_id == task_id else None

    return Request(confirmed_by=confirmed_by, within=_seconds(command, within), unconfirmed="unknown", command=command)


def closing(command: CloseTask, within: float | None) -> Request[Closing]:
    """`CloseTask`: the connection closes with its window."""
    return Request(
        confirmed_by=lambda _event: None,
        within=_seconds(command, within),
        unconfirmed="still_connected",
        lost=lambda _reason: "closed",
        command=command,
    )


def _seconds(command: TaskCommand, within: float | None) -> float:
    return TIMEOUTS[type(command)] if within is None else within
