"""The host's side, driven over real sockets and in memory."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rc_ipc import (
    FrameLimits,
    FrameTooLargeError,
    NotConnectedError,
    QueueLimits,
    ServerOptions,
    connect,
    serve,
)
from rc_ipc.testing import memory_pair
from rc_types.events import Message, ModeInfo, ModesResponse, TaskEvent, TaskStarted
from rc_types.ipc import ClientId, GetModes, ResumeTask, SendMessage, TaskCommand
from rc_types.message import ClineMessage
from rc_types.task import TaskId
from structlog.testing import capture_logs

PATIENCE = 5.0
MODES = ModesResponse.of([ModeInfo(slug="code", name="Code")])


async def host(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return MODES if isinstance(command, GetModes) else None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rc.sock"


class RawClient:
    """A client that says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads((await self.reader.readuntil(b"\x0c"))[:-1])["data"]
        return message

    async def say(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    async def ask_for_modes(self, client_id: str) -> dict[str, Any]:
        command = {
            "type": "TaskCommand",
            "origin": "client",
            "clientId": client_id,
            "data": {"commandName": "GetModes"},
        }
        await self.say(json.dumps({"type": "message", "data": command}).encode() + b"\x0c")
        return await self.hear()


@asynccontextmanager
async def raw_client(path: Path) -> AsyncGenerator[RawClient]:
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_unix_connection(path)
        try:
            yield RawClient(reader, writer)
        finally:
            writer.close()


def started(number: int, *, size: int = 0) -> TaskStarted:
    return TaskStarted.of(TaskId(f"{number}" + "x" * size))


async def test_the_greeting_names_the_connection_and_the_process(path: Path) -> None:
    """IPC spec section 4: twelve hexadecimal digits, new for every connection."""
    async with serve(path, host), raw_client(path) as one, raw_client(path) as other:
        ack, other_ack = await one.hear(), await other.hear()
    assert (ack["type"], ack["data"]["pid"], ack["data"]["ppid"]) == ("Ack", os.getpid(), os.getppid())
    assert len(bytes.fromhex(ack["data"]["clientId"])) == 6
    assert ack["data"]["clientId"] != other_ack["data"]["clientId"]


async def test_noise_is_counted_and_the_connection_goes_on(path: Path) -> None:
    """IPC spec section 10."""
    noise = [b"{nope}", b"", b"null", b"5", b'{"type":7}', b'{"type":"message","data":"x"}', b"\xff\xfe", b"[" * 50_000]
    async with serve(path, host) as server, raw_client(path) as client:
        ack = await client.hear()
        await client.say(b"".join(frame + b"\x0c" for frame in noise))
        assert (await client.ask_for_modes(ack["data"]["clientId"]))["data"]["eventName"] == "modesResponse"
        assert server.ignored.total() == len(noise)


async def test_noise_does_not_fill_the_log(path: Path) -> None:
    """Our rule: each reason is logged once per connection, the rest is counted."""
    with capture_logs() as logs:
        async with serve(path, host), raw_client(path) as client:
            ack = await client.hear()
            await client.say(b"{nope}\x0c" * 1000)
            await client.ask_for_modes(ack["data"]["clientId"])
    assert [line["reason"] for line in logs if line["event"] == "ipc.ignored"] == ["not_json"]
    assert [line["ignored"] for line in logs if line["event"] == "ipc.client_left"] == [{"not_json": 1000}]


async def test_a_frame_over_the_limit_ends_that_connection_alone(path: Path) -> None:
    """IPC spec R-4."""
    options = ServerOptions(frames=FrameLimits(received=1000))
    async with serve(path, host, options=options), raw_client(path) as endless, raw_client(path) as other:
        await endless.hear()
        ack = await other.hear()
        await endless.say(b"x" * 2000)
        assert await endless.reader.read() == b""
        assert (await other.ask_for_modes(ack["data"]["clientId"]))["data"]["eventName"] == "modesResponse"


async def test_the_answer_goes_to_the_connection_that_asked_whatever_name_it_uses(path: Path) -> None:
    """IPC spec Q7."""
    async with serve(path, host), raw_client(path) as asking, raw_client(path) as other:
        await asking.hear()
        ack = await other.hear()
        assert (await asking.ask_for_modes(ack["data"]["clientId"]))["data"]["eventName"] == "modesResponse"
        assert not other.reader._buffer  # type: ignore[attr-defined]  # nothing else may have come, and nothing else will


async def test_commands_come_in_order_one_at_a_time_and_queries_overtake() -> None:
    """IPC spec R-15."""
    log: list[str] = []
    release = asyncio.Event()

    async def slow(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        if isinstance(command, GetModes):
            return MODES
        assert isinstance(command, ResumeTask)
        log.append(f"begin {command.data}")
        await release.wait()
        log.append(f"end {command.data}")
        return None

    async with asyncio.timeout(PATIENCE), memory_pair(slow) as (client, _server):
        await client.send(ResumeTask.of(TaskId("1")))
        await client.send(ResumeTask.of(TaskId("2")))
        assert await client.modes() == MODES.modes
        assert log == ["begin 1"]
        release.set()
    assert log == ["begin 1", "end 1", "begin 2", "end 2"]


async def test_an_accident_in_the_host_answers_a_query_with_nothing_and_is_logged_without_its_secrets() -> None:
    """IPC spec section 10; the exception's text stays out of the log (R-18)."""

    async def clumsy(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        raise RuntimeError(repr(command))

    with capture_logs() as logs:
        async with asyncio.timeout(PATIENCE), memory_pair(clumsy) as (client, _server):
            await client.send(SendMessage.of("sk-secret"))
            assert await client.modes() == []
            assert await client.models() == {}
    failed = [line for line in logs if line["event"] == "ipc.handler_failed"]
    assert (failed[0]["command"], failed[0]["error"]) == ("SendMessage", "RuntimeError")
    assert "in clumsy" in failed[0]["stack"]
    assert "sk-secret" not in repr(logs)


async def test_an_answer_that_does_not_fit_is_an_accident_too() -> None:
    """IPC spec R-4 and section 10."""

    async def verbose(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        return ModesResponse.of([ModeInfo(slug="x" * 1000, name="")])

    options = ServerOptions(frames=FrameLimits(sent=500))
    async with asyncio.timeout(PATIENCE), memory_pair(verbose, server=options) as (client, _server):
        assert await client.modes() == []


async def test_an_event_over_the_limit_is_refused_before_anybody_gets_it(path: Path) -> None:
    """IPC spec R-4."""
    options = ServerOptions(frames=FrameLimits(sent=500))
    async with serve(path, host, options=options) as server, connect(path) as client:
        events = client.events(TaskStarted)
        with pytest.raises(FrameTooLargeError):
            await server.broadcast(started(1, size=500))
        await server.broadcast(started(2))
        assert await anext(events) == started(2)


async def test_an_event_for_one_client_reaches_that_one(path: Path) -> None:
    """IPC spec section 8.2: `send` beside `broadcast`."""
    async with serve(path, host) as server, connect(path) as one, connect(path) as other:
        assert one.ack is not None
        heard, not_heard = one.events(TaskStarted), other.events(TaskStarted)
        await server.send(one.ack.client_id, started(1))
        await server.broadcast(started(2))
        assert (await anext(heard), await anext(heard)) == (started(1), started(2))
        assert await anext(not_heard) == started(2)
        with pytest.raises(NotConnectedError):
            await server.send(ClientId("nobody"), started(3))


async def test_one_client_too_many_gets_no_greeting(path: Path) -> None:
    """IPC spec 3.5, `maxConnections`."""
    async with serve(path, host, options=ServerOptions(max_clients=1)) as server, raw_client(path) as first:
        await first.hear()
        async with raw_client(path) as second:
            assert await second.reader.read() == b""
        assert len(server.client_ids) == 1


async def test_a_client_that_does_not_read_is_cut_off_and_the_others_miss_nothing(path: Path) -> None:
    """IPC spec R-5, step 2, policy `disconnect`."""
    options = ServerOptions(queue=QueueLimits(frames=50))
    count = 3000
    with capture_logs() as logs:
        async with serve(path, host, options=options) as server, raw_client(path) as mute, connect(path) as client:
            await mute.hear()
            events = client.events(TaskStarted)
            for number in range(count):
                await server.broadcast(started(number, size=1000))
                assert await anext(events) == started(number, size=1000)
            assert len(server.client_ids) == 1
    assert next(line["reason"] for line in logs if line["event"] == "ipc.client_left") == "slow_consumer"


async def test_a_client_that_reads_in_its_own_time_is_waited_for_if_the_policy_says_so(path: Path) -> None:
    """IPC spec R-5, step 2, policy `block`."""
    options = ServerOptions(queue=QueueLimits(frames=5), slow_consumer="block")
    count = 2000
    async with asyncio.timeout(60), serve(path, host, options=options) as server, connect(path) as client:
        events = client.events(TaskStarted)

        async def read() -> list[object]:
            return [await anext(events) for _ in range(count)]

        reading = asyncio.create_task(read())
        for number in range(count):
            await server.broadcast(started(number, size=1000))
        assert await reading == [started(number, size=1000) for number in range(count)]


async def test_a_blocked_broadcast_goes_on_once_the_mute_client_has_used_up_its_time(path: Path) -> None:
    """IPC spec R-5: `send_timeout`."""
    options = ServerOptions(queue=QueueLimits(frames=5), slow_consumer="block", send_timeout=0.1)
    async with serve(path, host, options=options) as server, raw_client(path) as mute:
        await mute.hear()
        while server.client_ids:
            await server.broadcast(started(1, size=10_000))


async def test_news_for_a_slow_reader_is_coalesced_before_it_is_cut_off(path: Path) -> None:
    """IPC spec R-5, step 1: a stream of partial updates never fills a queue."""

    def update(number: int) -> Message:
        text = f"{number} " + "x" * 10_000
        return Message.of(TaskId("t"), "updated", ClineMessage(ts=1, type="say", say="text", text=text, partial=True))

    count = 500
    options = ServerOptions(queue=QueueLimits(frames=10))
    async with serve(path, host, options=options) as server, raw_client(path) as slow:
        await slow.hear()
        for number in range(count):
            await server.broadcast(update(number))
        await server.broadcast(started(1))
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["eventName"] != "taskStarted":
            heard.append((await slow.hear())["data"])
        numbers = [int(event["payload"][0]["message"]["text"].split()[0]) for event in heard[:-1]]
        assert numbers == sorted(set(numbers))
        assert numbers[-1] == count - 1
        assert len(numbers) < count


async def test_at_the_end_commands_finish_and_what_is_queued_flows(path: Path) -> None:
    """IPC spec R-13."""
    begun = asyncio.Event()
    proceed = asyncio.Event()

    async def slow(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        begun.set()
        await proceed.wait()
        return MODES

    async with AsyncExitStack() as clients:
        async with serve(path, slow) as server:
            client = await clients.enter_async_context(connect(path))
            events = client.events(TaskStarted)
            asking = asyncio.create_task(client.modes())
            await begun.wait()
            for number in range(200):
                await server.broadcast(started(number))
            asyncio.get_running_loop().call_soon(proceed.set)
        assert await asking == MODES.modes
        assert [await anext(events) for _ in range(200)] == [started(number) for number in range(200)]


async def test_at_the_end_a_command_that_takes_too_long_is_cancelled(path: Path) -> None:
    """IPC spec R-13."""
    cancelled = asyncio.Event()

    async def stuck(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return None

    options = ServerOptions(finish_within=0.05)
    async with asyncio.timeout(PATIENCE), memory_pair(stuck, server=options) as (client, _server):
        await client.send(SendMessage.of("x"))
    assert cancelled.is_set()
