"""What passes on a connection, as the lines of a recording have it, whatever carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from rc_ipc._codec import FrameSplitter, decode_frame, frames_in
from rc_ipc._event_text import event_message
from rc_ipc._redaction import redacted
from rc_ipc._transport import Carrier, F, Multipart
from rc_ipc._zmq_codec import Defect, Kind, decode_parts
from rc_ipc.testing._speech import QUERIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rc_ipc._session import Json

Speaker = Literal["host", "client"]


F_contra = TypeVar("F_contra", bound=bytes | Multipart, contravariant=True)


class Ear(Protocol[F_contra]):
    """Understands both sides of one connection."""

    def said(self, frame: F_contra, /) -> Iterator[Json]:
        """Yield what the client says with the frame."""
        ...

    def heard(self, chunk: F_contra, /) -> Iterator[Json]:
        """Yield what the chunk of the host completes."""
        ...


class StreamEar:
    """Hears frames in a stream."""

    def __init__(self) -> None:
        self._splitter = FrameSplitter()

    def said(self, piece: bytes, /) -> Iterator[Json]:
        """Yield the messages, and the frames that hold none."""
        for frame in frames_in(piece):
            yield said_in(frame)

    def heard(self, chunk: bytes, /) -> Iterator[Json]:
        """Yield the messages, and the frames that hold none."""
        for frame in self._splitter.feed(chunk):
            yield said_in(frame)


class ZmqEar:
    """Hears messages over ZeroMQ, in the words of the socket; a refusal, for which that has none, as an `error`."""

    def __init__(self) -> None:
        self._asked: dict[bytes, str] = {}

    def said(self, parts: Multipart, /) -> Iterator[Json]:
        """Yield the command, if it is one."""
        message = decode_parts(parts)
        if not isinstance(message, Defect) and message.kind is Kind.COMMAND and (body := message.json()) is not None:
            name = body["data"]["commandName"]
            if name in QUERIES:
                self._asked[message.correlation] = QUERIES[name][1]
            yield {"message": redacted(body)}

    def heard(self, parts: Multipart, /) -> Iterator[Json]:
        """Yield what a client makes known of it: greeting, event, answer, refusal, nonsense."""
        message = decode_parts(parts) if parts else None
        if isinstance(message, Defect):
            yield {"bytes": b"".join(parts).decode("latin-1")}
        elif message is not None and (body := message.json()) is not None:
            match message.kind:
                case Kind.ACK | Kind.EVENT:
                    yield {"message": body}
                case Kind.RESULT if (name := self._asked.pop(message.correlation, None)) is not None:
                    data = {"eventName": name, "payload": [body.get("value")]}
                    yield {"message": event_message(data)}
                case Kind.ERROR:
                    yield {"error": body}
                case _:
                    pass


class Tapped(Carrier[F], Generic[F]):
    """A connection of a client, with somebody who writes down what passes."""

    def __init__(self, inner: Carrier[F], ear: Ear[F], write: Callable[[Speaker, Json], None]) -> None:
        self._inner = inner
        self._ear = ear
        self._write = write

    async def send(self, frame: F, /) -> None:
        """Write down what is said, then say it."""
        for line in self._ear.said(frame):
            self._write("client", line)
        await self._inner.send(frame)

    async def receive(self) -> F:
        """Return what is heard, once it is written down."""
        chunk = await self._inner.receive()
        for line in self._ear.heard(chunk):
            self._write("host", line)
        return chunk

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()


def said_in(frame: bytes) -> dict[str, Any]:
    """Return the message in a frame without its secrets, or the bytes of a frame that holds none."""
    try:
        value = decode_frame(frame)
        message = value["data"]
        if value.keys() == {"type", "data"} and value["type"] == "message" and isinstance(message, dict):
            return {"message": redacted(message)}
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    return {"bytes": frame.decode("latin-1")}
