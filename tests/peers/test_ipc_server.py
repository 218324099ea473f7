"""Our server and the real client: node-ipc 12.0.0, with every message checked by the real schema."""

import asyncio
import json
import os
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rc_ipc import AddressInUseError, IpcServer, ServerOptions, connect, serve
from rc_types.events import (
    CommandInfo,
    CommandsResponse,
    Message,
    ModeInfo,
    ModelsResponse,
    ModesResponse,
    QueuedMessagesUpdated,
    TaskAborted,
    TaskCompleted,
    TaskCreated,
    TaskEvent,
    TaskFocused,
    TaskResumable,
    TaskStarted,
)
from rc_types.ipc import (
    CancelTask,
    ClientId,
    DeleteQueuedMessage,
    GetCommands,
    GetModels,
    GetModes,
    NewTask,
    SendMessage,
    StartNewTask,
    TaskCommand,
)
from rc_types.message import ClineMessage, QueuedMessage, TokenUsage
from rc_types.model import ModelInfo
from rc_types.task import TaskId
from structlog.testing import capture_logs

pytestmark = pytest.mark.needs("node")

PATIENCE = 60.0

StartPeer = Callable[..., Awaitable[Any]]
"""What the fixture `start_peer` gives."""

USAGE = TokenUsage(total_tokens_in=10, total_tokens_out=2, total_cost=0.5, context_tokens=12)


class PretendedHost:
    """As much of a host as the scripts need.

    Args:
        is_quick: whether a task completes once it has started, instead of once a queued message was deleted.
    """

    def __init__(self, *, is_quick: bool = False) -> None:
        self._is_quick = is_quick
        self.server: IpcServer | None = None
        self.task_id = TaskId("")
        self.queue: list[QueuedMessage] = []

    async def __call__(self, command: TaskCommand, client_id: ClientId, /) -> TaskEvent | None:
        match command:
            case GetModes():
                return ModesResponse.of([ModeInfo(slug="code", name="💻 Code")])
            case GetCommands():
                return CommandsResponse.of([CommandInfo(name="init", source="built-in", file_path="<built-in:init>")])
            case GetModels():
                return ModelsResponse.of({"m": ModelInfo(context_window=1000, supports_prompt_cache=False)})
            case StartNewTask():
                await self.start(command.data)
            case CancelTask():
                await self.say(TaskAborted, TaskCreated, TaskFocused, TaskResumable)
            case SendMessage():
                self.queue.append(QueuedMessage(timestamp=1, id="q-1", text=command.data.text or ""))
                await self.broadcast(QueuedMessagesUpdated.of(self.task_id, list(self.queue)))
            case DeleteQueuedMessage():
                self.queue = [message for message in self.queue if message.id != command.data]
                await self.broadcast(QueuedMessagesUpdated.of(self.task_id, list(self.queue)))
                await self.complete()
            case _:
                pass  # an unknown task to resume, a window to close: nothing happens
        return None

    async def start(self, task: NewTask) -> None:
        self.task_id = TaskId(str(uuid.uuid4()))
        await self.say(TaskCreated, TaskFocused)
        prompt = ClineMessage(ts=1, type="say", say="text", text=task.text)
        if task.images is not None:
            prompt = prompt.model_copy(update={"images": task.images})
        await self.broadcast(Message.of(self.task_id, "created", prompt))
        await self.say(TaskStarted)
        if self._is_quick:
            await self.complete()

    async def complete(self) -> None:
        await self.broadcast(TaskCompleted.of(self.task_id, USAGE, {}))

    async def say(self, *notices: type[TaskCreated | TaskFocused | TaskStarted | TaskAborted | TaskResumable]) -> None:
        for notice in notices:
            await self.broadcast(notice.of(self.task_id))

    async def broadcast(self, event: TaskEvent) -> None:
        assert self.server is not None
        await self.server.broadcast(event)


@pytest.fixture
async def host(tmp_path: Path) -> AsyncGenerator[IpcServer]:
    pretended = PretendedHost()
    async with serve(tmp_path / "host.sock", pretended) as server:
        pretended.server = server
        yield server


@pytest.mark.parametrize(
    "script", ["default", "queries", "pipelined", "fragmented", "hostile", "spoof", "reconnect", "big-command"]
)
async def test_the_real_client_is_content(script: str, host: IpcServer, start_peer: StartPeer) -> None:
    """IPC spec section 17, first row."""
    with capture_logs() as logs:
        peer = await start_peer("peer-client.mjs", host.endpoint, "--script", script)
        code = await peer.exit_code()
    assert code == 0, peer.log[-3:]
    assert [line for line in logs if line["log_level"] in {"error", "critical"}] == []


async def test_no_member_that_the_schema_does_not_know_is_sent(host: IpcServer, start_peer: StartPeer) -> None:
    """IPC spec section 17, second row."""
    peer = await start_peer("peer-client.mjs", host.endpoint, "--script", "default", "--strict")
    assert await peer.exit_code() == 0, peer.log[-3:]


