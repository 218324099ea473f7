"""What is asked of libzmq, and what it has to be able to do (IPC spec 15.3, 15.4)."""

import asyncio
import errno
from collections.abc import Mapping
from pathlib import Path

import pytest
import zmq
import zmq.asyncio
from rc_ipc import AddressError, QueueLimits, connect, serve
from rc_ipc._transport import Multipart
from rc_ipc._zmq_carrier import RouterCarrier
from rc_ipc._zmq_codec import Kind, encode_parts
from rc_ipc._zmq_socket import CLIENT, SERVER, configure
from rc_ipc.zmq import CurveClient, CurveServer, generate_keys
from rc_types.events import TaskStarted
from rc_types.ipc import ClientId, TaskCommand
from rc_types.task import TaskId

HEARTBEAT = {zmq.HEARTBEAT_IVL: 10_000, zmq.HEARTBEAT_TIMEOUT: 30_000, zmq.HEARTBEAT_TTL: 30_000}
BOTH = {**HEARTBEAT, zmq.HANDSHAKE_IVL: 10_000, zmq.LINGER: 1_000, zmq.IPV6: 1, zmq.RCVHWM: 1_000}


async def quiet(_command: TaskCommand, _client_id: ClientId, /) -> None:
    return None


@pytest.mark.parametrize(
    ("kind", "ours", "table"),
    [(zmq.ROUTER, SERVER, {**BOTH, zmq.SNDHWM: 1_000}), (zmq.DEALER, CLIENT, {**BOTH, zmq.SNDHWM: 100})],
    ids=["server", "client"],
)
def test_the_sockets_have_the_options_of_the_table(
    kind: int, ours: Mapping[int, int], table: Mapping[int, int]
) -> None:
    """IPC spec 15.3. Nobody can read back ROUTER_MANDATORY, and RECONNECT_IVL is ours to do: decision 0026."""
    with zmq.asyncio.Context() as context, context.socket(kind) as made:
        configure(made, ours)
        assert {option: made.getsockopt(option) for option in table} == table
        assert made.getsockopt(zmq.ROUTING_ID) == b""
    assert SERVER[zmq.ROUTER_MANDATORY] == 1
    assert SERVER[zmq.ROUTER_HANDOVER] == 0


async def test_a_client_that_vanished_is_noticed_at_the_next_word(tmp_path: Path) -> None:
    """IPC spec 15.3: `EHOSTUNREACH`, long before three signs of life are missing."""
    address = f"zmq+ipc://{tmp_path}/rc.sock"
    async with asyncio.timeout(10), serve(address, quiet) as server:
        with zmq.asyncio.Context() as context, context.socket(zmq.DEALER) as peer:
            peer.linger = 0
            peer.connect(address.removeprefix("zmq+"))
            hello = encode_parts(Kind.HELLO, correlation=b"h" * 16, body={})
            await peer.send_multipart(hello)  # pyright: ignore[reportUnknownMemberType] - pyzmq's parameter is untyped
            assert (await peer.recv_multipart())[1] == b"ACK"
        while server.client_ids:
            await server.broadcast(TaskStarted.of(TaskId("t")))


class FullSwitchboard:
    """A ROUTER that has no room for a client until somebody makes some."""

    def __init__(self) -> None:
        self.was_asked = asyncio.Event()
        self.has_room = False
        self.posted: list[Multipart] = []

    async def post(self, routing_id: bytes, parts: Multipart) -> None:
        self.was_asked.set()
        if not self.has_room:
            raise zmq.Again(errno.EAGAIN)
        self.posted.append(parts)

    async def forget(self, routing_id: bytes) -> None:
        pass


async def test_a_client_that_is_cut_off_for_not_reading_is_told_so_if_it_reads_again() -> None:
    """IPC spec 15.2, `slow_consumer`."""
    switchboard = FullSwitchboard()
    carrier = RouterCarrier(switchboard, b"id", hello=b"h" * 16, key=None, room=QueueLimits())
    sending = asyncio.create_task(carrier.send(encode_parts(Kind.EVENT, body={})))
    await switchboard.was_asked.wait()
    sending.cancel()
    await asyncio.wait({sending})
    switchboard.has_room = True
    await carrier.aclose()
    error, goodbye = switchboard.posted
    assert (error[1], b"slow_consumer" in error[3], goodbye[1]) == (b"ERROR", True, b"BYE")


async def test_a_build_without_curve_is_said_before_anything_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IPC spec 15.4. libzmq's answer is replaced, since there is no build without CURVE to try this with."""
    host_key, client_key = generate_keys(tmp_path / "host.key"), generate_keys(tmp_path / "client.key")

    def has(capability: str) -> bool:
        return capability != "curve"

    monkeypatch.setattr(zmq, "has", has)
    with pytest.raises(AddressError, match="no CURVE"):
        async with serve(
            "zmq+tcp://127.0.0.1:0",
            quiet,
            curve=CurveServer(keys=tmp_path / "host.key", allowed_keys=[client_key]),
        ):
            pytest.fail("served")
    with pytest.raises(AddressError, match="no CURVE"):
        async with connect(
            "zmq+tcp://127.0.0.1:1", curve=CurveClient(keys=tmp_path / "client.key", server_key=host_key)
        ):
            pytest.fail("connected")
