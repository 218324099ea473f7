"""Answers libzmq's question whether a key may come in (ZAP, RFC 27). Source: IPC spec 15.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import zmq
from zmq.utils import z85

from rc_ipc._curve import fingerprint
from rc_ipc._log import log
from rc_ipc._zmq_socket import send

if TYPE_CHECKING:
    from collections.abc import Callable

    import zmq.asyncio

    from rc_ipc._transport import Multipart


ENDPOINT: Final = "inproc://zeromq.zap.01"
"""Where libzmq asks; one place for each context, which is why each server has a context of its own."""

VERSION: Final = b"1.0"


def zap_answer(question: Multipart, allows: Callable[[str], bool]) -> tuple[Multipart, str | None]:
    """Return what to answer, and the Z85 key that asks to come in, if it shows one.

    Only CURVE comes in, and only with a key that `allows` likes; the key becomes the `User-Id` of its messages.
    """
    if len(question) < 6 or question[0] != VERSION:
        return (VERSION, question[1] if len(question) > 1 else b"", b"500", b"no ZAP 1.0", b"", b""), None
    request_id, mechanism, credentials = question[1], question[5], question[6:]
    if mechanism != b"CURVE" or len(credentials) != 1 or len(credentials[0]) != 32:
        return (VERSION, request_id, b"400", b"CURVE is needed", b"", b""), None
    key = z85.encode(credentials[0]).decode("ascii")
    if not allows(key):
        return (VERSION, request_id, b"400", b"this key is not on the list", b"", b""), key
    return (VERSION, request_id, b"200", b"OK", key.encode("ascii"), b""), key


async def answer_zap(socket: zmq.asyncio.Socket, allows: Callable[[str], bool], endpoint: str) -> None:
    """Answer until cancelled; logs one line for each key that is turned away."""
    while True:
        answer, key = zap_answer(tuple(await socket.recv_multipart()), allows)
        if answer[2] != b"200":
            shown = None if key is None else fingerprint(key)
            log.warning("ipc.key_refused", endpoint=endpoint, key=shown, reason=answer[3].decode("ascii"))
        await send(socket, answer)
