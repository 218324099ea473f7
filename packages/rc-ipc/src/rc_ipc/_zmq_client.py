"""A client's way to its host over ZeroMQ, from the keys to the end of the handshake. Source: IPC spec 15.2 to 15.4."""

from __future__ import annotations

import asyncio
import errno
import os
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import zmq
import zmq.asyncio

from rc_ipc._errors import (
    AddressError,
    AuthenticationError,
    HandshakeTimeoutError,
    PermissionDeniedError,
)
from rc_ipc._session import ClientSession
from rc_ipc._wire import Line
from rc_ipc._zmq_dealer import DealerCarrier
from rc_ipc._zmq_session import ZmqClientSession
from rc_ipc._zmq_socket import CLIENT, close, configure, end, new_context, next_event, require_curve

if TYPE_CHECKING:
    from collections.abc import Collection

    from rc_ipc._address import Address
    from rc_ipc._client_options import ClientOptions
    from rc_ipc._curve import KeyPair
    from rc_ipc._transport import Multipart

MAX_HANG_UPS: Final = 3
"""Times in a row that a host may hang up during the first handshake; then it wants other keys, and will not say so."""


class Dialer:
    """A client's way to one host.

    Args:
        where: the address.
        allowed_uids: users whose hosts are trusted, if it is a path.
        keys: ours, and the host's public one.
        options: of the client.
    """

    def __init__(
        self,
        where: Address,
        *,
        allowed_uids: Collection[int],
        keys: tuple[KeyPair, str] | None,
        options: ClientOptions,
    ) -> None:
        if keys is not None:
            require_curve(where)
        self._where = where
        self._allowed_uids = allowed_uids
        self._keys = keys
        self._options = options
        self._hang_ups = 0
        self._was_welcome = False

    def line(self) -> Line[Multipart]:
        """Return what connects a client."""
        return Line(self.dial, self.open_session)

    def open_session(self) -> ZmqClientSession:
        """Return the conversation for one connection."""
        options = self._options
        hello = {
            "name": "rc-ipc",
            "version": version("rc-ipc"),
            "pid": os.getpid(),
            "maxFrameBytes": options.frames.received,
        }
        session = ClientSession(limits=options.frames, flavor=options.flavor, strict=options.strict)
        return ZmqClientSession(session, hello=hello, limits=options.frames, new_correlation=lambda: uuid4().bytes)

    async def dial(self) -> DealerCarrier:
        """Make one attempt to connect, handshake included; as `Line.dial`."""
        self._check_owner()
        context = new_context(self._where)
        self._check_taken(context)
        socket = context.socket(zmq.DEALER)
        monitor: zmq.asyncio.Socket | None = None
        try:
            configure(socket, CLIENT)
            socket.setsockopt(zmq.MAXMSGSIZE, self._options.frames.received)
            if self._keys is not None:
                ours, host = self._keys
                socket.curve_publickey, socket.curve_secretkey = ours.public.encode(), ours.secret.encode()
                socket.curve_serverkey = host.encode()
            if self._where.scheme != "zmq+inproc":  # there, nothing happens that a monitor could tell
                monitor = socket.get_monitor_socket()
            self._connect(socket)
            if monitor is not None:
                await self._shake_hands(monitor)
        except BaseException:
            socket.linger = 0
            close(socket, monitor)
            await end(self._where, context)
            raise
        return DealerCarrier(self._where, context, socket, monitor, ping_interval=self._options.ping_interval)

    def _check_taken(self, context: zmq.asyncio.Context) -> None:
        """Refuse to wait for a name within the process that nobody has.

        libzmq would let us connect, and keep our socket, closed or not, until somebody takes the name.
        """
        if self._where.scheme != "zmq+inproc":
            return
        name = str(self._where).removeprefix("zmq+")
        with context.socket(zmq.PAIR) as probe:
            try:
                probe.bind(name)
            except zmq.ZMQError:  # somebody has it, or it is no name, which connecting will say
                return
            probe.unbind(name)
        raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))

    def _connect(self, socket: zmq.asyncio.Socket) -> None:
        try:
            socket.connect(str(self._where).removeprefix("zmq+"))
        except zmq.ZMQError as exc:
            raise AddressError(str(self._where), f"cannot be connected to: {exc.strerror}") from exc

    async def _shake_hands(self, monitor: zmq.asyncio.Socket) -> None:
        is_connected = False
        try:
            async with asyncio.timeout(self._options.handshake_timeout):
                while (event := await next_event(monitor)) is not zmq.Event.HANDSHAKE_SUCCEEDED:
                    is_connected = is_connected or event is zmq.Event.CONNECTED
                    self._raise_for(event)
        except TimeoutError:
            if not is_connected:
                raise
            raise HandshakeTimeoutError(str(self._where), self._options.handshake_timeout) from None
        self._was_welcome = True

    def _raise_for(self, event: zmq.Event) -> None:
        match event:
            case zmq.Event.HANDSHAKE_FAILED_AUTH:
                raise AuthenticationError(str(self._where), "the host does not let our key in")
            case zmq.Event.HANDSHAKE_FAILED_PROTOCOL:
                raise AuthenticationError(str(self._where), "the host wants keys and we have none, or the reverse")
            case zmq.Event.HANDSHAKE_FAILED_NO_DETAIL:
                self._hang_ups += 1
                if self._hang_ups >= MAX_HANG_UPS and not self._was_welcome:
                    raise AuthenticationError(
                        str(self._where), "hangs up on us: it has another key than we expect, or wants one of us"
                    )
                raise ConnectionResetError(errno.ECONNRESET, "the host hung up during the handshake")
            case zmq.Event.CLOSED | zmq.Event.CONNECT_RETRIED | zmq.Event.DISCONNECTED:
                raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
            case _:
                pass

    def _check_owner(self) -> None:
        """Refuse to talk to somebody else's socket: it would be given our configuration, keys included (R-9)."""
        if self._where.scheme == "zmq+ipc":
            uid = Path(self._where.target).stat().st_uid
            if uid not in self._allowed_uids:
                raise PermissionDeniedError(
                    str(self._where), f"the socket belongs to user {uid}, who is not among the allowed ones"
                )
