"""Taking a Unix socket's path, safely, and giving it back. Source: IPC spec R-8 and R-9.

Whoever can connect can run commands, so nobody else may, at any moment; and nothing at the path that is not
provably a leftover is ever removed.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import socket
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_ipc._errors import AddressError, AddressInUseError, PermissionDeniedError
from rc_ipc._log import log

if sys.platform != "win32":
    from rc_ipc._unix import UnixTransport, peer_uid, take_over

if TYPE_CHECKING:
    from collections.abc import Collection

assert sys.platform != "win32"  # noqa: S101 - for type checkers; there, `rc_ipc._pipe` is in the place of this module


BACKLOG: Final = 128
"""Connections that the kernel keeps waiting for us."""


class UnixListener:
    """A listening socket that remembers which file is its own. Made by `listen_unix`."""

    def __init__(self, sock: socket.socket, path: str, lock: _PathLock, allowed_uids: Collection[int]) -> None:
        self._sock = sock
        self._path = path
        self._lock = lock
        self._allowed_uids = allowed_uids
        self._identity = _identity(path)

    async def accept(self) -> UnixTransport:
        """Return the next connection of an allowed user; others are closed before a word is said."""
        while True:
            sock = await self._arrival()
            try:
                uid = peer_uid(sock)
            except OSError:  # gone already
                sock.close()
                continue
            if uid in self._allowed_uids:
                return await take_over(sock)
            log.warning("ipc.stranger_refused", endpoint=self._path, uid=uid)
            sock.close()

    async def _arrival(self) -> socket.socket:
        # Not loop.sock_accept: cancelled in the moment of an arrival, it loses the connection without closing it.
        while True:
            try:
                sock, _ = self._sock.accept()
            except BlockingIOError:
                await _readable(self._sock)
            else:
                sock.setblocking(False)
                return sock

    def fileno(self) -> int:
        """Return the descriptor of the listening socket, for whoever accepts in our place."""
        return self._sock.fileno()

    def is_reachable(self) -> bool:
        """Return whether the path still leads to this socket."""
        return _identity(self._path) == self._identity

    async def aclose(self) -> None:
        """Stop listening; remove the socket file, unless somebody has put another in its place."""
        self.close()

    def close(self) -> None:
        """Do the same where nothing can be awaited."""
        if self._sock.fileno() < 0:
            return  # closed before; by now the path, and even the inode, may belong to somebody else
        # Compared while the socket is open: as long as it is, its inode cannot be given to another file.
        if self.is_reachable():
            _remove(self._path)
        self._sock.close()
        self._lock.release()


def listen_unix(path: str, *, allowed_uids: Collection[int], takeover: bool = False) -> UnixListener:
    """Bind and listen at `path`, as a socket that only its owner can connect to.

    Args:
        path: where; its folder must exist and not be writable by everybody (unless sticky, like /tmp).
        allowed_uids: users whose connections are accepted.
        takeover: take the path from a server that is alive; its connections go on, new ones come here.

    Raises AddressInUseError if anything but a dead socket is there, PermissionDeniedError and AddressError
    for a folder that cannot be used.
    """
    _check_folder(path)
    lock = _PathLock(path, shared=takeover)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        _make_room(path, takeover=takeover)
        # Until listen() nobody can connect, and before that the mode is set: there is no open moment.
        sock.bind(path)
        Path(path).chmod(0o600)
        sock.listen(BACKLOG)
        return UnixListener(sock, path, lock, allowed_uids)
    except BaseException as exc:
        sock.close()
        lock.release()
        if isinstance(exc, OSError):
            raise _address_error(path, exc) from exc
        raise


class _PathLock:
    """The advisory lock `PATH.lock`: decides between two of our servers without a race."""

    def __init__(self, path: str, *, shared: bool) -> None:
        self._path = Path(f"{path}.lock")
        self._fd: int | None = self._take(path, shared=shared)

    def _take(self, path: str, *, shared: bool) -> int | None:
        while True:
            try:
                fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            except OSError as exc:
                raise _address_error(os.fspath(self._path), exc) from exc
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(fd)
                if shared:
                    return None
                raise AddressInUseError(path, "another server holds the lock; stop it or choose another path") from None
            # The former owner may have removed the file between our open and our lock: then lock the new one.
            found = os.fstat(fd)
            if _identity(os.fspath(self._path)) == (found.st_dev, found.st_ino):
                return fd
            os.close(fd)

    def release(self) -> None:
        """Remove the file while the lock is still held, then let go; safe to call twice."""
        if self._fd is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._fd)
            self._fd = None


async def _readable(sock: socket.socket) -> None:
    """Wait until there is something to accept."""
    loop = asyncio.get_running_loop()
    stirred = asyncio.Event()
    loop.add_reader(sock, stirred.set)
    try:
        await stirred.wait()
    finally:
        loop.remove_reader(sock)


def _make_room(path: str, *, takeover: bool) -> None:
    """Remove a dead socket (with `takeover` also a live one) from the path; refuse anything else."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise AddressInUseError(path, "there is something that is not a socket; move it away or choose another path")
    if not takeover and _is_alive(path):
        raise AddressInUseError(path, "a server is listening there; stop it, choose another path, or take over")
    _remove(path)


def _remove(path: str) -> None:
    Path(path).unlink(missing_ok=True)


def _is_alive(path: str) -> bool:
    """Return whether anything but a refusal answers; when in doubt, somebody lives there."""
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as probe:
        probe.setblocking(False)
        return probe.connect_ex(path) not in {errno.ECONNREFUSED, errno.ENOENT}


def _check_folder(path: str) -> None:
    folder = Path(path).absolute().parent
    try:
        mode = folder.stat().st_mode
    except OSError as exc:
        raise _address_error(path, exc) from exc
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        raise PermissionDeniedError(path, f"everybody can write to {folder}; use a folder of your own (mode 0700)")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _address_error(path: str, exc: OSError) -> AddressError:
    if exc.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ELOOP}:
        return PermissionDeniedError(path, f"cannot be created here: {exc.strerror}")
    if exc.errno == errno.EADDRINUSE:
        return AddressInUseError(path, "somebody else took the path just now")
    return AddressError(path, f"cannot be used: {exc.strerror}")
