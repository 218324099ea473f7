"""An account without a cloud."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rc_types.cloud import ORGANIZATION_ALLOW_ALL, OrganizationAllowList

if TYPE_CHECKING:
    from rc_types.cloud import CloudUserInfo, OrganizationSettings


@dataclass(slots=True)
class MemoryAuthService:
    """Somebody is signed in for as long as there is a token; the attributes may be changed at any time.

    Args:
        token: The session token; None or an empty text when nobody is signed in.
        user: Who it is; only told while somebody is signed in.
    """

    token: str | None = field(default=None, repr=False)
    user: CloudUserInfo | None = None

    def is_authenticated(self) -> bool:
        """See `rc_types.ports.AuthService`."""
        return bool(self.token)

    def get_session_token(self) -> str | None:
        """See `rc_types.ports.AuthService`."""
        return self.token or None

    def get_user_info(self) -> CloudUserInfo | None:
        """See `rc_types.ports.AuthService`."""
        return self.user if self.token else None


@dataclass(slots=True)
class MemorySettingsService:
    """The attributes are the answers; they may be changed at any time.

    Args:
        settings: The organization's settings; None when there are none, which allows everything.
        task_sync: Whether messages of tasks may be sent to the cloud.
    """

    settings: OrganizationSettings | None = None
    task_sync: bool = False

    def get_allow_list(self) -> OrganizationAllowList:
        """See `rc_types.ports.SettingsService`."""
        if self.settings is None:
            return OrganizationAllowList.from_wire(ORGANIZATION_ALLOW_ALL)
        return self.settings.allow_list

    def get_settings(self) -> OrganizationSettings | None:
        """See `rc_types.ports.SettingsService`."""
        return self.settings

    def is_task_sync_enabled(self) -> bool:
        """See `rc_types.ports.SettingsService`."""
        return self.task_sync
