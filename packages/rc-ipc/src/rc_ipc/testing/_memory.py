"""Connections without sockets: both ends in one process."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from rc_ipc._client_options import ClientOptions
from rc_ipc._connect import connecting
from rc_ipc._errors import ConnectionLostError
from rc_ipc._guest import ServerOptions
from rc_ipc._server import IpcServer, serving
from rc_ipc._transport import Transport

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from rc_ipc._client import IpcClient
    from rc_ipc._dispatch import Handler

ENDPOINT: Final = "memory"
"""What logs and errors call the address of a pair."""

ROOM: Final = 16
"""Frames that one direction holds before its sender has to wait, as with a socket's buffer."""


class _Pipe:
    """One direction of a connection; either end may close it."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._changed = asyncio.Event()
        self._closed = False

    async def put(self, frame: bytes) -> None:
        while not self.put_now(frame):
            await self._change()

    async def get(self) -> bytes:
        while not self._frames and not self._closed:
            await self._change()
        if not self._frames:
            return b""
        self._changed.set()
        return self._frames.popleft()

    def put_now(self, frame: bytes) -> bool:
        if self._closed:
            raise ConnectionLostError
        if len(self._frames) >= ROOM:
            return False
        self._frames.append(frame)
        self._changed.set()
        return True

    def close(self) -> None:
        self._closed = True
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class MemoryTransport(Transport):
    """One end of an in-process connection; made in pairs by `transport_pair`."""

    def __init__(self, inbox: _Pipe, outbox: _Pipe) -> None:
        self._inbox, self._outbox = inbox, outbox

    def send_now(self, frame: bytes, /) -> bool:
        """Hand the frame to the other end, if it has room; ConnectionLostError if that is closed."""
        return self._outbox.put_now(frame)

    async def send(self, frame: bytes, /) -> None:
        """Hand the frame to the other end; ConnectionLostError if that is closed."""
        await self._outbox.put(frame)

    async def receive(self) -> bytes:
        """Return the next bytes; `b""` once the other end is closed and everything has been read."""
        return await self._inbox.get()

    async def aclose(self) -> None:
        """Close both directions."""
        self._inbox.close()
        self._outbox.close()


def transport_pair() -> tuple[MemoryTransport, MemoryTransport]:
    """Return two ends that talk to each other."""
    there, back = _Pipe(), _Pipe()
    return MemoryTransport(back, there), MemoryTransport(there, back)


class MemoryListener:
    """Where the clients of a `memory_pair` arrive; `dial` makes one more connection."""

    def __init__(self) -> None:
        self._arrivals: asyncio.Queue[MemoryTransport] = asyncio.Queue()
        self._open = True

    async def dial(self) -> MemoryTransport:
        """Connect; ConnectionRefusedError once the listener is closed."""
        if not self._open:
            raise ConnectionRefusedError
        ours, theirs = transport_pair()
        self._arrivals.put_nowait(theirs)
        return ours

    async def accept(self) -> MemoryTransport:
        """Return the next connection."""
        return await self._arrivals.get()

    def is_reachable(self) -> bool:
        """Return whether clients can still arrive."""
        return self._open

    async def aclose(self) -> None:
        """Turn away who comes from now on, and who has not been accepted yet."""
        self._open = False
        while not self._arrivals.empty():
            await self._arrivals.get_nowait().aclose()


@asynccontextmanager
async def memory_pair(
    handler: Handler,
    *,
    client: ClientOptions | None = None,
    server: ServerOptions | None = None,
) -> AsyncGenerator[tuple[IpcClient, IpcServer]]:
    """Give a client that is ready and the server it talks to; both are closed at the end of the block."""
    listener = MemoryListener()
    async with (
        serving(listener, handler, endpoint=ENDPOINT, options=server or ServerOptions()) as host,
        connecting(listener.dial, address=ENDPOINT, options=client or ClientOptions()) as guest,
    ):
        yield guest, host
