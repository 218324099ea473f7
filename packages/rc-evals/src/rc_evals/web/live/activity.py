"""What the agent of one attempt does, as its transcript tells it. Nothing in it is believed to be well-formed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from rc_types.events import MalformedTaskEvent, Message, UnknownTaskEvent, known_task_event, read_task_event

from rc_evals.foreign import one_line
from rc_evals.meter import Meter

if TYPE_CHECKING:
    from rc_types.events import TaskEvent
    from rc_types.message import ClineMessage

    from rc_evals.usage import Usage

EXCERPT: Final = 160
"""Characters shown of what an agent says or calls."""

_WAITS: Final = {
    "api_req_started": "model",
    "api_req_retried": "model",
    "api_req_retry_delayed": "model, after an error",
    "api_req_rate_limit_wait": "rate limit",
}
"""What an agent waits for after it has said this."""

_PROSE: Final = frozenset({"text", "reasoning", "completion_result"})
_TOOL_ASKS: Final = frozenset({"tool", "use_mcp_server"})
_ABOUT: Final = ("path", "command", "regex", "query", "serverName")
"""Members of a tool call that say what it is about, the first that is there."""


class Activity:
    """Follows one transcript, line by line."""

    def __init__(self) -> None:
        self._meter = Meter()
        self.tool = ""
        """The latest tool, and what it was about."""
        self.text = ""
        """The beginning of what the agent said last."""
        self.waits_for = ""
        """What it has asked for and not got yet; empty for nothing that is known."""
        self.rate_limits = 0
        """How often it had to wait for its turn."""
        self.broken = 0
        """Lines that are no events."""

    @property
    def usage(self) -> Usage | None:
        """What it has used so far; None while it has not said."""
        return self._meter.total

    def hear(self, line: bytes) -> TaskEvent | None:
        """Take a line into account and return its event, None when it is none."""
        event = _event(line)
        if event is None:
            self.broken += 1
            return None
        self._meter.observe(event)
        if isinstance(event, Message):
            self._note(event.message)
        return event

    def _note(self, message: ClineMessage) -> None:
        kind = message.say if message.type == "say" else message.ask
        text = message.text or ""
        self.waits_for = _WAITS.get(kind or "", "")
        self.rate_limits += kind == "api_req_rate_limit_wait"
        if kind in _TOOL_ASKS:
            self.tool = _call(text)
        elif kind == "command":
            self.tool = excerpt(f"execute_command {text}")
        elif kind in _PROSE:
            self.text = excerpt(text)


def _event(line: bytes) -> TaskEvent | None:
    try:
        if (event := known_task_event(line)) is not None:
            return event
        read = read_task_event(json.loads(line))
    except (ValueError, RecursionError):
        return None
    return None if isinstance(read, UnknownTaskEvent | MalformedTaskEvent) else read


def _call(text: str) -> str:
    """Return a tool call in a few words."""
    try:
        told: object = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    call = cast("dict[str, Any]", told)
    about = next((str(call[name]) for name in _ABOUT if call.get(name)), "")
    return excerpt(f"{str(call.get('tool', ''))[:EXCERPT]} {about[:EXCERPT]}")


def excerpt(text: str) -> str:
    """Return the beginning of foreign text as it may be shown, on one line."""
    line = one_line(text[: 4 * EXCERPT])
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"
