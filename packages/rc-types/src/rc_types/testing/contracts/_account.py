"""The rules of `rc_types.ports.AuthService` and `SettingsService`.

They hold in every state, so that a provider runs them once for each that it can be in: signed in, signed out and so on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rc_types.cloud import ORGANIZATION_ALLOW_ALL, OrganizationAllowList
from rc_types.testing.contracts._rules import Opens, Rule, demand

if TYPE_CHECKING:
    from rc_types.ports import AuthService, SettingsService


async def a_session_belongs_to_somebody_who_is_signed_in(opens: Opens[AuthService]) -> None:
    """No token and no user without authentication, and no empty token."""
    async with opens() as auth:
        token, signed_in = auth.get_session_token(), auth.is_authenticated()
        demand(token != "", "the session token is an empty text instead of None")
        demand(signed_in or token is None, "there is a session token although nobody is signed in")
        demand(signed_in or auth.get_user_info() is None, "there is a user although nobody is signed in")


async def the_token_does_not_show(opens: Opens[AuthService]) -> None:
    """A repr ends up in logs."""
    async with opens() as auth:
        token = auth.get_session_token()
        demand(token is None or token not in f"{auth!r} {auth!s}", "the repr of the service shows the session token")


AUTH_SERVICE: Final[tuple[Rule[AuthService], ...]] = (
    a_session_belongs_to_somebody_who_is_signed_in,
    the_token_does_not_show,
)
"""What every auth service has to do."""


async def what_is_allowed_is_what_the_settings_say(opens: Opens[SettingsService]) -> None:
    """Everything is allowed as long as there are no settings."""
    async with opens() as service:
        settings = service.get_settings()
        everything = OrganizationAllowList.from_wire(ORGANIZATION_ALLOW_ALL)
        expected = everything if settings is None else settings.allow_list
        allowed = service.get_allow_list()
        demand(allowed == expected, f"the allow list is {allowed!r}, the settings say {expected!r}")


async def asking_again_gives_the_same_answers(opens: Opens[SettingsService]) -> None:
    """Nothing is fetched or used up by asking."""
    async with opens() as service:
        first, second = (
            (service.get_settings(), service.get_allow_list(), service.is_task_sync_enabled()) for _ in range(2)
        )
        demand(first == second, f"asked twice, the service says {first!r} and {second!r}")


SETTINGS_SERVICE: Final[tuple[Rule[SettingsService], ...]] = (
    what_is_allowed_is_what_the_settings_say,
    asking_again_gives_the_same_answers,
)
"""What every settings service has to do."""
