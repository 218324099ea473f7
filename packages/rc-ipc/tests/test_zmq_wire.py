"""A host over ZeroMQ, driven by a peer that says what it likes; and a client, whose host is played by hand."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import zmq
import zmq.asyncio
from rc_ipc import (
    ClientOptions,
    ConnectionLostError,
    Handler,
    IpcServer,
    QueueLimits,
    RemoteError,
    ServerOptions,
    connect,
    serve,
)
from rc_types.events import TaskStarted
from rc_types.ipc import ClientId, GetModes, ResumeTask, SendMessage, TaskCommand
from rc_types.task import TaskId
from structlog.testing import capture_logs

PATIENCE = 10.0
HELLO = (b"RCIPC/1", b"HELLO", b"h" * 16, b"{}")
PING = (b"RCIPC/1", b"PING", b"p" * 16, b"")


class RawPeer:
    """A socket that sends and receives whole messages."""

    def __init__(self, peer: zmq.asyncio.Socket) -> None:
        self.socket = peer

    async def say(self, *parts: bytes) -> None:
        await self.socket.send_multipart(parts)  # pyright: ignore[reportUnknownMemberType] - pyzmq's parameter is untyped

    async def hear(self) -> tuple[bytes, ...]:
        return tuple(await self.socket.recv_multipart())

    async def command(self, number: int, **data: Any) -> bytes:
        body = {"type": "TaskCommand", "origin": "client", "clientId": "c", "data": data}
        correlation = number.to_bytes(16, "big")
        await self.say(b"RCIPC/1", b"COMMAND", correlation, json.dumps(body).encode())
        return correlation


@asynccontextmanager
async def raw_peer(kind: int, endpoint: str, *, binds: bool = False) -> AsyncGenerator[RawPeer]:
    context = zmq.asyncio.Context()
    peer = context.socket(kind)
    peer.linger = 0
    (peer.bind if binds else peer.connect)(endpoint.removeprefix("zmq+"))
    try:
        async with asyncio.timeout(PATIENCE):
            yield RawPeer(peer)
    finally:
        peer.close()
        context.term()


async def quiet(_command: TaskCommand, _client_id: ClientId, /) -> None:
    return None


@asynccontextmanager
async def hosting(
    folder: Path, handler: Handler = quiet, options: ServerOptions | None = None
) -> AsyncGenerator[tuple[IpcServer, RawPeer]]:
    """A host, and a peer that has not said HELLO."""
    address = f"zmq+ipc://{folder}/rc.sock"
    async with serve(address, handler, options=options) as server, raw_peer(zmq.DEALER, address) as peer:
        yield server, peer


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what has no event of its own."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - the state of the code under test, which nobody announces
            await asyncio.sleep(0)


def code_of(message: tuple[bytes, ...]) -> str:
    assert message[1] == b"ERROR"
    return str(json.loads(message[3])["code"])


async def test_whoever_does_not_say_hello_first_is_told_to(tmp_path: Path) -> None:
    """IPC spec 15.2: answered `hello_required` and otherwise ignored."""
    async with hosting(tmp_path) as (server, peer):
        await peer.command(1, commandName="GetModes")
        assert code_of(await peer.hear()) == "hello_required"
        await peer.say(*PING)
        answer = await peer.hear()
        assert (code_of(answer), answer[2]) == ("hello_required", b"p" * 16)
        assert server.client_ids == ()
        await peer.say(*HELLO)
        assert (await peer.hear())[1:3] == (b"ACK", b"h" * 16)
        assert server.counters.ignored["hello_required"] == 2


async def test_a_version_that_nobody_speaks_is_answered_and_noise_is_not(tmp_path: Path) -> None:
    """IPC spec 15.2: malformed messages are counted and dropped."""
    async with hosting(tmp_path) as (server, peer):
        await peer.say(b"noise")
        await peer.say(b"RCIPC/1", b"HELLO", b"short", b"{}")
        await peer.say(b"RCIPC/2", b"HELLO", b"h" * 16, b"{}")
        answer = await peer.hear()
        assert (code_of(answer), answer[2]) == ("unsupported_version", b"h" * 16)
        await peer.say(*HELLO)
        assert (await peer.hear())[1] == b"ACK"
        await peer.say(b"RCIPC/1", b"shout", b"", b"{}")
        await peer.say(*PING)
        assert (await peer.hear())[1:3] == (b"PONG", b"p" * 16)
        assert server.counters.ignored == {"part_count": 1, "correlation": 1, "unsupported_version": 1, "kind": 1}


async def test_the_greeting_comes_before_any_event(tmp_path: Path) -> None:
    """IPC spec 8.1, step 2."""
    async with hosting(tmp_path) as (server, peer):
        await peer.say(*HELLO)
        await until(lambda: bool(server.client_ids))
        await server.broadcast(TaskStarted.of(TaskId("t")))
        assert [(await peer.hear())[1] for _ in range(2)] == [b"ACK", b"EVENT"]


async def test_every_command_has_exactly_one_outcome(tmp_path: Path) -> None:
    """IPC spec 15.2, whatever becomes of it."""

    async def moody(command: TaskCommand, _client_id: ClientId, /) -> TaskId | None:
        if isinstance(command, GetModes):
            raise ValueError("an accident")  # noqa: TRY004 - any accident will do
        if isinstance(command, SendMessage):
            raise RemoteError("not_found", "no task")
        return TaskId("t") if isinstance(command, ResumeTask) else None

    async with hosting(tmp_path, moody) as (_, peer):
        await peer.say(*HELLO)
        await peer.hear()
        sent = [
            await peer.command(1, commandName="GetModes"),
            await peer.command(2, commandName="SendMessage", data={"text": "x"}),
            await peer.command(3, commandName="ResumeTask", data="t"),
            await peer.command(4, commandName="CancelTask", data="t"),
            await peer.command(5, commandName="ResumeTask", data=5),
            await peer.command(6, commandName="FormatDisk"),
        ]
        outcomes: dict[bytes, object] = {}
        accepted: list[bytes] = []
        while len(outcomes) < len(sent):
            _, kind, correlation, body = await peer.hear()
            if kind == b"ACCEPTED":
                assert correlation not in outcomes
                accepted.append(correlation)
                continue
            assert correlation not in outcomes
            said = json.loads(body)
            outcomes[correlation] = said["value"] if kind == b"RESULT" else said["code"]
        await peer.say(*PING)
        assert (await peer.hear())[1] == b"PONG"  # nothing more was said
    assert [outcomes[correlation] for correlation in sent] == [
        "handler_failed",
        "not_found",
        "t",
        None,
        "invalid_payload",
        "unknown_command",
    ]
    assert accepted == sent[:4]


async def test_a_command_that_the_end_of_the_host_cuts_short_is_refused(tmp_path: Path) -> None:
    """IPC spec 15.2, `shutting_down`."""
    begun = asyncio.Event()

    async def stuck(_command: TaskCommand, _client_id: ClientId, /) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with hosting(tmp_path, stuck, ServerOptions(finish_within=0.05)) as (server, peer):
        await peer.say(*HELLO)
        await peer.hear()
        await peer.command(1, commandName="GetModes")
        await begun.wait()
        assert (await peer.hear())[1] == b"ACCEPTED"
        closing = asyncio.create_task(server.aclose())
        assert code_of(await peer.hear()) == "shutting_down"
        assert (await peer.hear())[1] == b"BYE"
        await closing


async def test_a_client_that_gives_no_sign_of_life_expires(tmp_path: Path) -> None:
    """IPC spec 15.3: a ROUTER learns nothing of a disconnect."""
    async with hosting(tmp_path, options=ServerOptions(ping_interval=0.02)) as (server, peer):
        await peer.say(*HELLO)
        assert (await peer.hear())[1] == b"ACK"
        assert (await peer.hear())[1] == b"BYE"
        assert server.client_ids == ()
        await peer.say(*PING)
        assert code_of(await peer.hear()) == "hello_required"


async def test_a_client_that_listens_and_says_nothing_stays(tmp_path: Path) -> None:
    """IPC spec 15.3: PINGs are sent whether or not anybody has something to say."""
    address = f"zmq+ipc://{tmp_path}/rc.sock"
    async with (
        asyncio.timeout(PATIENCE),
        serve(address, quiet, options=ServerOptions(ping_interval=0.05)) as server,
        connect(address, options=ClientOptions(ping_interval=0.02)) as client,
        raw_peer(zmq.DEALER, address) as other,
    ):
        await other.say(*HELLO)
        assert [(await other.hear())[1] for _ in range(2)] == [b"ACK", b"BYE"]  # so much time has passed
        assert client.counters.reconnects == 0
        assert client.ack is not None
        assert server.client_ids == (client.ack.client_id,)


async def test_a_client_that_does_not_read_is_cut_off(tmp_path: Path) -> None:
    """IPC spec R-5: what waits in libzmq is bounded as our own queue is."""
    options = ServerOptions(queue=QueueLimits(frames=20))
    with capture_logs() as logs:
        async with hosting(tmp_path, options=options) as (server, peer):
            peer.socket.setsockopt(zmq.RCVHWM, 10)
            await peer.say(*HELLO)
            assert (await peer.hear())[1] == b"ACK"
            while server.client_ids:
                await server.broadcast(TaskStarted.of(TaskId("x" * 10_000)))
    assert next(line["reason"] for line in logs if line["event"] == "ipc.client_left") == "slow_consumer"


async def test_a_host_that_falls_silent_is_left(tmp_path: Path) -> None:
    """IPC spec 15.3, seen from the client: the connection may look alive."""
    endpoint = f"zmq+ipc://{tmp_path}/rc.sock"
    options = ClientOptions(ping_interval=0.02, reconnect=False)
    async with raw_peer(zmq.ROUTER, endpoint, binds=True) as silent:
        greeting = asyncio.create_task(greet_one(silent))
        async with connect(endpoint, options=options) as client:
            await greeting
            with pytest.raises(ConnectionLostError):
                await anext(client.events())


async def test_a_host_that_forgot_us_is_greeted_again(tmp_path: Path) -> None:
    """IPC spec 15.3: `hello_required` starts anew, with HELLO."""
    endpoint = f"zmq+ipc://{tmp_path}/rc.sock"
    async with raw_peer(zmq.ROUTER, endpoint, binds=True) as forgetful:
        greeting = asyncio.create_task(greet_one(forgetful))
        async with connect(endpoint) as client:
            routing_id = await greeting
            error = json.dumps({"code": "hello_required", "message": ""}).encode()
            await forgetful.say(routing_id, b"RCIPC/1", b"ERROR", b"", error)
            assert await greet_one(forgetful) != routing_id
            await until(lambda: client.counters.reconnects == 1)


async def test_a_version_that_the_host_does_not_speak_is_not_tried_for_ever(tmp_path: Path) -> None:
    """IPC spec 15.2 and R-10: no retry where it cannot help."""
    endpoint = f"zmq+ipc://{tmp_path}/rc.sock"
    async with raw_peer(zmq.ROUTER, endpoint, binds=True) as newer:

        async def refuse() -> None:
            routing_id, _, _, correlation, _ = await newer.hear()
            error = json.dumps({"code": "unsupported_version", "message": "RCIPC/2 only"}).encode()
            await newer.say(routing_id, b"RCIPC/1", b"ERROR", correlation, error)

        refusing = asyncio.create_task(refuse())
        with pytest.raises(RemoteError, match="RCIPC/2 only"):
            async with connect(endpoint):
                pytest.fail("connected")
        await refusing


async def greet_one(peer: RawPeer) -> bytes:
    """Play the host until somebody has been greeted; return its routing id."""
    while True:
        routing_id, _, kind, correlation, _ = await peer.hear()
        if kind == b"HELLO":
            ack = {"type": "Ack", "origin": "server", "data": {"clientId": routing_id.hex(), "pid": 1, "ppid": 1}}
            await peer.say(routing_id, b"RCIPC/1", b"ACK", correlation, json.dumps(ack).encode())
            return routing_id
