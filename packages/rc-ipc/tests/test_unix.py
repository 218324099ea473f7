"""One end of a Unix stream socket, and what its peer may do (IPC spec 8.3)."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from rc_ipc import ConnectionLostError
from rc_ipc._unix import UnixTransport, take_over

pytestmark = pytest.mark.timeout(10)


@asynccontextmanager
async def transport_and_peer() -> AsyncGenerator[tuple[UnixTransport, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    transport = await take_over(ours)
    with theirs:
        try:
            yield transport, theirs
        finally:
            await transport.aclose()


async def test_a_peer_that_says_no_more_and_reads_nothing_has_gone() -> None:
    """Either side just closes the stream: who hangs up halfway must not be waited for."""
    async with transport_and_peer() as (transport, peer):
        while transport.send_now(b"x" * 100_000):
            pass
        peer.send(b"last words")
        peer.shutdown(socket.SHUT_WR)
        assert await transport.receive() == b"last words"
        assert await transport.receive() == b""
        with pytest.raises(ConnectionLostError):
            transport.send_now(b"x")


async def test_what_was_said_before_the_end_is_heard_however_late_it_is_asked_for() -> None:
    """Our rule: reading stops while nobody asks, and loses nothing."""
    async with transport_and_peer() as (transport, peer):
        said = b"".join(bytes([n]) * 60_000 for n in range(9))
        loop = asyncio.get_running_loop()

        async def talk() -> None:
            await loop.sock_sendall(peer, said)
            peer.close()

        talking = asyncio.create_task(talk())
        heard = b""
        while chunk := await transport.receive():
            heard += chunk
        await talking
        assert heard == said


async def test_closing_ends_a_send_that_waits() -> None:
    """IPC spec R-13."""
    async with transport_and_peer() as (transport, _peer):
        sending = asyncio.create_task(transport.send(b"x" * 10_000_000))
        await asyncio.sleep(0)
        await transport.aclose()
        with pytest.raises(ConnectionLostError):
            await sending
