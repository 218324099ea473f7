"""The text of the one message that is sent all day: a task's event, written and read without a detour. No I/O.

Every known host writes the members of the message in this order and with no blanks (IPC spec section 4), so that the
event itself can be cut out of the text and handed to one pass of a reader. Whatever is spelled otherwise is read
patiently; the outcome is the same (IPC spec R-2, R-14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rc_types.events import known_task_event

from rc_ipc._codec import inexpressible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_types.events import TaskEvent

_BEFORE: Final = b'{"type":"TaskEvent","origin":"server","data":'
_AFTER: Final = b"}"


def event_message(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message that says an event which is plain JSON data."""
    return {"type": "TaskEvent", "origin": "server", "data": event}


def write_event(event: TaskEvent) -> bytes:
    """Return the JSON of the message that says the event, spelled as Node spells it (IPC spec R-3).

    Raises ProtocolViolationError for what JSON cannot say, such as a number that is not finite.
    """
    try:
        return _BEFORE + event.to_json() + _AFTER
    except (ValueError, TypeError, RecursionError) as exc:
        raise inexpressible(exc) from None


def read_known_event(message: bytes) -> TaskEvent | None:
    """Return the event that the text of a message says, or None where it takes patience to find that out."""
    if not (message.startswith(_BEFORE) and message.endswith(_AFTER)):
        return None
    return known_task_event(message[len(_BEFORE) : -len(_AFTER)])
