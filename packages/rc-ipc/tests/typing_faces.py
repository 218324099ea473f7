"""Checked by the type checkers, never run: what a caller sees of our types."""

from typing import assert_type

from rc_ipc import AnyTaskEvent, Gap, IpcClient, Subscription
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
