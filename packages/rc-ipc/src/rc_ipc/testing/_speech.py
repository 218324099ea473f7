"""How a scripted host speaks to one client: as node-ipc does, or over ZeroMQ. It may say anything. No I/O."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, Protocol

from rc_types.ipc import TaskCommandName

from rc_ipc._codec import encode_frame
from rc_ipc._event_text import event_message
from rc_ipc._session import FrameLimits, ServerSession
from rc_ipc._transport import F, Multipart
from rc_ipc._zmq_codec import CORRELATION_SIZE, ErrorCode, Kind, encode_parts, error_parts
from rc_ipc._zmq_session import ZmqServerSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rc_types.ipc import Ack

    from rc_ipc._session import Ignored, Json, Received
    from rc_ipc._wire import Farewell, Reply

QUERIES: Final[Mapping[str, tuple[str, str]]] = {
    TaskCommandName.GET_MODES: ("modes", "modesResponse"),
    TaskCommandName.GET_COMMANDS: ("commands", "commandsResponse"),
    TaskCommandName.GET_MODELS: ("models", "modelsResponse"),
}
"""For each query the member of `answers` that it asks for, and the event that answers it."""


class Speech(Protocol[F]):
    """One conversation, from the host's side."""

    def greeting(self) -> F:
        """Return the Ack."""
        ...

    def receive(self, chunk: F, /) -> Iterator[Received | Reply[F] | Farewell | Ignored]:
        """Yield what the chunk says; exhaust before the next call."""
        ...

    def said(self, message: Json, /) -> F:
        """Return a message of the wire as it stands; FrameTooLargeError for one that no wire carries."""
        ...

    def spelled(self, data: bytes, /) -> F:
        """Return what need not be a message."""
        ...

    def posted(self, frames: list[F], /, *, glued: bool) -> list[F]:
        """Return the frames as they go out, cut and joined where the carrier has no borders of its own."""
        ...

    def acceptance(self, received: Received, /) -> list[F]:
        """Return what says that a command has come, if anything does."""
        ...

    def found(self, received: Received, answer: object, /) -> list[F]:
        """Return what answers a query."""
        ...

    def obeyed(self, received: Received, task_id: str | None, /) -> list[F]:
        """Return what says that a command is obeyed, and in which task, if anything does."""
        ...

    def refused(self, received: Received, /) -> list[F]:
        """Return what says that this host does not know the command, if anything does."""
        ...


class StreamSpeech(ServerSession):
    """Frames in a stream, and no word about what became of a command."""

    def __init__(self, ack: Ack, *, pieces: int | None) -> None:
        super().__init__(ack, limits=FrameLimits())
        self._pieces = pieces

    def said(self, message: Json, /) -> bytes:
        """Return the frame."""
        return encode_frame(message)

    def spelled(self, data: bytes, /) -> bytes:
        """Return the bytes."""
        return data

    def posted(self, frames: list[bytes], /, *, glued: bool) -> list[bytes]:
        """Join what is glued, but for the second half of the last frame; cut everything into pieces, if so told."""
        if glued and frames:
            whole = b"".join(frames)
            border = len(whole) - len(frames[-1]) // 2
            frames = [whole[:border], whole[border:]]
        longest = self._pieces
        return frames if longest is None else [piece for frame in frames for piece in cut_up(frame, longest)]

    def found(self, received: Received, answer: object, /) -> list[bytes]:
        """Return the event."""
        data = {"eventName": QUERIES[received.command.command_name][1], "payload": [answer]}
        return [self.said(event_message(data))]

    def obeyed(self, _received: Received, _task_id: str | None, /) -> list[bytes]:
        """Say nothing: this wire has no word for it."""
        return []

    def refused(self, _received: Received, /) -> list[bytes]:
        """Say nothing, as hosts do."""
        return []


class ZmqSpeech(ZmqServerSession):
    """Messages whole, and an outcome for each command that a script has an answer to."""

    def __init__(self, ack: Ack, *, hello: bytes) -> None:
        super().__init__(ack, hello=hello, limits=FrameLimits())
        self._greeted = hello

    def said(self, message: Json, /) -> Multipart:
        """Return the message in the parts of its kind; what is of no kind goes as an event."""
        kind, correlation = {
            "Ack": (Kind.ACK, self._greeted),
            "TaskCommand": (Kind.COMMAND, bytes(CORRELATION_SIZE)),
        }.get(str(message.get("type")), (Kind.EVENT, b""))
        return encode_parts(kind, correlation=correlation, body=message, max_body=FrameLimits().sent)

    def spelled(self, data: bytes, /) -> Multipart:
        """Return one part, where four would be a message."""
        return (data,)

    def posted(self, frames: list[Multipart], /, *, glued: bool) -> list[Multipart]:  # noqa: ARG002 - as streams need it
        """Return the messages: ZeroMQ keeps their borders."""
        return frames

    def found(self, received: Received, answer: object, /) -> list[Multipart]:
        """Return the RESULT."""
        return [encode_parts(Kind.RESULT, correlation=received.correlation, body={"value": answer})]

    def obeyed(self, received: Received, task_id: str | None, /) -> list[Multipart]:
        """Return the RESULT; none to a query, whose answer this is not."""
        if received.command.command_name in QUERIES:
            return []
        return [encode_parts(Kind.RESULT, correlation=received.correlation, body={"value": task_id})]

    def refused(self, received: Received, /) -> list[Multipart]:
        """Return the ERROR."""
        text = "this host does not know the command, or not its data"
        return [error_parts(ErrorCode.UNKNOWN_COMMAND, text, correlation=received.correlation)]


def cut_up(frame: bytes, longest: int) -> list[bytes]:
    """Return the frame in pieces of 1, 2, 3 .. `longest`, 1, 2 .. bytes."""
    sizes = itertools.cycle(range(1, longest + 1))
    pieces: list[bytes] = []
    at = 0
    while at < len(frame):
        size = next(sizes)
        pieces.append(frame[at : at + size])
        at += size
    return pieces
