"""Events of tasks: their names, their models, a strict and a lenient way to read them.

`task_event` gives upstream's verdict (types spec 3.9, IPC spec 6). `read_task_event` never refuses (IPC spec R-14):
peers are older or newer than this package, and an event that is lost may leave its listener waiting for ever.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Final, TypeAlias, cast, get_args

from rc_types._codec import WireCodec, names_a_constant
from rc_types._errors import InvalidWireError
from rc_types._event_notices import (
    TaskAborted,
    TaskActive,
    TaskAskResponded,
    TaskCreated,
    TaskDelegated,
    TaskDelegationCompleted,
    TaskDelegationResumed,
    TaskFocused,
    TaskIdle,
    TaskInteractive,
    TaskPaused,
    TaskResumable,
    TaskSpawned,
    TaskStarted,
    TaskUnfocused,
    TaskUnpaused,
)
from rc_types._event_reports import (
    CommandsResponse,
    EvalFail,
    EvalPass,
    Message,
    ModelsResponse,
    ModesResponse,
    QueuedMessagesUpdated,
    TaskCompleted,
    TaskModeSwitched,
    TaskTokenUsageUpdated,
    TaskToolFailed,
)
from rc_types._flavors import ROO_ONLY
from rc_types._later import ByTag, TaggedBy
from rc_types._payloads import (
    CommandInfo,
    CompletionInfo,
    MessageChange,
    ModeInfo,
    ProviderProfile,
    RooCodeEventName,
    RooCodeEvents,
)
from rc_types._readers import reader_of
from rc_types._specialise import EXACT
from rc_types._spelling import to_camel

__all__ = [
    "AnyTaskEvent",
    "CommandInfo",
    "CommandsResponse",
    "CompletionInfo",
    "EvalFail",
    "EvalPass",
    "MalformedTaskEvent",
    "Message",
    "MessageChange",
    "ModeInfo",
    "ModelsResponse",
    "ModesResponse",
    "ProviderProfile",
    "QueuedMessagesUpdated",
    "RooCodeEventName",
    "RooCodeEvents",
    "TaskAborted",
    "TaskActive",
    "TaskAskResponded",
    "TaskCompleted",
    "TaskCreated",
    "TaskDelegated",
    "TaskDelegationCompleted",
    "TaskDelegationResumed",
    "TaskEvent",
    "TaskFocused",
    "TaskIdle",
    "TaskInteractive",
    "TaskModeSwitched",
    "TaskPaused",
    "TaskResumable",
    "TaskSpawned",
    "TaskStarted",
    "TaskTokenUsageUpdated",
    "TaskToolFailed",
    "TaskUnfocused",
    "TaskUnpaused",
    "UnknownTaskEvent",
    "known_task_event",
    "read_task_event",
    "task_event",
]


TaskEvent: TypeAlias = Annotated[
    TaskCreated
    | TaskStarted
    | TaskCompleted
    | TaskAborted
    | TaskFocused
    | TaskUnfocused
    | TaskActive
    | TaskInteractive
    | TaskResumable
    | TaskIdle
    | TaskPaused
    | TaskUnpaused
    | TaskSpawned
    | TaskDelegated
    | TaskDelegationCompleted
    | TaskDelegationResumed
    | Message
    | TaskModeSwitched
    | TaskAskResponded
    | Annotated[QueuedMessagesUpdated, ROO_ONLY]
    | TaskToolFailed
    | TaskTokenUsageUpdated
    | Annotated[CommandsResponse, ROO_ONLY]
    | Annotated[ModesResponse, ROO_ONLY]
    | Annotated[ModelsResponse, ROO_ONLY]
    | EvalPass
    | EvalFail,
    TaggedBy("event_name"),
]
"""Every event that upstream accepts over the wire."""

task_event: Final[WireCodec[TaskEvent]] = WireCodec(TaskEvent, "TaskEvent")
"""Reads and writes any event with upstream's verdict; raises `InvalidWireError` for anything else."""


