"""The cloud service and its bridge: types spec 3.3, cloud spec 15.2, bridge spec 5."""

import math
from typing import Any, Final, get_type_hints

import pytest
from rc_types import InvalidWireError
from rc_types.cloud import (
    ORGANIZATION_ALLOW_ALL,
    ORGANIZATION_DEFAULT,
    AllowedProvider,
    ApproveAsk,
    CloudOrganizationMembership,
    CloudServiceEvents,
    DenyAsk,
    ExtensionInstance,
    JWTPayload,
    OrganizationAllowList,
    OrganizationDefaultSettings,
    OrganizationSettings,
    RetryConfig,
    SendTaskMessage,
    SettingsService,
    TaskBridgeEventName,
    TaskBridgeInteractive,
    TaskBridgeMessage,
    TaskBridgeModeSwitched,
    TaskBridgePrompt,
    UserFeatures,
    UserSettingsConfig,
    UserSettingsData,
    task_bridge_command,
    task_bridge_event,
)
from rc_types.events import RooCodeEventName
from rc_types.message import ClineMessage
from rc_types.task import TaskId, TaskStatus

TASK: Final = TaskId("t-1")

INSTANCE: Final[dict[str, Any]] = {
    "instanceId": "i-1",
    "userId": "u-1",
    "workspacePath": "/home/me/project",
    "appProperties": {
        "appName": "roo-code",
        "appVersion": "3.52.1",
        "vscodeVersion": "1.105.0",
        "platform": "linux",
        "editorName": "Visual Studio Code",
    },
    "lastHeartbeat": 1_700_000_000_000,
    "task": {"taskId": "", "taskStatus": "none"},
    "taskHistory": [],
}


def test_the_defaults_of_an_organization_are_its_settings() -> None:
    settings = OrganizationSettings.from_wire(ORGANIZATION_DEFAULT)
    assert settings.cloud_settings is not None
    assert settings.cloud_settings.task_share_expiration_days == 30
    assert settings.cloud_settings.workspace_task_visibility is None
    assert settings.to_wire() == ORGANIZATION_DEFAULT


def test_who_takes_the_defaults_gets_their_own() -> None:
    """Cloud spec 15.2: the constants must be immutable or returned as copies."""
    theirs = OrganizationAllowList.from_wire(ORGANIZATION_ALLOW_ALL)
    theirs.providers["anthropic"] = AllowedProvider(allow_all=True)
    assert OrganizationAllowList.from_wire(ORGANIZATION_ALLOW_ALL).providers == {}


@pytest.mark.parametrize("days", [0, -1, 0.5, "30", True, None])
def test_shares_expire_after_whole_days(days: object) -> None:
    """Types spec N3."""
    with pytest.raises(InvalidWireError, match=r"cloudSettings\.taskShareExpirationDays"):
        OrganizationSettings.from_wire({**ORGANIZATION_DEFAULT, "cloudSettings": {"taskShareExpirationDays": days}})


def test_an_organization_disables_known_tools_only() -> None:
    assert OrganizationDefaultSettings.from_wire({"disabledTools": ["read_file"]}).disabled_tools == ["read_file"]
    with pytest.raises(InvalidWireError, match=r"disabledTools\[0\]"):
        OrganizationDefaultSettings.from_wire({"disabledTools": ["zap"]})


def test_features_from_the_future_are_dropped() -> None:
    """Types spec U3."""
    wire = {"features": {"zap": True}, "settings": {"taskSyncEnabled": False}, "version": 2}
    assert UserSettingsData.from_wire(wire).to_wire() == {**wire, "features": {}}


def test_keys_of_an_organizations_providers_are_kept_secret() -> None:
    profiles = {"default": {"id": "p-1", "apiProvider": "anthropic", "apiKey": "sk-secret"}}
    settings = OrganizationSettings.from_wire({**ORGANIZATION_DEFAULT, "providerProfiles": profiles})
    assert settings.to_wire()["providerProfiles"] == profiles
    assert "sk-secret" not in repr(settings)


def test_what_comes_from_the_authentication_provider_is_in_snake_case() -> None:
    organization = {"id": "o-1", "name": "Org", "image_url": "https://img.example/o.png", "has_image": True}
    wire = {"id": "m-1", "organization": organization, "role": "org:admin", "created_at": 1_700_000_000_000}
    membership = CloudOrganizationMembership.from_wire(wire)
    assert membership.organization.image_url == "https://img.example/o.png"
    assert membership.to_wire() == wire


def test_a_token_of_nobody_else_has_no_organization() -> None:
    claims = JWTPayload.from_wire({"iss": "rcc", "sub": "u-1", "exp": 1, "v": 1, "r": {"u": "u-1", "t": "auth"}})
    assert claims.r is not None
    assert (claims.r.u, claims.r.o, claims.r.t) == ("u-1", None, "auth")


