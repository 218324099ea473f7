"""A consumer that knows only rc_types drives a host of rc-ipc: the two meet at the port, through the entry point."""

import asyncio
from pathlib import Path

import pytest
from rc_ipc import serve
from rc_types import TaskLinkMissingError
from rc_types.events import TaskCreated, TaskEvent, TaskStarted
from rc_types.ipc import ClientId, StartNewTask, TaskCommand
from rc_types.ports import load_task_link
from rc_types.task import TaskId

TASK = TaskId("0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77")


async def test_a_task_is_started_and_followed_through_the_port(tmp_path: Path) -> None:
    """Law 2: siblings meet at ports; the provider is found by name."""
    started: list[str] = []

    async def handle(command: TaskCommand, _: ClientId, /) -> TaskEvent | None:
        assert isinstance(command, StartNewTask)
        started.append(command.data.text)
        await server.broadcast(TaskCreated.of(TASK))
        await server.broadcast(TaskStarted.of(TASK))
        return None

    path = str(tmp_path / "host.sock")
    async with asyncio.timeout(5), serve(path, handle) as server, load_task_link("unix")(path) as link:
        events = link.events()
        await link.send(StartNewTask.of("Make the tests pass"))
        assert await anext(events) == TaskCreated.of(TASK)
        assert await anext(events) == TaskStarted.of(TASK)
    assert started == ["Make the tests pass"]


def test_a_link_that_nobody_provides_names_the_package_to_install() -> None:
    """Law 2: a missing provider is an error that says what to do."""
    with pytest.raises(TaskLinkMissingError, match="pip install rc-ipc"):
        load_task_link("carrier-pigeon")
