"""What an organization, or its member, has set in the cloud service. Source: types spec 3.3, cloud spec 15.2."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Array, JsonNumber, Number, Record
from rc_types.marketplace import McpMarketplaceItem
from rc_types.provider_settings import ProviderSettingsWithId
from rc_types.tool import AnyToolName

_Count: TypeAlias = Annotated[int, JsonNumber(ge=0, whole=True)]


class AllowedProvider(WireModel):
    """What members may use of one provider."""

    allow_all: bool
    models: Omittable[Array[str]] = None
    """Ids of the allowed models, unless all are."""


class OrganizationAllowList(WireModel):
    """Which providers and models members may use."""

    allow_all: bool
    providers: Record[AllowedProvider]
    """By name of the provider; what is not here is not allowed, unless everything is."""


class OrganizationDefaultSettings(WireModel):
    """Settings that members begin with; they mean what they mean in `rc_types.global_settings`."""

    enable_checkpoints: Omittable[bool] = None
    max_open_tabs_context: Omittable[_Count] = None
    max_workspace_files: Omittable[_Count] = None
    show_roo_ignored_files: Omittable[bool] = None
    terminal_command_delay: Omittable[_Count] = None
    """Milliseconds."""
    terminal_shell_integration_disabled: Omittable[bool] = None
    terminal_shell_integration_timeout: Omittable[_Count] = None
    """Milliseconds."""
    terminal_zsh_clear_eol_mark: Omittable[bool] = None
    disabled_tools: Omittable[Array[AnyToolName]] = None


WorkspaceTaskVisibility: TypeAlias = Literal["all", "list-only", "admins-and-creator", "creator", "full-lockdown"]
"""Who sees the tasks of a workspace."""


class OrganizationCloudSettings(WireModel):
    """What the service does with members' tasks; what is absent is as in `ORGANIZATION_DEFAULT`."""

    record_task_messages: Omittable[bool] = None
    enable_task_sharing: Omittable[bool] = None
    allow_public_task_sharing: Omittable[bool] = None
    task_share_expiration_days: Omittable[Annotated[int, JsonNumber(ge=1, whole=True)]] = None
    allow_members_view_all_tasks: Omittable[bool] = None
    workspace_task_visibility: Omittable[WorkspaceTaskVisibility] = None
    llm_enhanced_features_enabled: Omittable[bool] = None


class OrganizationFeatures(WireModel):
    """Features that are on for an organization; none is known today, and unknown ones do not survive (spec U3)."""


class OrganizationSettings(WireModel):
    """Everything that an organization has set."""

    version: Number
    """Another number than the last time means that something changed."""
    cloud_settings: Omittable[OrganizationCloudSettings] = None
    default_settings: OrganizationDefaultSettings
    allow_list: OrganizationAllowList
    features: Omittable[OrganizationFeatures] = None
    hidden_mcps: Omittable[Array[str]] = None
    """Ids of marketplace items that members do not see."""
    hide_marketplace_mcps: Omittable[bool] = None
    mcps: Omittable[Array[McpMarketplaceItem]] = None
    """The organization's own servers; marketplace items without their tag."""
    provider_profiles: Omittable[Record[ProviderSettingsWithId]] = None
    """Profiles for all members, by name."""


class UserFeatures(WireModel):
    """Features that are on for a user; none is known today, and unknown ones do not survive (spec U3)."""


class UserSettingsConfig(WireModel):
    """What the user has set."""

    task_sync_enabled: Omittable[bool] = None
    llm_enhanced_features_enabled: Omittable[bool] = None


class UserSettingsData(WireModel):
    """Everything that the service keeps for a user."""

    features: UserFeatures
    settings: UserSettingsConfig
    version: Number
    """Grows with every change."""


ORGANIZATION_ALLOW_ALL: Final[Mapping[str, Any]] = {"allowAll": True, "providers": {}}
"""Wire data of the allow list that holds where no organization restricts its members.

`OrganizationAllowList.from_wire` makes a value of its own from it each time.
"""

ORGANIZATION_DEFAULT: Final[Mapping[str, Any]] = {
    "version": 0,
    "cloudSettings": {
        "recordTaskMessages": True,
        "enableTaskSharing": True,
        "allowPublicTaskSharing": True,
        "taskShareExpirationDays": 30,
        "allowMembersViewAllTasks": True,
        "llmEnhancedFeaturesEnabled": False,
    },
    "defaultSettings": {},
    "allowList": ORGANIZATION_ALLOW_ALL,
}
"""Wire data of the settings of an organization that has changed nothing, for `OrganizationSettings.from_wire`."""
