"""From an address to a client. Source: IPC spec 2, R-10, R-16."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from rc_ipc._address import ZMQ_SCHEMES, parse_address
from rc_ipc._client import IpcClient
from rc_ipc._client_options import ClientOptions
from rc_ipc._inbox import Inbox
from rc_ipc._keeper import Keeper
from rc_ipc._local import local_dial, trusted_uids
from rc_ipc._message_log import logged_line
from rc_ipc._stream import stream_line
from rc_ipc._zmq import NO_PAUSES, open_zmq_line

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncGenerator, Collection

    from rc_types.wire import Flavor

    from rc_ipc._curve import CurveClient
    from rc_ipc._transport import Dial, F, Multipart
    from rc_ipc._wire import Line


@asynccontextmanager
async def connecting(dial: Dial, *, address: str, options: ClientOptions) -> AsyncGenerator[IpcClient]:
    """Be connected through `dial` for as long as the block lasts."""
    async with connecting_on(stream_line(dial, options), address=address, options=options) as client:
        yield client


@asynccontextmanager
async def connecting_on(line: Line[F], *, address: str, options: ClientOptions) -> AsyncGenerator[IpcClient]:
    """Be connected by the line for as long as the block lasts."""
    if options.log_messages:
        line = logged_line(line, address)
    inbox = Inbox(limit=options.waiting_events)
    keeper = Keeper(line, inbox, address=address, options=options)
    client = IpcClient(cast("Keeper[bytes] | Keeper[Multipart]", keeper), inbox, address=address, options=options)
    try:
        await client.ready(within=options.ready_within)
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def connect(
    address: str | os.PathLike[str],
    *,
    flavor: Flavor | None = None,
    strict: bool | None = None,
    allowed_uids: Collection[int] | None = None,
    curve: CurveClient | None = None,
    insecure: bool = False,
    options: ClientOptions | None = None,
) -> AsyncGenerator[IpcClient]:
    """Be connected to the host at `address` for as long as the block lasts.

    Waits for a host that is not up yet, as long as `ClientOptions.ready_within` says. Who calls `events()` first
    thing in the block, before anything is awaited, hears everything from the greeting on.

    Args:
        address: path of the socket, `unix:PATH`, `zmq+ipc://PATH`, `zmq+tcp://HOST:PORT` or `zmq+inproc://NAME`; on
            Windows `pipe:NAME`, or a path, which names a pipe there.
        flavor: which product the host is, `roo` or `kilo`; overrules that of the options.
        strict: whether to drop what upstream's client would drop; overrules that of the options.
        allowed_uids: users whose hosts at a path are trusted with our settings; by default we and root.
        curve: our keys and the host's public one, for ZeroMQ; needed for `zmq+tcp`.
        insecure: use `zmq+tcp` on the loopback interface without keys, whoever listens there.
        options: timeouts and limits, and the two above.

    Raises NotConnectedError or HandshakeTimeoutError if there was no greeting in time, AddressError or
    PermissionDeniedError if there can be none, AuthenticationError if the keys do not fit.
    """
    where = parse_address(address)
    uids = trusted_uids(allowed_uids)
    chosen = options or ClientOptions()
    chosen = replace(
        chosen,
        flavor=chosen.flavor if flavor is None else flavor,
        strict=chosen.strict if strict is None else strict,
    )
    if where.scheme in ZMQ_SCHEMES:
        zmq = open_zmq_line(where, uids, curve, insecure=insecure, options=chosen)
        async with connecting_on(zmq, address=str(where), options=replace(chosen, pace=NO_PAUSES)) as client:
            yield client
    else:
        async with connecting(local_dial(where, uids), address=str(where), options=chosen) as client:
            yield client
