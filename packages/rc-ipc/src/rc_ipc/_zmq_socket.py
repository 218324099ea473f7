"""What both sides ask of libzmq: socket options, monitor events, endings. Source: IPC spec 15.3."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Final

import zmq
import zmq.asyncio
from zmq.utils.monitor import parse_monitor_message

from rc_ipc._errors import AddressError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_ipc._address import Address
    from rc_ipc._transport import Multipart

COMMON: Final[Mapping[int, int]] = {
    zmq.HEARTBEAT_IVL: 10_000,
    zmq.HEARTBEAT_TIMEOUT: 30_000,
    zmq.HEARTBEAT_TTL: 30_000,
    zmq.HANDSHAKE_IVL: 10_000,
    zmq.LINGER: 1_000,
    zmq.IPV6: 1,
}
"""Options of both sides."""

CLIENT: Final[Mapping[int, int]] = {
    **COMMON,
    zmq.SNDHWM: 100,
    zmq.RCVHWM: 1_000,
    # Each connection has a socket of its own, on which nothing is said before its handshake; so we dial again
    # ourselves, with jitter, never without HELLO, not for ever. Both ways of telling libzmq so (-1 here, or IMMEDIATE)
    # make it drop what has arrived when the connection is lost; an hour leaves the time to read it.
    zmq.RECONNECT_IVL: 3_600_000,
}
"""Options of a DEALER."""

SERVER: Final[Mapping[int, int]] = {
    **COMMON,
    zmq.SNDHWM: 1_000,
    zmq.RCVHWM: 1_000,
    zmq.ROUTER_MANDATORY: 1,  # else what a client that has gone should get vanishes
    zmq.ROUTER_HANDOVER: 0,
}
"""Options of a ROUTER."""

MISSED_PINGS: Final = 3
"""Signs of life that may be missing before a peer counts as gone. Source: 15.3."""

HANDSHAKE_FAILURES: Final = frozenset(
    {zmq.Event.HANDSHAKE_FAILED_AUTH, zmq.Event.HANDSHAKE_FAILED_PROTOCOL, zmq.Event.HANDSHAKE_FAILED_NO_DETAIL}
)


def new_context(where: Address) -> zmq.asyncio.Context:
    """Return the context of one end: the process's own where names live in it, else a new one that is ours to end."""
    if where.scheme == "zmq+ipc" and (sys.platform == "win32" or not zmq.has("ipc")):
        raise AddressError(str(where), "there are no Unix sockets here that others can be kept from; use zmq+tcp")
    return zmq.asyncio.Context.instance() if where.scheme == "zmq+inproc" else zmq.asyncio.Context()


def require_curve(where: Address) -> None:
    """Raise AddressError if this build of libzmq cannot use keys."""
    if not zmq.has("curve"):
        raise AddressError(str(where), "this build of ZeroMQ has no CURVE; install pyzmq from a wheel")


def configure(socket: zmq.asyncio.Socket, options: Mapping[int, int]) -> None:
    """Set the options."""
    for option, value in options.items():
        socket.setsockopt(option, value)


async def send(socket: zmq.asyncio.Socket, parts: Multipart, flags: int = 0) -> None:
    """Hand a message to libzmq; `zmq.Again` if there is no room and `flags` say not to wait."""
    await socket.send_multipart(parts, flags)  # pyright: ignore[reportUnknownMemberType] - pyzmq's parameter is untyped


async def next_event(monitor: zmq.asyncio.Socket) -> zmq.Event:
    """Return the next thing that happens to the socket whose monitor it is."""
    return zmq.Event(parse_monitor_message(await monitor.recv_multipart())["event"])


def close(socket: zmq.asyncio.Socket, *helpers: zmq.asyncio.Socket | None) -> None:
    """Close a socket with its own linger; after it its monitor and whatever else is in its context."""
    socket.disable_monitor()
    socket.close()
    for helper in helpers:
        if helper is not None:
            helper.close(linger=0)


async def end(where: Address, context: zmq.asyncio.Context) -> None:
    """End the context if it is ours, once what lingers has left; all of its sockets are closed."""
    if where.scheme != "zmq+inproc":
        # Not to_thread: cancelled before its turn, it would leave the context behind.
        await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, context.term))
