"""Frames: JSON objects on a byte stream, each closed by one form feed. No I/O.

Source: IPC spec sections 3.1 to 3.3 and R-1 to R-4. The form feed cannot occur inside JSON text, so the raw
bytes are cut first and decoded later.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from rc_ipc._errors import FrameTooLargeError, ProtocolViolationError

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME_END: Final = b"\x0c"
"""Closes every frame (form feed). Source: IPC spec 3.1."""

FRAME_TYPE: Final = "message"
"""The only frame type that anybody sends or reacts to. Source: IPC spec 3.3."""

MAX_RECEIVED_FRAME: Final = 32 * 1024 * 1024
"""Bytes of a received frame, its end included, before the connection is given up. Source: R-4."""

MAX_SENT_FRAME: Final = 8 * 1024 * 1024
"""Bytes of a frame that we agree to send: Node's reader needs quadratic time for large ones. Source: R-4, F4."""


class FrameSplitter:
    """Cuts a byte stream into frames, however the bytes arrive; costs time linear in the bytes."""

    def __init__(self, *, max_frame: int = MAX_RECEIVED_FRAME) -> None:
        self._max_frame = max_frame
        self._rest = bytearray()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield each frame that `chunk` completes, without its end. Exhaust before feeding again.

        Raises FrameTooLargeError where a frame exceeds the limit; the stream is of no use afterwards. Never
        holds more than the limit and one chunk.
        """
        *ends, rest = chunk.split(FRAME_END)
        for end in ends:
            frame = end
            if self._rest:
                self._rest += end
                frame = bytes(self._rest)
                self._rest.clear()
            self._refuse_over(len(frame) + 1)
            yield frame
        self._refuse_over(len(self._rest) + len(rest))
        self._rest += rest

    def _refuse_over(self, size: int) -> None:
        if size > self._max_frame:
            self._rest.clear()
            raise FrameTooLargeError(size, self._max_frame)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_decoder: Final = json.JSONDecoder(parse_constant=_refuse_constant)


def decode_frame(frame: bytes) -> Any:
    """Return the JSON value of a frame; raise ValueError for whatever a JavaScript peer would not call JSON.

    Malformed UTF-8 becomes U+FFFD as it does in Node. The bytes never reach the parser, which would accept a
    byte order mark and guess UTF-16 (R-2).
    """
    try:
        return _decoder.decode(frame.decode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def inexpressible(cause: Exception) -> ProtocolViolationError:
    """Return the error for what JSON cannot say; raise it `from None`, since some causes quote the value."""
    return ProtocolViolationError(f"the message is not expressible as JSON ({type(cause).__name__})")


_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def encode_json(value: object) -> bytes:
    r"""Return `value` as JSON, spelled as Node spells it (R-3).

    Members keep their order. A lone surrogate goes out as `\udxxx`, everything else as plain UTF-8.

    Raises ProtocolViolationError for what JSON cannot say, such as a number that is not finite.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, TypeError, RecursionError) as exc:
        raise inexpressible(exc) from None
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


_BEFORE: Final = b'{"type":"message","data":'
_AFTER: Final = b"}" + FRAME_END


def encode_frame(message: dict[str, Any], *, max_frame: int = MAX_SENT_FRAME) -> bytes:
    """Return the frame that carries `message`, its end included.

    Raises ProtocolViolationError as `encode_json` does, FrameTooLargeError for a frame over `max_frame` bytes.
    """
    return frame_of(encode_json(message), max_frame=max_frame)


def frame_of(message: bytes, *, max_frame: int = MAX_SENT_FRAME) -> bytes:
    """Return the frame that carries the JSON of a message; FrameTooLargeError for one over `max_frame` bytes."""
    frame = _BEFORE + message + _AFTER
    if len(frame) > max_frame:
        raise FrameTooLargeError(len(frame), max_frame)
    return frame


def frames_in(piece: bytes) -> list[bytes]:
    """Return the frames that are handed over in one piece, without their ends."""
    return piece.removesuffix(FRAME_END).split(FRAME_END)


def message_of(frame: bytes) -> bytes | None:
    """Return the text of the message in a frame, or None if the frame is not spelled as `frame_of` and Node do it."""
    if frame.startswith(_BEFORE) and frame.endswith(b"}"):
        return frame[len(_BEFORE) : -1]
    return None
