"""The host's side, byte by byte, on a Unix socket; what does not depend on bytes is in `transports`."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rc_ipc import (
    FrameLimits,
    QueueLimits,
    ServerOptions,
    connect,
    serve,
)
from rc_types.events import Message, ModeInfo, ModesResponse, TaskEvent, TaskStarted
from rc_types.ipc import ClientId, GetModes, TaskCommand
from rc_types.message import ClineMessage
from rc_types.task import TaskId
from structlog.testing import capture_logs

PATIENCE = 30.0
"""Seconds after which something hangs; a busy machine needs several for thousands of events."""
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
        assert server.counters.ignored.total() == len(noise)


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
