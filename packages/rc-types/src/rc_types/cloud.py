"""The cloud service: users, organizations, settings, sharing, and the bridge to running programs.

Source: types spec 3.3. Endpoints and state machines are in the cloud spec and the bridge spec.
"""

from typing import Literal, TypeAlias

from rc_types._base import Omittable, WireModel
from rc_types._cloud_bridge import (
    HEARTBEAT_INTERVAL_MS,
    INSTANCE_TTL_SECONDS,
    ConnectionState,
    ExtensionInstance,
    ExtensionSocketEvents,
    ExtensionTask,
    JoinResponse,
    LeaveResponse,
    RetryConfig,
    TaskSocketEvents,
)
from rc_types._cloud_identity import (
    CloudOrganization,
    CloudOrganizationMembership,
    CloudUserInfo,
    JWTPayload,
    JWTScope,
)
from rc_types._cloud_services import (
    AuthService,
    AuthServiceEvents,
    AuthState,
    AuthStateChange,
    CloudServiceEvents,
    SettingsService,
    SettingsServiceEvents,
    UserInfoChange,
)
from rc_types._cloud_settings import (
    ORGANIZATION_ALLOW_ALL,
    ORGANIZATION_DEFAULT,
    AllowedProvider,
    OrganizationAllowList,
    OrganizationCloudSettings,
    OrganizationDefaultSettings,
    OrganizationFeatures,
    OrganizationSettings,
    UserFeatures,
    UserSettingsConfig,
    UserSettingsData,
    WorkspaceTaskVisibility,
)
from rc_types._cloud_tasks import (
    ApproveAsk,
    DenyAsk,
    SendTaskMessage,
    TaskBridgeAnswer,
    TaskBridgeCommand,
    TaskBridgeCommandName,
    TaskBridgeEvent,
    TaskBridgeEventName,
    TaskBridgeInteractive,
    TaskBridgeMessage,
    TaskBridgeModeSwitched,
    TaskBridgePrompt,
    task_bridge_command,
    task_bridge_event,
)
from rc_types._scalars import Array, Number

__all__ = [
    "HEARTBEAT_INTERVAL_MS",
    "INSTANCE_TTL_SECONDS",
    "ORGANIZATION_ALLOW_ALL",
    "ORGANIZATION_DEFAULT",
    "AllowedProvider",
    "ApproveAsk",
    "AuthService",
    "AuthServiceEvents",
    "AuthState",
    "AuthStateChange",
    "CloudOrganization",
    "CloudOrganizationMembership",
    "CloudServiceEvents",
    "CloudUserInfo",
    "ConnectionState",
    "DenyAsk",
    "ExtensionInstance",
    "ExtensionSocketEvents",
    "ExtensionTask",
    "JWTPayload",
    "JWTScope",
    "JoinResponse",
    "LeaveResponse",
    "OrganizationAllowList",
    "OrganizationCloudSettings",
    "OrganizationDefaultSettings",
    "OrganizationFeatures",
    "OrganizationSettings",
    "RetryConfig",
    "SendTaskMessage",
    "SettingsService",
    "SettingsServiceEvents",
    "ShareResponse",
    "ShareVisibility",
    "TaskBridgeAnswer",
    "TaskBridgeCommand",
    "TaskBridgeCommandName",
    "TaskBridgeEvent",
    "TaskBridgeEventName",
    "TaskBridgeInteractive",
    "TaskBridgeMessage",
    "TaskBridgeModeSwitched",
    "TaskBridgePrompt",
    "TaskSocketEvents",
    "UsageData",
    "UsageStats",
    "UsageTotals",
    "UserFeatures",
    "UserInfoChange",
    "UserSettingsConfig",
    "UserSettingsData",
    "WorkspaceTaskVisibility",
    "task_bridge_command",
    "task_bridge_event",
]

ShareVisibility: TypeAlias = Literal["organization", "public"]
"""Who may see a shared task."""


class ShareResponse(WireModel):
    """The service's answer to a request to share a task."""

    success: bool
    share_url: Omittable[str] = None
    error: Omittable[str] = None
    is_new_share: Omittable[bool] = None
    """False when the task was shared before and the address is the old one."""
    manage_url: Omittable[str] = None


class UsageTotals(WireModel):
    """Sums over the whole period."""

    tasks: Number
    tokens: Number
    cost: Number
    """US dollars."""


class UsageData(WireModel):
    """Usage by day: the four lists run in parallel."""

    dates: Array[str]
    tasks: Array[Number]
    tokens: Array[Number]
    costs: Array[Number]
    """US dollars."""
    totals: UsageTotals


class UsageStats(WireModel):
    """What the user's tasks used of late."""

    success: bool
    data: UsageData
    period: Number
    """Days."""
