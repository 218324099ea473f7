"""Lines and doors whose carriers are streams of bytes: Unix sockets, and the pairs of `rc_ipc.testing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rc_ipc._session import ClientSession, FrameLimits, ServerSession, event_frame
from rc_ipc._wire import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_types.events import TaskEvent
    from rc_types.ipc import Ack

    from rc_ipc._client_options import ClientOptions
    from rc_ipc._transport import Dial, Listener, Transport


def stream_line(dial: Dial, options: ClientOptions) -> Line[bytes]:
    """Return the way to a host that speaks as node-ipc does."""

    def open_session() -> ClientSession:
        return ClientSession(limits=options.frames, flavor=options.flavor, strict=options.strict)

    return Line(dial, open_session)


class StreamDoor:
    """A listener whose clients speak as node-ipc does; owns the listener."""

    def __init__(self, listener: Listener, *, limits: FrameLimits) -> None:
        self._listener = listener
        self._limits = limits

    async def accept(self) -> tuple[Transport, Callable[[Ack], ServerSession]]:
        """Return the next connection, and what opens a session on it."""
        return await self._listener.accept(), self._open_session

    def event(self, event: TaskEvent, /) -> bytes:
        """Return the frame of an event."""
        return event_frame(event, limits=self._limits)

    def is_reachable(self) -> bool:
        """Return whether the address still leads here."""
        return self._listener.is_reachable()

    async def aclose(self) -> None:
        """Stop listening."""
        await self._listener.aclose()

    def _open_session(self, ack: Ack) -> ServerSession:
        return ServerSession(ack, limits=self._limits)
