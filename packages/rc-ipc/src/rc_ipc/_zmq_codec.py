"""Messages between Python peers over ZeroMQ: four parts each. No I/O. Source: IPC spec 15.2."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, cast

from rc_ipc._codec import decode_frame, encode_json
from rc_ipc._errors import FrameTooLargeError

if TYPE_CHECKING:
    from rc_ipc._transport import Multipart

PROTOCOL: Final = b"RCIPC/1"
"""The first part of every message."""

CORRELATION_SIZE: Final = 16
"""Bytes of a correlation (a UUID), where there is one."""


class Kind(StrEnum):
    """What a message is; the second part."""

    HELLO = "HELLO"
    ACK = "ACK"
    COMMAND = "COMMAND"
    ACCEPTED = "ACCEPTED"
    RESULT = "RESULT"
    ERROR = "ERROR"
    EVENT = "EVENT"
    PING = "PING"
    PONG = "PONG"
    BYE = "BYE"


class ErrorCode(StrEnum):
    """Codes of ERROR. `NOT_FOUND` is for handlers."""

    INVALID_MESSAGE = "invalid_message"
    UNKNOWN_COMMAND = "unknown_command"
    INVALID_PAYLOAD = "invalid_payload"
    HELLO_REQUIRED = "hello_required"
    UNSUPPORTED_VERSION = "unsupported_version"
    TOO_LARGE = "too_large"
    NOT_FOUND = "not_found"
    HANDLER_FAILED = "handler_failed"
    SHUTTING_DOWN = "shutting_down"
    SLOW_CONSUMER = "slow_consumer"


CORRELATED: Final = frozenset({Kind.HELLO, Kind.ACK, Kind.COMMAND, Kind.ACCEPTED, Kind.RESULT, Kind.PING, Kind.PONG})
"""Kinds that always carry a correlation."""

UNCORRELATED: Final = frozenset({Kind.EVENT, Kind.BYE})
"""Kinds that never do. ERROR may."""

EMPTY: Final = frozenset({Kind.PING, Kind.PONG})
"""Kinds without a body."""


@dataclass(frozen=True, slots=True)
class ZmqMessage:
    """A well-formed message; whether its body is JSON is not looked at yet."""

    kind: Kind
    correlation: bytes
    body: bytes

    def json(self) -> dict[str, Any] | None:
        """Return the object that the body holds; None if it holds none."""
        try:
            value: object = decode_frame(self.body)
        except ValueError:
            return None
        return cast("dict[str, Any]", value) if isinstance(value, dict) else None


@dataclass(frozen=True, slots=True)
class Defect:
    """Why parts are no message: a constant that can be counted."""

    reason: str


def decode_parts(parts: Multipart) -> ZmqMessage | Defect:
    """Return the message that the parts are, without the routing id; never raises."""
    if len(parts) != 4:
        return Defect("unsupported_version" if _is_other_version(parts[:1]) else "part_count")
    protocol, name, correlation, body = parts
    if protocol != PROTOCOL:
        return Defect("unsupported_version" if _is_other_version(parts[:1]) else "protocol")
    kind = _KINDS.get(name)
    if kind is None:
        return Defect("kind")
    sizes = {CORRELATION_SIZE} if kind in CORRELATED else {0} if kind in UNCORRELATED else {0, CORRELATION_SIZE}
    if len(correlation) not in sizes:
        return Defect("correlation")
    if kind in EMPTY and body:
        return Defect("body")
    return ZmqMessage(kind, correlation, body)


def encode_parts(
    kind: Kind, *, correlation: bytes = b"", body: object = None, max_body: int | None = None
) -> Multipart:
    """Return the parts of a message.

    Args:
        kind: what it is.
        correlation: 16 bytes, or none.
        body: what the body says in JSON; None for an empty one.
        max_body: bytes that the body may have.

    Raises ProtocolViolationError for what JSON cannot say, FrameTooLargeError for a body over the limit.
    """
    return parts_of(kind, correlation, b"" if body is None else encode_json(body), max_body=max_body)


def parts_of(kind: Kind, correlation: bytes, body: bytes, *, max_body: int | None = None) -> Multipart:
    """Return the parts of a message whose body is written already; FrameTooLargeError for one over `max_body`."""
    if max_body is not None and len(body) > max_body:
        raise FrameTooLargeError(len(body), max_body)
    return PROTOCOL, kind.encode(), correlation, body


def error_parts(code: str, message: str, *, correlation: bytes = b"") -> Multipart:
    """Return the parts of an ERROR."""
    return encode_parts(Kind.ERROR, correlation=correlation, body={"code": code, "message": message})


_KINDS: Final = {kind.encode(): kind for kind in Kind}


def _is_other_version(first: Multipart) -> bool:
    return len(first) == 1 and first[0] != PROTOCOL and first[0].startswith(b"RCIPC/") and first[0][6:].isdigit()
