"""Tools by the names that upstream's client knows. No I/O. Source: IPC spec 13, Q12.

That client drops an event with a name that it has never heard of, and waits for ever if it was the last one of a task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rc_types.events import TaskCompleted, TaskTokenUsageUpdated, TaskToolFailed
from rc_types.tool import TOOL_NAMES, ToolAttempts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_types.events import TaskEvent

KNOWN: Final = frozenset[str](TOOL_NAMES)

OTHER: Final = "custom_tool"
"""What upstream's own host calls every tool that is not one of its own."""

_NAMING_TOOLS: Final = frozenset[type]({TaskCompleted, TaskTokenUsageUpdated, TaskToolFailed})


def with_known_tools(event: TaskEvent) -> TaskEvent:
    """Return the event with each other tool counted as `custom_tool`; the event itself if it names none."""
    if type(event) not in _NAMING_TOOLS:  # almost all; models take long to say what they are no instance of
        return event
    match event:
        case TaskCompleted() | TaskTokenUsageUpdated() if not event.tool_usage.keys() <= KNOWN:
            return _with_element(event, 2, _merged(event.tool_usage))
        case TaskToolFailed() if event.tool not in KNOWN:
            return _with_element(event, 1, OTHER)
        case _:
            return event


def _with_element(event: TaskCompleted | TaskTokenUsageUpdated | TaskToolFailed, at: int, element: object) -> TaskEvent:
    payload: tuple[object, ...] = event.payload
    return event.model_copy(update={"payload": (*payload[:at], element, *payload[at + 1 :])})


def _merged(usage: Mapping[str, ToolAttempts]) -> dict[str, ToolAttempts]:
    known = {name: tried for name, tried in usage.items() if name in KNOWN and name != OTHER}
    others = [tried for name, tried in usage.items() if name not in known]
    attempts, failures = sum(each.attempts for each in others), sum(each.failures for each in others)
    return {**known, OTHER: ToolAttempts(attempts=attempts, failures=failures)}