def test_an_instance_without_a_task_is_fine() -> None:
    """Bridge spec 5.1."""
    instance = ExtensionInstance.from_wire(INSTANCE)
    assert instance.task.task_status is TaskStatus.NONE
    assert instance.to_wire() == INSTANCE


@pytest.mark.parametrize(("sent", "read"), [("0x10", 16), (True, 1), (None, 0), (" 7 ", 7), ([], 0), (["7"], 7)])
def test_a_heartbeat_is_whatever_javascript_makes_a_number_of(sent: object, read: int) -> None:
    """Types spec N5, quirk 13."""
    instance = ExtensionInstance.from_wire({**INSTANCE, "lastHeartbeat": sent})
    assert instance.to_wire() == {**INSTANCE, "lastHeartbeat": read}


@pytest.mark.parametrize("sent", ["1_000", "nan", "Infinity", {}, [1, 2]])
def test_a_heartbeat_must_have_a_number_in_it(sent: object) -> None:
    with pytest.raises(InvalidWireError, match="lastHeartbeat must be a finite number"):
        ExtensionInstance.from_wire({**INSTANCE, "lastHeartbeat": sent})
    with pytest.raises(InvalidWireError, match="lastHeartbeat is missing"):
        ExtensionInstance.from_wire({key: value for key, value in INSTANCE.items() if key != "lastHeartbeat"})


def test_a_command_goes_out_exactly_so() -> None:
    prompt = TaskBridgePrompt(text="go on", mode="code", provider_profile="default")
    assert SendTaskMessage.of(TASK, prompt, timestamp=5).to_json() == (
        b'{"type":"message","taskId":"t-1",'
        b'"payload":{"text":"go on","mode":"code","providerProfile":"default"},"timestamp":5}'
    )
    assert ApproveAsk.of(TASK, timestamp=5).to_json() == (
        b'{"type":"approve_ask","taskId":"t-1","payload":{},"timestamp":5}'
    )
    assert DenyAsk.of(TASK, timestamp=5, text="why?", images=["data:,"]).to_json() == (
        b'{"type":"deny_ask","taskId":"t-1","payload":{"text":"why?","images":["data:,"]},"timestamp":5}'
    )


def test_an_answer_may_be_silent_but_a_message_may_not() -> None:
    wire: dict[str, Any] = {"taskId": "t-1", "payload": {}, "timestamp": 5}
    assert isinstance(task_bridge_command.from_wire({**wire, "type": "deny_ask"}), DenyAsk)
    with pytest.raises(InvalidWireError, match=r"payload\.text is missing"):
        task_bridge_command.from_wire({**wire, "type": "message"})


def test_an_event_of_a_task_goes_out_exactly_so() -> None:
    say = ClineMessage(ts=1, type="say", say="text", text="hello")
    for event, wire in (
        (
            TaskBridgeMessage.of(TASK, "created", say),
            {"action": "created", "message": say.to_wire(), "type": "message"},
        ),
        (TaskBridgeModeSwitched.of(TASK, "ask"), {"mode": "ask", "type": "taskModeSwitched"}),
        (TaskBridgeInteractive.of(TASK), {"type": "taskInteractive"}),
    ):
        assert event.to_wire() == {**wire, "taskId": "t-1"}
        assert task_bridge_event.from_wire(event.to_wire()) == event


def test_the_bridge_calls_its_events_as_everybody_does() -> None:
    """Types spec 3.3."""
    assert all(RooCodeEventName[event.name].value == event.value for event in TaskBridgeEventName)


def test_listeners_of_a_client_hear_both_services() -> None:
    assert {*get_type_hints(CloudServiceEvents)} == {"auth-state-changed", "user-info", "settings-updated"}


def test_attempts_may_be_without_end() -> None:
    """Bridge spec 3.4."""
    retry = RetryConfig(max_initial_attempts=math.inf, initial_delay=1000, max_delay=15_000, backoff_multiplier=2)
    assert retry.max_initial_attempts > 10**9


async def test_a_service_needs_no_base_class() -> None:
    """The interfaces are structural; the type checkers check this test."""

    class Nobody:
        def get_allow_list(self) -> OrganizationAllowList:
            return OrganizationAllowList.from_wire(ORGANIZATION_ALLOW_ALL)

        def get_settings(self) -> None: ...

        def get_user_settings(self) -> None: ...

        def get_user_features(self) -> UserFeatures:
            return UserFeatures()

        def get_user_settings_config(self) -> UserSettingsConfig:
            return UserSettingsConfig()

        async def update_user_settings(self, settings: UserSettingsConfig) -> bool:
            return settings == UserSettingsConfig()

        def is_task_sync_enabled(self) -> bool:
            return True

        def dispose(self) -> None: ...

    service: SettingsService = Nobody()
    assert service.get_allow_list().allow_all
    assert not await service.update_user_settings(UserSettingsConfig(task_sync_enabled=False))
