"""Tasks as handles, driven on a stand-in for the host on the real transport: node-ipc 12.0.0 with the real schema."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from rc_ipc import (
    ClientOptions,
    ConnectionLostError,
    Gap,
    RequestTimeoutError,
    TaskNotCurrentError,
    TaskResumeError,
    connect,
)
from rc_ipc import sync as blocking
from rc_types.events import QueuedMessagesUpdated, TaskCompleted, TaskCreated, TaskStarted
from rc_types.task import TaskId

pytestmark = pytest.mark.needs("node")

Host = Callable[..., Awaitable[Any]]
"""What the fixture `host` gives: starts a script and returns the peer, which listens."""

IN_HISTORY = "0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77"
"""The one task that the peer can open."""

PATIENCE = 30.0
QUICK = ClientOptions(abort_grace=2.0)


async def test_a_task_that_nobody_accepts_is_presented_settles_and_takes_feedback(path: str, host: Host) -> None:
    """IPC spec 9.3, hosts from 3.51 on; script `gui`."""
    await host("gui")
    async with connect(path) as client:
        task = await client.start("Say hello — 日本語 😀", images=["data:image/png;base64,AA=="])
        presented = await task.wait(within=PATIENCE)
        assert (presented.kind, presented.task_id, presented.text) == ("presented", task.task_id, "Done.")
        assert (await task.wait("settled", within=PATIENCE)).kind == "presented"
        with pytest.raises(RequestTimeoutError):
            await task.wait("accepted", within=0.1)
        assert await task.send("not yet", confirm_within=PATIENCE) == "confirmed"
        assert (await task.wait("settled", within=PATIENCE)).kind == "presented"


async def test_a_task_that_somebody_accepts_is_completed(path: str, host: Host) -> None:
    """IPC spec 9.2; script `default`. The handle's first reader hears all of it."""
    peer = await host("default", "--once")
    async with connect(path, strict=True, flavor="roo") as client:
        task = await client.start("x")
        assert (await task.wait("accepted", within=PATIENCE)).kind == "completed"
        events = task.events(TaskStarted, TaskCompleted)
        assert [type(await anext(events)) for _ in range(2)] == [TaskStarted, TaskCompleted]
        assert client.counters.ignored.total() == 0
    assert await peer.exit_code() == 0, peer.log[-3:]


async def test_tasks_are_replaced_cancelled_and_gone_on_with(path: str, host: Host) -> None:
    """IPC spec 9.2 and Q15; script `default`."""
    await host("default", "--delay", "100")
    async with connect(path, options=QUICK) as client:
        first = await client.start("one")
        second = await client.start("two")
        await second.cancel(within=PATIENCE)
        with pytest.raises(TaskNotCurrentError):
            await first.cancel()
        assert await second.send("go on", confirm_within=PATIENCE) == "confirmed"
        assert (await second.wait("accepted", within=PATIENCE)).kind == "completed"
        replaced = await first.wait(within=PATIENCE)
        assert (replaced.kind, replaced.reason) == ("aborted", "another task took its place")


async def test_a_task_of_the_history_is_opened_and_an_unknown_one_is_an_error(path: str, host: Host) -> None:
    """IPC spec 9.1 and R-12; script `default`."""
    await host("default")
    async with connect(path) as client:
        task = await client.resume(IN_HISTORY)
        assert task.outcome is not None
        assert (task.outcome.kind, task.outcome.ask) == ("needs_input", "resume_task")
        with pytest.raises(TaskResumeError, match="unknown id"):
            await client.resume("0000", within=0.3)
        await task.send("go on")
        assert (await task.wait(within=PATIENCE)).text == "Done."


async def test_a_message_waits_in_the_queue_and_is_taken_out(path: str, host: Host) -> None:
    """IPC spec R-12; script `default`."""
    await host("default", "--delay", "300")
    async with connect(path) as client, client.events(QueuedMessagesUpdated) as queues:
        task = await client.start("x")
        assert await task.send(" later ", confirm_within=PATIENCE) == "confirmed"
        queue = await anext(queues)
        assert not isinstance(queue, Gap)
        assert await client.delete_queued(queue.messages[0].id) == "deleted"
        assert await client.delete_queued("unknown", within=0.1) == "unknown"
        assert await client.close_task(within=PATIENCE) == "closed"


async def test_a_host_without_an_editor_drops_messages_and_has_no_window(path: str, host: Host) -> None:
    """IPC spec 9.1 and section 11; script `cli`: the task was there before us."""
    await host("cli", "--delay", "100")
    async with connect(path) as client:
        message = await client.wait_for(lambda event: getattr(event, "task_id", None) is not None, timeout=PATIENCE)
        task = client.task(getattr(message, "task_id", ""))
        assert await task.send("hello?", confirm_within=0.1) == "unknown"
        assert await client.close_task(within=0.1) == "still_connected"


async def test_a_late_watcher_sees_the_end(path: str, host: Host) -> None:
    """IPC spec section 11; script `cli`."""
    await host("cli")
    async with connect(path) as client:
        message = await client.wait_for(lambda event: getattr(event, "task_id", None) is not None, timeout=PATIENCE)
        task = client.task(getattr(message, "task_id", ""))
        assert (await task.wait("accepted", within=PATIENCE)).kind == "completed"


@pytest.mark.parametrize("script", [("drop", "--count", "1"), ("half-frame",)])
async def test_a_lost_connection_ends_every_wait_and_the_next_one_starts_tasks(
    script: tuple[str, ...], path: str, host: Host
) -> None:
    """IPC spec R-10 to R-12; scripts `drop` and `half-frame`."""
    await host(*script)
    async with connect(path) as client, client.events(TaskCreated) as events:
        watched = client.task("t-1")
        with pytest.raises(ConnectionLostError):
            await client.wait_for(lambda _event: False, timeout=PATIENCE)
        assert watched.outcome is not None
        assert watched.outcome.kind == "disconnected"
        assert isinstance(await anext(events), Gap)
        task = await client.start("x")
        assert (await task.wait("accepted", within=PATIENCE)).kind == "completed"


async def test_an_older_host_is_cancelled_with_an_id(path: str, host: Host) -> None:
    """IPC spec section 5 and KD-010; script `legacy` refuses a `CancelTask` without data."""
    peer = await host("legacy", "--delay", "50")
    async with connect(path, flavor="kilo") as client:
        task = await client.start("x")
        await task.cancel(within=PATIENCE)
        await task.send("go on")
        assert (await task.wait(within=PATIENCE)).kind == "presented"
    assert not [line for line in peer.log if line["what"] == "recv-invalid"]


async def test_a_strict_client_hears_only_what_upstream_accepts(path: str, host: Host) -> None:
    """IPC spec R-14; script `hostile`: the peer's log says for how many it was in vain."""
    await host("hostile")
    async with connect(path, strict=True) as client, client.events() as events:
        assert await anext(events) == TaskCreated.of(TaskId("t-survived"))
        assert client.counters.ignored.total() == 30


async def test_a_script_without_asyncio_drives_the_same_host(path: str, host: Host) -> None:
    """IPC spec R-15; the peer is a process of its own, so that this thread may block."""
    await host("default")
    with blocking.connect(path) as client:
        assert client.start("x").wait("accepted", within=PATIENCE).kind == "completed"
