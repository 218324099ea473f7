"""Unix stream sockets: who is at the other end, one connection. Source: IPC spec 2.2 and R-9."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from collections import deque
from typing import TYPE_CHECKING, cast

from rc_ipc._errors import ConnectionLostError, PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Collection

assert sys.platform != "win32"  # noqa: S101 - for type checkers; there, `rc_ipc._pipe` is in the place of this module


def peer_uid(sock: socket.socket) -> int:
    """Return the user id of the process that made the other end of a Unix connection."""
    if hasattr(socket, "SO_PEERCRED"):
        _pid, uid, _gid = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return int(uid)
    # BSD and macOS: struct xucred of LOCAL_PEERCRED (1) at SOL_LOCAL (0) starts with a version and the uid.
    _version, uid = struct.unpack("=II", sock.getsockopt(0, 1, 76)[:8])
    return int(uid)


class UnixTransport(asyncio.Protocol):
    """One end of a connected Unix stream socket; made by `take_over`.

    asyncio's own transport is told to keep nothing but the rest of one frame, and to read no further while there is
    something that nobody has asked for.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._transport: asyncio.Transport | None = None
        self._chunks: deque[bytes] = deque()
        self._is_paused = self._is_full = self._is_heard_out = self._is_lost = False
        self._changed = asyncio.Event()

    def send_now(self, frame: bytes, /) -> bool:
        """Hand the frame to the kernel, if it has taken the one before; ConnectionLostError if the peer has gone."""
        transport = self._connected()
        if self._is_full:
            return False
        transport.write(frame)
        self._connected()
        return True

    async def send(self, frame: bytes, /) -> None:
        """Hand one whole frame to the kernel; ConnectionLostError if the peer has gone."""
        while not self.send_now(frame):
            await self._change()
        await self.drained()

    async def drained(self) -> None:
        """Return once the kernel has everything; ConnectionLostError if it never will."""
        while self._is_full:
            await self._change()
        self._connected()

    async def receive(self) -> bytes:
        """Return the next bytes; `b""` once the peer has gone."""
        while not self._chunks:
            if self._is_heard_out or self._is_lost:
                return b""
            await self._change()
        chunk = self._chunks.popleft()
        if self._is_paused and self._transport is not None and not self._is_lost:
            self._is_paused = False
            self._transport.resume_reading()
        return chunk

    async def aclose(self) -> None:
        """Tell the peer that nothing more comes, then close."""
        if self._transport is None:
            return
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._transport.abort()
        while not self._is_lost:
            await self._change()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport; called by the loop, as what follows."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)

    def data_received(self, data: bytes) -> None:
        """Keep what has arrived; the second chunk that nobody has asked for is the last for now."""
        self._chunks.append(data)
        if len(self._chunks) > 1 and self._transport is not None:
            self._is_paused = True
            self._transport.pause_reading()
        self._changed.set()

    def eof_received(self) -> None:
        """Note that nothing more comes; asyncio closes now, but not before the peer has read the rest of a frame."""
        self._is_heard_out = True
        self._changed.set()

    def pause_writing(self) -> None:
        """Note that the kernel has taken a part of a frame only."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Note that the kernel has taken the rest."""
        self._is_full = False
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Note the end."""
        self._is_lost, self._is_full = True, False
        self._changed.set()

    def _connected(self) -> asyncio.Transport:
        if self._transport is None or self._transport.is_closing():
            raise ConnectionLostError
        return self._transport

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


async def take_over(sock: socket.socket) -> UnixTransport:
    """Return the transport of a connected socket, which owns it."""
    _, made = await asyncio.get_running_loop().create_unix_connection(lambda: UnixTransport(sock), sock=sock)
    return made


async def dial_unix(path: str, *, allowed_uids: Collection[int]) -> UnixTransport:
    """Connect to the socket at `path`.

    Raises PermissionDeniedError if the system forbids it or the listener belongs to somebody else (it would
    be given our configuration, keys included), OSError for what may be different a moment later.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        # Not loop.sock_connect: it takes EAGAIN (a full backlog) for a connection that is being made.
        sock.connect(path)
        _check_owner(path, peer_uid(sock), allowed_uids)
    except BaseException as exc:
        sock.close()
        if isinstance(exc, PermissionError):
            raise PermissionDeniedError(path, "the system does not let this user connect") from exc
        raise
    return await take_over(sock)


def _check_owner(path: str, uid: int, allowed_uids: Collection[int]) -> None:
    if uid not in allowed_uids:
        raise PermissionDeniedError(path, f"the listener belongs to user {uid}, who is not among the allowed ones")
