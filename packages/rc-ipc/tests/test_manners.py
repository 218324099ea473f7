"""What is worth a line in the log between peers that keep to the wire."""

import asyncio
from pathlib import Path

from rc_ipc import connect, serve
from rc_ipc._codec import FRAME_END, encode_frame
from rc_types.events import ModesResponse, TaskEvent, TaskStarted
from rc_types.ipc import ClientId, GetModes, TaskCommand
from rc_types.task import TaskId
from structlog.testing import capture_logs


async def host(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return ModesResponse.of([]) if isinstance(command, GetModes) else None


async def test_a_frame_that_node_reads_slowly_is_sent_and_named(tmp_path: Path) -> None:
    """IPC spec R-4: a warning from 1 MiB on, with the quadratic cost as its reason."""
    path = tmp_path / "rc.sock"
    large = TaskStarted.of(TaskId("x" * 1024 * 1024))
    with capture_logs() as logs:
        async with asyncio.timeout(10), serve(path, host) as server, connect(path) as client:
            events = client.events()
            await server.broadcast(TaskStarted.of(TaskId("small")))
            await server.broadcast(large)
            assert (await anext(events), await anext(events)) == (TaskStarted.of(TaskId("small")), large)
    [warned] = [line for line in logs if line["event"] == "ipc.large_frame"]
    assert warned["log_level"] == "warning"
    assert warned["bytes"] > 1024 * 1024
    assert "quadratic" in warned["why"]


async def test_a_name_that_is_not_the_clients_own_is_accepted_and_named(tmp_path: Path) -> None:
    """IPC spec section 10: as upstream does, with a line in the log; the answer goes to who asked (Q7)."""
    path = tmp_path / "rc.sock"
    command = {"type": "TaskCommand", "origin": "client", "clientId": "somebody", "data": {"commandName": "GetModes"}}
    with capture_logs() as logs:
        async with asyncio.timeout(10), serve(path, host):
            reader, writer = await asyncio.open_unix_connection(path)
            await reader.readuntil(FRAME_END)
            writer.write(encode_frame(command))
            assert b"modesResponse" in await reader.readuntil(FRAME_END)
            writer.close()
    assert [line["log_level"] for line in logs if line["event"] == "ipc.foreign_client_id"] == ["warning"]