_lenient_task_event: Final[WireCodec[TaskEvent]] = WireCodec(TaskEvent, "TaskEvent", lenient=True)


@dataclass(frozen=True, slots=True)
class UnknownTaskEvent:
    """An event whose name this package does not know, or which upstream keeps off the wire."""

    event_name: str
    raw: Mapping[str, Any] = field(repr=False)
    """The whole event as it came."""


@dataclass(frozen=True, slots=True)
class MalformedTaskEvent:
    """Data that is no event at all, or a known event with contents that make no sense."""

    raw: object = field(repr=False)
    """The whole event as it came."""
    error: InvalidWireError
    """What is wrong with it."""


AnyTaskEvent: TypeAlias = TaskEvent | UnknownTaskEvent | MalformedTaskEvent
"""Whatever a peer may say about tasks."""

_ON_THE_WIRE: Final = frozenset(RooCodeEventName) - {
    RooCodeEventName.TASK_USER_MESSAGE,
    RooCodeEventName.MODE_CHANGED,
    RooCodeEventName.PROVIDER_PROFILE_CHANGED,
}

_LENGTHS: Final[Mapping[str, int]] = {
    to_camel(name): len(get_args(payload.annotation)) for name, payload in RooCodeEvents.model_fields.items()
}
_LATER_ELEMENTS: Final[Mapping[str, list[object]]] = {
    RooCodeEventName.TASK_COMPLETED: [{"isSubtask": False}],
    RooCodeEventName.TASK_TOKEN_USAGE_UPDATED: [{}],
}
"""Last elements that older hosts did not send yet, with what they stand for (IPC spec 12)."""


def known_task_event(data: bytes) -> TaskEvent | None:
    """Read an event straight from JSON text if it is known to its last member: the quick way for live events.

    Returns what `read_task_event` makes of the decoded text, or None for every text that may need its patience: other
    events, members that nobody knows, unusual order, and whatever is no JSON.
    """
    return None if names_a_constant(data) else cast("TaskEvent | None", _known().at_a_glance(data))


@cache
def _known() -> ByTag:
    return cast("ByTag", reader_of(TaskEvent, EXACT))


def read_task_event(raw: object) -> AnyTaskEvent:
    """Read one decoded event so that nothing a peer says is lost; never raises.

    The flavor is `any`. Asks, says and tools that nobody knows stay plain strings, members that nobody knows and
    elements that newer hosts append stay where they are, and elements that older hosts leave out are filled in. If an
    event makes no sense with them, although upstream accepts it, they are dropped as upstream does.
    """
    try:
        return _lenient_task_event.from_wire(raw)
    except InvalidWireError as error:
        return _read_with_patience(raw, error)


def _read_with_patience(raw: object, error: InvalidWireError) -> AnyTaskEvent:
    event = _members(raw)
    name = event.get("eventName")
    if not isinstance(name, str):
        return MalformedTaskEvent(raw, error)
    if name not in _ON_THE_WIRE:
        return UnknownTaskEvent(name, event)
    completed = _completed(name, event)
    try:
        return _lenient_task_event.from_wire(completed)
    except InvalidWireError as still_wrong:
        malformed = MalformedTaskEvent(event, still_wrong)
    with suppress(InvalidWireError):
        return task_event.from_wire(completed)
    return malformed


def _members(raw: object) -> dict[str, Any]:
    return cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}


def _completed(name: str, event: dict[str, Any]) -> dict[str, Any]:
    payload = event.get("payload")
    if name not in _LATER_ELEMENTS or not isinstance(payload, list):
        return event
    elements = cast("list[object]", payload)
    later = _LATER_ELEMENTS[name]
    missing = _LENGTHS[name] - len(elements)
    return event | {"payload": elements + later[-missing:]} if 0 < missing <= len(later) else event
