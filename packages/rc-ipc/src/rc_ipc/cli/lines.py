"""An event in one line: its name, its task, and what is worth knowing. No I/O."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from rc_types.events import (
    AnyTaskEvent,
    CommandsResponse,
    MalformedTaskEvent,
    Message,
    ModelsResponse,
    ModesResponse,
    QueuedMessagesUpdated,
    TaskAborted,
    TaskCompleted,
    TaskCreated,
    TaskDelegated,
    TaskDelegationCompleted,
    TaskDelegationResumed,
    TaskIdle,
    TaskInteractive,
    TaskModeSwitched,
    TaskResumable,
    TaskSpawned,
    TaskStarted,
    TaskTokenUsageUpdated,
    TaskToolFailed,
    UnknownTaskEvent,
)

from rc_ipc.cli.terminal import BOLD, CYAN, DIM, GREEN, MAGENTA, PLAIN, RED, YELLOW, one_line

if TYPE_CHECKING:
    from rc_types.message import ClineMessage, TokenUsage

SHORT: Final = 8
"""Characters at the end of a task's id that tell tasks apart; ids that are made together begin alike."""

NAME_COLUMNS: Final = len("queuedMessagesUpdated")
"""Columns of the events' names; the few that are longer push the rest aside."""


def line_of(event: AnyTaskEvent, *, at: str) -> list[tuple[str, str]]:
    """Return the parts of an event's line, each with its style.

    Args:
        event: whatever a host said.
        at: the time, as it shall be shown.
    """
    name = getattr(event, "event_name", "malformed")
    return [
        (f"{at}  ", DIM),
        (f"{one_line(name):{NAME_COLUMNS}}  ", style_of(event)),
        (f"{one_line(task_of(event))[-SHORT:]:{SHORT}}  ", CYAN),
        *details_of(event),
    ]


def task_of(event: AnyTaskEvent) -> str:
    """Return the id of the task that the event is about, or an empty string."""
    return str(getattr(event, "task_id", None) or getattr(event, "parent_task_id", None) or "")


def wire_of(event: AnyTaskEvent) -> Any:
    """Return the event as JSON data, as it came."""
    return event.raw if isinstance(event, UnknownTaskEvent | MalformedTaskEvent) else event.to_wire()


def style_of(event: AnyTaskEvent) -> str:
    """Return the style of the event's name."""
    match event:
        case TaskCompleted() | TaskCreated() | TaskStarted():
            return GREEN
        case TaskAborted() | TaskToolFailed() | MalformedTaskEvent():
            return RED
        case TaskInteractive() | TaskResumable() | TaskIdle():
            return YELLOW
        case UnknownTaskEvent():
            return MAGENTA
        case _:
            return PLAIN


def details_of(event: AnyTaskEvent) -> list[tuple[str, str]]:
    """Return what the event says beyond its name and its task."""
    match event:
        case Message():
            return _chat(event.message)
        case TaskCompleted() | TaskTokenUsageUpdated():
            return [(_usage(event.token_usage), DIM)]
        case TaskToolFailed():
            return [(f"{one_line(event.tool)}: ", BOLD), (one_line(event.error), PLAIN)]
        case TaskModeSwitched():
            return [(one_line(event.mode), PLAIN)]
        case QueuedMessagesUpdated():
            return [(f"{len(event.messages)} waiting", PLAIN)]
        case TaskSpawned() | TaskDelegated() | TaskDelegationResumed() | TaskDelegationCompleted():
            return [(f"child {one_line(event.child_task_id)[-SHORT:]}", PLAIN)]
        case ModesResponse() | CommandsResponse() | ModelsResponse():
            return [(f"{len(event.payload[0])} of them", PLAIN)]
        case UnknownTaskEvent():
            return [(one_line(json.dumps(event.raw.get("payload"), ensure_ascii=False)), PLAIN)]
        case MalformedTaskEvent():
            return [(one_line(str(event.error)), PLAIN)]
        case _:
            return []


def _chat(message: ClineMessage) -> list[tuple[str, str]]:
    """Make an ask stand out: the task may be waiting for somebody."""
    is_ask = message.type == "ask"
    kind = one_line((message.ask if is_ask else message.say) or "?")
    text = one_line(message.text or message.reasoning or "")
    images = f"  [{len(message.images)} images]" if message.images else ""
    return [
        (f"{message.type} {kind}  ", YELLOW if is_ask else BOLD),
        (text + images, DIM if message.partial else PLAIN),
    ]


def _usage(usage: TokenUsage) -> str:
    return f"{usage.total_tokens_in:g} tokens in, {usage.total_tokens_out:g} out, ${usage.total_cost:.4f}"
