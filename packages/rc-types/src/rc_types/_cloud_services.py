"""Faces of the two services behind a cloud client: who is signed in, and what is set. Source: types spec 3.3.

The events' tables hold for listeners in the same process; behaviour is in the cloud spec, 8 to 15.
"""

from typing import Literal, Never, Protocol, TypeAlias, TypedDict

from rc_types._base import WireModel
from rc_types._cloud_identity import CloudOrganizationMembership, CloudUserInfo
from rc_types._cloud_settings import (
    OrganizationAllowList,
    OrganizationSettings,
    UserFeatures,
    UserSettingsConfig,
    UserSettingsData,
)
from rc_types._emitter import Emitter

AuthState: TypeAlias = Literal["initializing", "logged-out", "active-session", "attempting-session", "inactive-session"]
"""How far signing in has come; only an active session has a token that the service takes."""


class AuthStateChange(WireModel):
    """A transition; upstream tells it also when both states are equal."""

    state: AuthState
    previous_state: AuthState


class UserInfoChange(WireModel):
    """What is known about the user now."""

    user_info: CloudUserInfo


AuthServiceEvents = TypedDict(
    "AuthServiceEvents", {"auth-state-changed": tuple[AuthStateChange], "user-info": tuple[UserInfoChange]}
)
"""What listeners of the authentication service get, by event."""

SettingsServiceEvents = TypedDict("SettingsServiceEvents", {"settings-updated": tuple[dict[str, Never]]})
"""What listeners of the settings service get: an empty object, since the getters have the news."""


class CloudServiceEvents(AuthServiceEvents, SettingsServiceEvents):
    """What listeners of a cloud client get: the events of both services."""


class AuthService(Emitter, Protocol):
    """Signs in and keeps the session alive; it emits `AuthServiceEvents`."""

    async def initialize(self) -> None:
        """Take up the stored session, if there is one; events and getters are meaningful from then on."""
        ...

    def broadcast(self) -> None:
        """Tell all listeners the present state and user again."""
        ...

    async def login(self, landing_page_slug: str | None = None, use_provider_signup: bool = False) -> None:
        """Send the user's browser to the sign-in page; it ends with `handle_callback`.

        Args:
            landing_page_slug: Page of the service to begin at; wins over `use_provider_signup`.
            use_provider_signup: Whether to begin where an account for the service's own models is made.
        """
        ...

    async def logout(self) -> None:
        """End the session, here and at the service."""
        ...

    async def handle_callback(
        self,
        code: str | None,
        state: str | None,
        organization_id: str | None = None,
        provider_model: str | None = None,
    ) -> None:
        """Finish signing in with what the browser brought back.

        Args:
            code: One-time ticket for a session.
            state: What `login` sent along; anything else is somebody's forgery and is refused.
            organization_id: The organization to act for, if the user chose one.
            provider_model: Model that the user chose while signing in.
        """
        ...

    async def switch_organization(self, organization_id: str | None) -> None:
        """Act for another organization, or with None for the user alone."""
        ...

    def get_state(self) -> AuthState:
        """Return how far signing in has come."""
        ...

    def is_authenticated(self) -> bool:
        """Return whether somebody is signed in, even if the session is not active at the moment or not yet."""
        ...

    def has_active_session(self) -> bool:
        """Return whether there is a token that the service takes."""
        ...

    def has_or_is_acquiring_active_session(self) -> bool:
        """Return whether there is such a token, or an attempt to get one."""
        ...

    def get_session_token(self) -> str | None:
        """Return the token for requests to the service; a secret."""
        ...

    def get_user_info(self) -> CloudUserInfo | None:
        """Return the user, once they are known."""
        ...

    def get_stored_organization_id(self) -> str | None:
        """Return the organization that the stored session acts for; None for the user alone."""
        ...

    async def get_organization_memberships(self) -> list[CloudOrganizationMembership]:
        """Ask for the organizations that the user belongs to."""
        ...


class SettingsService(Protocol):
    """Holds what the organization and the user have set; getters never wait."""

    def get_allow_list(self) -> OrganizationAllowList:
        """Return what members may use; everything, unless an organization says otherwise."""
        ...

    def get_settings(self) -> OrganizationSettings | None:
        """Return the organization's settings, once they are known."""
        ...

    def get_user_settings(self) -> UserSettingsData | None:
        """Return the user's settings, once they are known."""
        ...

    def get_user_features(self) -> UserFeatures:
        """Return the user's features; an empty object until they are known."""
        ...

    def get_user_settings_config(self) -> UserSettingsConfig:
        """Return what the user has set; an empty object until it is known."""
        ...

    async def update_user_settings(self, settings: UserSettingsConfig) -> bool:
        """Change what is given and leave the rest; return whether the service took it."""
        ...

    def is_task_sync_enabled(self) -> bool:
        """Return whether tasks go to the service: the organization decides, else the user, else they do."""
        ...

    def dispose(self) -> None:
        """Stop; the getters answer as before."""
        ...