async def test_commands_of_older_clients_carry_data_and_are_accepted(host: IpcServer, start_peer: StartPeer) -> None:
    """IPC spec section 5, compatibility rule."""
    peer = await start_peer("peer-client.mjs", host.endpoint, "--script", "default", "--legacy-data")
    assert await peer.exit_code() == 0, peer.log[-3:]


async def test_every_malformed_message_of_the_real_client_is_counted(host: IpcServer, start_peer: StartPeer) -> None:
    """IPC spec section 10: 28 messages in vain."""
    peer = await start_peer("peer-client.mjs", host.endpoint, "--script", "hostile")
    assert await peer.exit_code() == 0
    assert host.counters.ignored.total() == sum(line["what"] == "sent-raw" for line in peer.log) == 28


async def test_a_reply_reaches_one_real_client_and_an_event_all(tmp_path: Path, start_peer: StartPeer) -> None:
    """IPC spec section 17, first row, script `many`: three clients, of whom nobody finishes the task."""
    pretended = PretendedHost(is_quick=True)
    async with serve(tmp_path / "host.sock", pretended) as pretended.server:
        peer = await start_peer("peer-client.mjs", pretended.server.endpoint, "--script", "many")
        assert await peer.exit_code() == 0, peer.log[-3:]


async def test_a_real_client_that_reads_gets_all_while_one_that_does_not_is_cut_off(
    tmp_path: Path, start_peer: StartPeer
) -> None:
    """IPC spec R-5: memory stays bounded, and the client that reads misses nothing."""
    path = tmp_path / "host.sock"
    options = ServerOptions(slow_consumer="block", send_timeout=1.0)
    count = 5000
    async with serve(path, PretendedHost(), options=options) as server:
        peer = await start_peer("peer-client.mjs", str(path), "--script", "listen", "--timeout", "60000")
        await peer.until("connect")
        greeted, mute = await asyncio.open_unix_connection(path)
        await greeted.readuntil(b"\x0c")
        await peer.until("recv")
        for number in range(count):
            await server.broadcast(TaskStarted.of(TaskId(f"{number} " + "x" * 500)))
        assert len(server.client_ids) == 1
        mute.close()
    assert await peer.exit_code() == 0, peer.log[-3:]
    events = [line["message"]["data"] for line in peer.log if line["what"] == "recv"][1:]
    assert [event["payload"][0].split()[0] for event in events] == [str(number) for number in range(count)]


async def test_the_real_client_is_never_starved_by_a_stream_without_pause(
    tmp_path: Path, start_peer: StartPeer
) -> None:
    """IPC spec R-6 and F3: some 4 s at full speed.

    node-ipc delivers nothing while a read ends inside a frame. What it holds back meanwhile is counted in bytes, which
    a busy machine does not change: one or two reads each time, never the whole stream.
    """
    path = tmp_path / "host.sock"
    count = 15_000
    options = ServerOptions(slow_consumer="block", send_timeout=PATIENCE)
    async with serve(path, PretendedHost(), options=options) as server:
        script = ("--script", "listen", "--timeout", "100000", "--raw", "--full")
        peer = await start_peer("peer-client.mjs", str(path), *script)
        await peer.until("recv")
        for number in range(count):
            await server.broadcast(TaskStarted.of(TaskId(f"{number:06} " + "x" * 400)))
    assert await peer.exit_code() == 0, peer.log[-3:]
    held_back, most, heard = 0, 0, -1
    for line in peer.log:
        if line["what"] == "chunk":
            held_back += line["bytes"]
            most = max(most, held_back)
        elif line["what"] == "recv":
            held_back -= len(json.dumps({"type": "message", "data": line["message"]}, separators=(",", ":"))) + 1
            heard += 1
    assert (heard, held_back) == (count, 0)
    assert most < 512 * 1024


async def test_a_path_that_an_upstream_host_took_is_noticed_and_left_to_it(
    tmp_path: Path, start_peer: StartPeer
) -> None:
    """IPC spec R-8: node-ipc unlinks whatever is at its path; we say so within 5 s, and leave its socket alone."""
    path = tmp_path / "host.sock"
    async with serve(path, PretendedHost()) as server:
        peer = await start_peer("peer-server.mjs", str(path))
        await peer.until("listening")
        async with asyncio.timeout(PATIENCE):
            await server.endpoint_lost.wait()
    async with connect(path) as client:
        assert client.ack is not None
        assert client.ack.pid == peer.process.pid


async def test_a_live_upstream_host_is_respected_and_what_a_dead_one_left_is_replaced(
    tmp_path: Path, start_peer: StartPeer
) -> None:
    """IPC spec R-8, second and third row."""
    path = tmp_path / "host.sock"
    peer = await start_peer("peer-server.mjs", str(path))
    await peer.until("listening")
    with pytest.raises(AddressInUseError, match="listening"):
        async with serve(path, PretendedHost()):
            pytest.fail("took the path of a host that lives")
    peer.process.kill()
    await peer.process.wait()
    assert path.is_socket()
    async with serve(path, PretendedHost()), connect(path) as client:
        assert client.ack is not None
        assert client.ack.pid == os.getpid()
