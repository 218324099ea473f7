"""One line of the log for each message, for whoever wants to see the conversation. Source: IPC spec R-18.

It stands between a connection and its carrier, and only where `log_messages` asks for it: otherwise it costs nothing.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, cast

from rc_ipc._codec import FrameSplitter, decode_frame, frames_in
from rc_ipc._errors import FrameTooLargeError
from rc_ipc._log import log
from rc_ipc._redaction import redacted
from rc_ipc._transport import Carrier, F, size_of
from rc_ipc._wire import Door, Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_types.events import TaskEvent
    from rc_types.ipc import Ack

    from rc_ipc._transport import Multipart
    from rc_ipc._wire import ServerWire


SHOWN_TEXT: Final = 80
"""Characters of each text that reach the log."""

SHOWN_ITEMS: Final = 10
"""Items of each list that reach the log."""

SHOWN_MEMBERS: Final = 200
"""Members of each object that reach the log; the largest that anybody means to send, the settings, has fewer."""

SHOWN_LEVELS: Final = 12
"""Levels of lists and objects in each other that reach the log."""


class LoggedCarrier(Carrier[F], Generic[F]):
    """A connection whose messages are logged on their way.

    Args:
        inner: carries them.
        endpoint: the address, for the log.
    """

    def __init__(self, inner: Carrier[F], endpoint: str) -> None:
        self._inner = inner
        self._log = log.bind(transport=transport_of(endpoint), endpoint=endpoint, client_id=None)
        self._splitter = FrameSplitter()

    async def send(self, frame: F, /) -> None:
        """Log the message, or each of those that go out in one piece, and pass them on."""
        if isinstance(frame, tuple):
            self._note("sent", frame, size_of(frame))
        else:
            for each in frames_in(frame):
                self._note("sent", each, len(each) + 1)
        await self._inner.send(frame)

    async def receive(self) -> F:
        """Pass on what arrives; log the messages that it completes."""
        chunk = await self._inner.receive()
        if isinstance(chunk, tuple):
            if chunk:
                self._note("received", chunk, size_of(chunk))
        else:
            with suppress(FrameTooLargeError):  # which ends the connection, so that nothing follows
                for frame in self._splitter.feed(chunk):
                    self._note("received", frame, len(frame) + 1)
        return chunk

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    def _note(self, direction: Literal["sent", "received"], frame: bytes | Multipart, size: int) -> None:
        line = _described(frame)
        if line["message_type"] == "Ack":
            self._log = self._log.bind(client_id=_members(line["payload"]).get("clientId"))
        self._log.debug("ipc.message", direction=direction, bytes=size, **line)


def logged_line(line: Line[F], endpoint: str) -> Line[F]:
    """Return the way to a host with every connection logged."""

    async def dial() -> Carrier[F]:
        return LoggedCarrier(await line.dial(), endpoint)

    return Line(dial, line.open_session)


class LoggedDoor(Door[F], Generic[F]):
    """A door with every connection that comes in by it logged."""

    def __init__(self, inner: Door[F], endpoint: str) -> None:
        self._inner, self._endpoint = inner, endpoint

    async def accept(self) -> tuple[Carrier[F], Callable[[Ack], ServerWire[F]]]:
        """Return the next connection, logged, and what opens a session on it."""
        carrier, open_session = await self._inner.accept()
        return LoggedCarrier(carrier, self._endpoint), open_session

    def event(self, event: TaskEvent, /) -> F:
        """Return the frame of an event."""
        return self._inner.event(event)

    def is_reachable(self) -> bool:
        """Return whether the address still leads here."""
        return self._inner.is_reachable()

    async def aclose(self) -> None:
        """Let nobody in any more."""
        await self._inner.aclose()


def transport_of(endpoint: str) -> str:
    """Return the name of the transport at an address, as logs and errors call it."""
    head, colon, _ = endpoint.partition(":")
    return head if (colon and head in {"pipe", "zmq+ipc", "zmq+tcp", "zmq+inproc"}) or endpoint == "memory" else "unix"


def _described(frame: bytes | Multipart) -> dict[str, Any]:
    """Return what the log says of a message; its payload is shortened, and its secrets are left out."""
    kind, body = ("malformed", frame) if isinstance(frame, bytes) else (_kind_of(frame), frame[-1])
    try:
        value: Any = redacted(decode_frame(body))
    except ValueError:
        return {"message_type": kind, "payload": None}
    message = _members(value).get("data") if isinstance(frame, bytes) else value
    if not isinstance(said := _members(message).get("type"), str):
        return {"message_type": kind, "payload": _shortened(message)}
    data = _members(message).get("data")
    names = {"command": "commandName", "task_event": "eventName"}
    found = {field: _shortened(_members(data)[name]) for field, name in names.items() if name in _members(data)}
    return {"message_type": _shortened(said), **found, "payload": _shortened(data)}


def _members(value: Any) -> dict[str, Any]:
    """Return the members of a JSON object; what is none has none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _kind_of(parts: Multipart) -> str:
    """Return the kind of a message over ZeroMQ, which is its second part."""
    return parts[1][:SHOWN_TEXT].decode("ascii", "replace") if len(parts) > 1 else "malformed"


def _shortened(value: Any, levels: int = SHOWN_LEVELS) -> Any:
    """Return JSON data that a line can hold, whoever made them."""
    if isinstance(value, str) and len(value) > SHOWN_TEXT:
        return f"{value[:SHOWN_TEXT]}\N{HORIZONTAL ELLIPSIS} ({len(value)} characters)"
    if isinstance(value, dict | list) and not levels:
        return "\N{HORIZONTAL ELLIPSIS}"
    if isinstance(value, list):
        items = cast("list[object]", value)
        rest: list[object] = [f"and {len(items) - SHOWN_ITEMS} more"] if len(items) > SHOWN_ITEMS else []
        return [_shortened(each, levels - 1) for each in items[:SHOWN_ITEMS]] + rest
    if isinstance(value, dict):
        members = _members(value)
        shown = {_shortened(key): _shortened(members[key], levels - 1) for key in islice(members, SHOWN_MEMBERS)}
        return shown if len(members) <= SHOWN_MEMBERS else {**shown, "and more": len(members) - SHOWN_MEMBERS}
    return value
