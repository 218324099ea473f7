"""The bridge: how a program is watched and steered through the cloud service. Source: types spec 3.3, bridge spec."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Strict

from rc_types._base import Omittable, WireModel
from rc_types._js_number import CoercedNumber
from rc_types._payloads import ModeInfo
from rc_types._scalars import Array, Number
from rc_types._telemetry_properties import GitProperties, StaticAppProperties
from rc_types.message import ClineMessage, QueuedMessage, TokenUsage
from rc_types.task import ProviderProfileInfo, TaskId, TaskMetadata, TaskStatus

HEARTBEAT_INTERVAL_MS: Final = 20_000
"""Milliseconds between two signs of life of an instance."""

INSTANCE_TTL_SECONDS: Final = 60
"""Seconds after the last sign of life until an instance counts as gone."""


class ConnectionState(StrEnum):
    """How the connection to the bridge stands."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RETRYING = "retrying"
    FAILED = "failed"


class ExtensionSocketEvents(StrEnum):
    """Messages of a program's own channel: it sends the first four, a user's client sends the command.

    The relayed ones come from the service.
    """

    CONNECTED = "extension:connected"
    REGISTER = "extension:register"
    UNREGISTER = "extension:unregister"
    HEARTBEAT = "extension:heartbeat"
    EVENT = "extension:event"
    RELAYED_EVENT = "extension:relayed_event"
    COMMAND = "extension:command"
    RELAYED_COMMAND = "extension:relayed_command"


class TaskSocketEvents(StrEnum):
    """Messages of a task's room; the relayed ones come from the service."""

    JOIN = "task:join"
    LEAVE = "task:leave"
    EVENT = "task:event"
    RELAYED_EVENT = "task:relayed_event"
    COMMAND = "task:command"
    RELAYED_COMMAND = "task:relayed_command"


class RetryConfig(WireModel):
    """How a lost connection is taken up again; never sent."""

    max_initial_attempts: int | float
    """Attempts until the first connection; infinity never gives up."""
    initial_delay: Number
    """Milliseconds between the first attempt that failed and the next."""
    max_delay: Number
    """Milliseconds that no such delay exceeds."""
    backoff_multiplier: Number
    """By how much each delay is longer than the one before."""


class ExtensionTask(TaskMetadata):
    """The task in front of the user; without one the id is empty and the status `none`."""

    task_id: TaskId
    task_status: Annotated[TaskStatus, Strict(False)]  # strict mode would refuse its text, which is what JSON has
    task_ask: Omittable[ClineMessage] = None
    queued_messages: Omittable[Array[QueuedMessage]] = None
    parent_task_id: Omittable[TaskId] = None
    child_task_id: Omittable[TaskId] = None
    token_usage: Omittable[TokenUsage] = None


class ExtensionInstance(WireModel):
    """A running program as the bridge knows it."""

    instance_id: str
    user_id: str
    workspace_path: str
    app_properties: StaticAppProperties
    git_properties: Omittable[GitProperties] = None
    last_heartbeat: CoercedNumber
    """Unix milliseconds; whatever JavaScript makes a number of is taken (spec N5), a number is sent."""
    task: ExtensionTask
    task_ask: Omittable[ClineMessage] = None
    """The ask of the task once more; upstream fills in both."""
    task_history: Array[str]
    """Ids of recent tasks."""
    mode: Omittable[str] = None
    modes: Omittable[Array[ModeInfo]] = None
    provider_profile: Omittable[str] = None
    provider_profiles: Omittable[Array[ProviderProfileInfo]] = None
    is_cloud_agent: Omittable[bool] = None


class JoinResponse(WireModel):
    """The service's answer to a program that joins a task's room."""

    success: bool
    error: Omittable[str] = None
    task_id: Omittable[TaskId] = None
    timestamp: Omittable[str] = None
    """A text here, unlike everywhere else."""


class LeaveResponse(WireModel):
    """The service's answer to a program that leaves a task's room."""

    success: bool
    task_id: Omittable[TaskId] = None
    timestamp: Omittable[str] = None
