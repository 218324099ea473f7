"""Unix stream sockets: who is at the other end, one connection. Source: IPC spec 2.2 and R-9."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from typing import TYPE_CHECKING

from rc_ipc._errors import ConnectionLostError, PermissionDeniedError
from rc_ipc._transport import READ_SIZE

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


class UnixTransport:
    """One end of a connected Unix stream socket; owns the socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    async def send(self, frame: bytes, /) -> None:
        """Hand one whole frame to the kernel; ConnectionLostError if the peer has gone."""
        try:
            await asyncio.get_running_loop().sock_sendall(self._sock, frame)
        except OSError as exc:
            raise ConnectionLostError(f"cannot write to the peer: {exc.strerror}") from exc

    async def receive(self) -> bytes:
        """Return the next bytes; `b""` once the peer has gone."""
        try:
            return await asyncio.get_running_loop().sock_recv(self._sock, READ_SIZE)
        except OSError:
            return b""

    async def aclose(self) -> None:
        """Tell the peer that nothing more comes, then close."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()


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
    return UnixTransport(sock)


def _check_owner(path: str, uid: int, allowed_uids: Collection[int]) -> None:
    if uid not in allowed_uids:
        raise PermissionDeniedError(path, f"the listener belongs to user {uid}, who is not among the allowed ones")
