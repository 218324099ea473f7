"""Unix stream sockets: addresses, who is at the other end, one connection. Source: IPC spec 2.2 and R-9."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from typing import TYPE_CHECKING, Final

from rc_ipc._address import parse_address
from rc_ipc._errors import AddressError, ConnectionLostError, PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Collection

READ_SIZE: Final = 64 * 1024
"""Bytes asked for at once, as Node does."""


def socket_path(address: str | os.PathLike[str]) -> str:
    """Return the path that an address names; AddressError for an address of another kind."""
    where = parse_address(address)
    if where.scheme != "unix":
        raise AddressError(str(where), "not a Unix socket; give a path or unix:PATH")
    return where.target


def own_uid() -> frozenset[int]:
    """Return the user ids that may be at the other end unless somebody says otherwise: our own, and root's.

    Nothing on this machine is kept from root; a program of root's may drive one that it runs as another user.
    """
    return frozenset({os.getuid(), 0})


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
