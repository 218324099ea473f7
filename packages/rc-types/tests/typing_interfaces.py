"""What the interfaces of a host promise; checked by mypy and pyright, never run."""

from typing import assert_type

from rc_types.api import RooCodeAPI, RooCodeIpcServer
from rc_types.events import ModeInfo
from rc_types.global_settings import RooCodeSettings
from rc_types.ipc import ClientId, IpcMessage
from rc_types.message import ClineMessage, TokenUsage
from rc_types.task import (
    ProviderProfileInfo,
    TaskEvents,
    TaskId,
    TaskLike,
    TaskMessageChange,
    TaskProviderEvents,
    TaskProviderLike,
)
from rc_types.telemetry import GitProperties, TelemetryProperties
from rc_types.tool import ToolUsage


async def an_api_opens_tasks(api: RooCodeAPI, settings: RooCodeSettings) -> None:
    assert_type(await api.start_new_task(configuration=settings, text="hi", images=[]), TaskId)
    assert_type(api.get_configuration(), RooCodeSettings)
    assert_type(await api.update_profile("p", settings), str | None)


async def a_host_owns_tasks(host: TaskProviderLike) -> None:
    assert_type(await host.create_task("hi"), TaskLike)
    assert_type(await host.get_modes(), list[ModeInfo])
    assert_type(await host.get_provider_profiles(), list[ProviderProfileInfo])
    assert_type(await host.get_telemetry_properties(), TelemetryProperties)
    assert_type(host.git_properties, GitProperties | None)


async def noted(task_id: TaskId) -> None:
    """A listener may be awaited."""


def listeners_are_added_in_a_row(task: TaskLike) -> None:
    assert_type(task.on("taskIdle", noted).off("taskIdle", noted), TaskLike)
    assert_type(task.task_ask, ClineMessage | None)


def tables_tell_the_arguments(of_tasks: TaskEvents, of_hosts: TaskProviderEvents) -> None:
    assert_type(of_tasks["taskCompleted"], tuple[TaskId, TokenUsage, ToolUsage])
    assert_type(of_tasks["message"], tuple[TaskMessageChange])
    assert_type(of_hosts["taskCreated"], tuple[TaskLike])


def a_server_knows_its_clients(server: RooCodeIpcServer, message: IpcMessage) -> None:
    server.on("Connect", print).send(ClientId("0a1b2c3d4e5f"), message)
    assert_type(server.is_listening, bool)
