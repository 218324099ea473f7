"""The way to ZeroMQ, for those who want it: pyzmq is imported here and not before. Source: IPC spec R-16, 15.4."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rc_ipc._curve import read_keys
from rc_ipc._errors import AddressError, AuthenticationError
from rc_ipc._pace import Pace

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from rc_ipc._address import Address
    from rc_ipc._client_options import ClientOptions
    from rc_ipc._curve import CurveClient, CurveServer
    from rc_ipc._guest import ServerOptions
    from rc_ipc._transport import Multipart
    from rc_ipc._wire import Line
    from rc_ipc._zmq_server import RouterDoor

NO_PAUSES: Final = Pace(pause=0)
"""ZeroMQ hands over what is complete, so that nobody has to pause for it."""


def open_zmq_line(
    where: Address,
    allowed_uids: Collection[int],
    curve: CurveClient | None,
    *,
    insecure: bool,
    options: ClientOptions,
) -> Line[Multipart]:
    """Return the way to the host at a ZeroMQ address; AddressError if there can be none."""
    _refuse_unless_safe(where, has_keys=curve is not None, insecure=insecure)
    keys = None if curve is None else (read_keys(curve.keys), curve.server_key)
    with _pyzmq_needed(where):
        from rc_ipc._zmq_client import Dialer
    return Dialer(where, allowed_uids=allowed_uids, keys=keys, options=options).line()


def open_zmq_door(
    where: Address,
    allowed_uids: Collection[int],
    curve: CurveServer | None,
    *,
    insecure: bool,
    takeover: bool,
    options: ServerOptions,
) -> RouterDoor:
    """Bind a ZeroMQ address; AddressError if it cannot be had."""
    _refuse_unless_safe(where, has_keys=curve is not None, insecure=insecure)
    if takeover and where.scheme != "zmq+ipc":
        raise AddressError(str(where), "only a path can be taken over")
    with _pyzmq_needed(where):
        from rc_ipc._zmq_server import open_door
    return open_door(where, allowed_uids, curve, takeover=takeover, options=options)


def _refuse_unless_safe(where: Address, *, has_keys: bool, insecure: bool) -> None:
    if where.scheme != "zmq+tcp" or has_keys:
        return
    if not where.is_loopback:
        raise AuthenticationError(str(where), "needs keys (curve=..., --keys): others can reach this address")
    if not insecure:
        raise AuthenticationError(
            str(where),
            "every local user can reach it: needs keys (curve=..., --keys), or insecure=True (--insecure)",
        )


@contextmanager
def _pyzmq_needed(where: Address) -> Generator[None]:
    try:
        yield
    except ModuleNotFoundError as exc:
        if exc.name != "zmq":
            raise
        raise AddressError(str(where), "ZeroMQ is an extra: pip install 'rc-ipc[zmq]'") from None
