"""The ports to the account of the person who is signed in to the cloud. Source: cloud spec 8.2 and 15.6.

They are the part of the interfaces of the same names in `rc_types.cloud` that other packages need; whatever implements
those fits here. Nothing here does I/O: the answers are those of the last refresh, and may be asked for often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rc_types.cloud import CloudUserInfo, OrganizationAllowList, OrganizationSettings


class AuthService(Protocol):
    """Who is signed in, and the token to prove it with.

    Provided by rc-cloud, consumed by rc-telemetry (the property `cloudIsAuthenticated`) and by rc-evals (the model
    provider `roo` takes the session token as its key).
    """

    def is_authenticated(self) -> bool:
        """Return whether somebody is signed in, even if there is no live session at the moment."""
        ...

    def get_session_token(self) -> str | None:
        """Return the token of the live session, None while there is none; never empty.

        A secret with a short life: ask again for each use, keep it out of logs and child processes.
        """
        ...

    def get_user_info(self) -> CloudUserInfo | None:
        """Return what is known about the user, None until it has been fetched, even if there is a session already."""
        ...


class SettingsService(Protocol):
    """What the user's organization allows and prescribes.

    Provided by rc-cloud, consumed by rc-evals (which models may be used) and by programs.
    """

    def get_allow_list(self) -> OrganizationAllowList:
        """Return which providers and models may be used; `ORGANIZATION_ALLOW_ALL` as long as nobody restricts them."""
        ...

    def get_settings(self) -> OrganizationSettings | None:
        """Return the organization's settings, None when there are none or none have been fetched."""
        ...

    def is_task_sync_enabled(self) -> bool:
        """Return whether messages of tasks may be sent to the cloud."""
        ...
