"""Taking an address for ZeroMQ, with keys and as safely as without it. Source: IPC spec 15.3, 15.4, R-8, R-9."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import zmq
import zmq.asyncio

from rc_ipc._address import ANY_PORT
from rc_ipc._curve import read_keys
from rc_ipc._errors import AddressError, AddressInUseError, PermissionDeniedError
from rc_ipc._zap import ENDPOINT
from rc_ipc._zmq_socket import SERVER, close, configure, new_context, require_curve

if sys.platform != "win32":
    from rc_ipc._bind import listen_unix

if TYPE_CHECKING:
    from collections.abc import Collection

    from rc_ipc._address import Address
    from rc_ipc._curve import CurveServer
    from rc_ipc._guest import ServerOptions
    from rc_ipc._transport import Listener


@dataclass(slots=True)
class Bound:
    """A ROUTER at its address, and what belongs to it."""

    context: zmq.asyncio.Context
    router: zmq.asyncio.Socket
    zap: zmq.asyncio.Socket | None = None
    """Where libzmq asks who may come in; its questions wait until somebody reads them."""
    listener: Listener | None = None
    """Who holds the path, if the address is one."""


def bind_router(
    where: Address,
    allowed_uids: Collection[int],
    curve: CurveServer | None,
    *,
    takeover: bool,
    options: ServerOptions,
) -> Bound:
    """Take the address; raises AddressInUseError, PermissionDeniedError or AddressError if it cannot be had."""
    keys = None if curve is None else read_keys(curve.keys)
    if keys is not None:
        require_curve(where)
    context = new_context(where)
    bound = Bound(context, context.socket(zmq.ROUTER))
    router = bound.router
    configure(router, SERVER)
    router.setsockopt(zmq.MAXMSGSIZE, options.frames.received)
    router.setsockopt(zmq.SNDHWM, min(SERVER[zmq.SNDHWM], options.queue.frames))
    with ExitStack() as undo:
        undo.callback(_give_up, where, bound)
        if keys is not None:
            bound.zap = context.socket(zmq.REP)
            bound.zap.bind(ENDPOINT)  # before the address, so that nobody comes in unasked
            router.curve_server = True
            router.curve_secretkey = keys.secret.encode()
            router.zap_domain = b"rc-ipc"
        if sys.platform != "win32" and where.scheme == "zmq+ipc":
            # libzmq would replace whatever is there, a live server's socket included.
            bound.listener = listener = listen_unix(where.target, allowed_uids=allowed_uids, takeover=takeover)
            undo.callback(listener.close)
            router.setsockopt(zmq.USE_FD, os.dup(listener.fileno()))
            for uid in allowed_uids:
                router.setsockopt(zmq.IPC_FILTER_UID, uid)
        _bind(where, router)
        undo.pop_all()
    return bound


def endpoint_of(where: Address, router: zmq.asyncio.Socket) -> str:
    """Return the address, with the port that the system chose if it was to choose one."""
    if where.scheme != "zmq+tcp" or not where.target.endswith(f":{ANY_PORT}"):
        return str(where)
    port = router.getsockopt_string(zmq.LAST_ENDPOINT).rpartition(":")[2]
    return str(where).removesuffix(ANY_PORT) + port


def _give_up(where: Address, bound: Bound) -> None:
    """Leave nothing of an address that cannot be had."""
    bound.router.linger = 0
    close(bound.router, bound.zap)
    if where.scheme != "zmq+inproc":
        bound.context.term()


def _bind(where: Address, router: zmq.asyncio.Socket) -> None:
    endpoint = str(where).removeprefix("zmq+").replace("//localhost:", "//127.0.0.1:")
    try:
        router.bind(endpoint)
    except zmq.ZMQError as exc:
        text = f"cannot be bound: {exc.strerror}"
        if exc.errno == errno.EADDRINUSE:
            raise AddressInUseError(str(where), "somebody listens there; stop them or choose another address") from exc
        raise (PermissionDeniedError if exc.errno == errno.EACCES else AddressError)(str(where), text) from exc
