"""Checked by the type checkers, never run: what a caller sees of our types."""

from typing import assert_type

from rc_ipc import AnyTaskEvent, Deletion, Gap, IpcClient, Outcome, Subscription, TaskHandle, sync
from rc_ipc.link import unix
from rc_types.events import ModeInfo, TaskCompleted, TaskStarted
from rc_types.ports import TaskLinkFactory

factory: TaskLinkFactory = unix


async def the_filter_decides_the_type(client: IpcClient) -> None:
    assert_type(client.events(), Subscription[AnyTaskEvent])
    assert_type(await anext(client.events(TaskStarted)), TaskStarted | Gap)
    async for event in client.events(TaskCompleted):
        assert_type(event, TaskCompleted | Gap)
    assert_type(await client.modes(), list[ModeInfo])


async def a_task_is_typed_like_its_host(client: IpcClient) -> None:
    task = await client.start("x")
    assert_type(task, TaskHandle)
    assert_type(task.events(), Subscription[AnyTaskEvent])
    assert_type(task.events(TaskStarted), Subscription[TaskStarted])
    assert_type(await task.wait("settled"), Outcome)
    assert_type(await client.delete_queued("m"), Deletion)


def the_facade_has_the_same_types(host: sync.Host) -> None:
    assert_type(next(host.events(TaskStarted)), TaskStarted | Gap)
    assert_type(host.start("x").events(), sync.Events[AnyTaskEvent])
    assert_type(host.start("x").wait(), Outcome)
