r"""Windows named pipes on asyncio's proactor loop. Source: IPC spec 2.3 and R-9.

asyncio can connect to a pipe and serve one, but can neither look at whose it is before a word is said, nor keep other
users and other machines away. So pipes are opened and made by `_pipe_calls`; what happens on them is asyncio's own
overlapped I/O. Not run by us: checked by mypy and pyright for `win32`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Final, Protocol

from rc_ipc._address import Address, pipe_candidates, pipe_name
from rc_ipc._errors import AddressError, AddressInUseError, ConnectionLostError, PermissionDeniedError
from rc_ipc._transport import READ_SIZE, Transport

if sys.platform == "win32":
    from asyncio.windows_utils import PipeHandle

    from rc_ipc._pipe_calls import is_trusted_owner, make_instance, open_pipe, own_sid, owner_sid

    if TYPE_CHECKING:
        from collections.abc import Awaitable

    class Proactor(Protocol):
        """What carries out overlapped I/O: `asyncio.IocpProactor`, whose stubs know sockets only."""

        def accept_pipe(self, pipe: PipeHandle, /) -> Awaitable[object]:
            """Wait until somebody has connected to the instance."""
            ...

        def recv(self, pipe: PipeHandle, size: int, /) -> Awaitable[bytes]:
            """Return the next bytes; `b""` once the peer has gone."""
            ...

        def send(self, pipe: PipeHandle, data: bytes, /) -> Awaitable[object]:
            """Write all of it."""
            ...

    class PipeTransport(Transport):
        """One end of a connected pipe; owns the handle."""

        def __init__(self, pipe: PipeHandle) -> None:
            self._pipe = pipe
            self._proactor = _proactor()

        async def send(self, frame: bytes, /) -> None:
            """Hand one whole frame to the system; ConnectionLostError if the peer has gone."""
            try:
                await self._proactor.send(self._pipe, frame)
            except OSError as exc:
                raise ConnectionLostError(f"cannot write to the peer: {exc.strerror}") from exc

        async def receive(self) -> bytes:
            """Return the next bytes; `b""` once the peer has gone."""
            try:
                return await self._proactor.recv(self._pipe, READ_SIZE)
            except OSError:
                return b""

        async def aclose(self) -> None:
            """Close; what was written before can still be read."""
            self._pipe.close()

    class PipeListener:
        """A pipe's name, held by instances that wait for clients. Made by `listen_pipe`."""

        def __init__(self, name: str, first: PipeHandle) -> None:
            self._name: Final = name
            self._waiting = first
            self._next: PipeHandle | None = None
            self._is_open = True
            self._proactor = _proactor()

        async def accept(self) -> PipeTransport:
            """Return the next connection; the system lets nobody in but our own user.

            Another instance is made first, so that the name stays ours and the next client finds somebody.
            """
            while True:
                if self._next is None:
                    self._next = PipeHandle(make_instance(self._name, first=False))
                pipe = self._waiting
                try:
                    await self._proactor.accept_pipe(pipe)
                except BrokenPipeError:  # came and went before we looked
                    pipe.close()
                    self._waiting, self._next = self._next, None
                    continue
                self._waiting, self._next = self._next, None
                return PipeTransport(pipe)

        def is_reachable(self) -> bool:
            """Return whether the name is ours, which nobody can take while we hold an instance."""
            return self._is_open

        async def aclose(self) -> None:
            """Let nobody in any more; the name is free once the last connection is closed."""
            self._is_open = False
            self._waiting.close()
            if self._next is not None:
                self._next.close()

    def listen_pipe(where: Address, *, takeover: bool = False) -> PipeListener:
        """Make the pipe, for our own user only.

        Raises AddressInUseError if there is one of that name, which nobody can take over; AddressError if there can
        be none.
        """
        name = pipe_name(where.target)
        if takeover:
            raise AddressError(name, "a pipe cannot be taken over; stop the server that has it")
        _proactor()
        try:
            return PipeListener(name, PipeHandle(make_instance(name, first=True)))
        except PermissionError as exc:  # what the system answers to a first instance that would be a second
            raise AddressInUseError(name, "there is a pipe of that name; stop its server or choose another") from exc
        except OSError as exc:
            raise AddressError(name, f"cannot be used: {exc.strerror}") from exc

    async def dial_pipe(where: Address) -> PipeTransport:
        """Connect to the pipe of that name, or to the one that an upstream server makes of it (2.3).

        Raises PermissionDeniedError if the system forbids it or the pipe belongs to somebody else (it would be given
        our configuration, keys included), OSError for what may be different a moment later.
        """
        name, *others = pipe_candidates(where.target)
        while True:
            try:
                return _opened(name)
            except FileNotFoundError:
                if not others:
                    raise
                name = others.pop(0)

    def _opened(name: str) -> PipeTransport:
        try:
            pipe = PipeHandle(open_pipe(name))
        except PermissionError as exc:
            raise PermissionDeniedError(name, "the system does not let this user connect") from exc
        try:
            _check_owner(name, owner_sid(pipe.handle))
            return PipeTransport(pipe)
        except BaseException:
            pipe.close()
            raise

    def _check_owner(name: str, owner: str) -> None:
        if not is_trusted_owner(owner, own=own_sid()):
            raise PermissionDeniedError(name, f"the pipe belongs to {owner}, and not to us")

    def _proactor() -> Proactor:
        """Return what carries out I/O on pipes, which the loop has but does not show."""
        found: Proactor | None = getattr(asyncio.get_running_loop(), "_proactor", None)
        if found is None:
            raise AddressError("pipe", "named pipes need asyncio's ProactorEventLoop, the default of Windows")
        return found
