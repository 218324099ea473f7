"""What we ship for tests keeps the rules of the ports, as every provider has to."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from typing import TypeVar

import pytest
from rc_types.cloud import CloudUserInfo, OrganizationSettings
from rc_types.ports import (
    AuthService,
    EventSink,
    SecretStore,
    SettingsService,
    StateStore,
    TelemetryPropertiesProvider,
)
from rc_types.telemetry import TelemetryEvent, TelemetryEventName, TelemetryProperties
from rc_types.testing import contracts
from rc_types.testing.contracts import ClientUnderTest, HostUnderTest, LinkUnderTest, Opens, Rule
from rc_types.testing.memory import (
    FixedProperties,
    MemoryAssistant,
    MemoryAuthService,
    MemorySecretStore,
    MemorySettingsService,
    MemoryStateStore,
    MemoryTelemetryHost,
    RecordingEventSink,
    RecordingTelemetryClient,
)

T = TypeVar("T")

PROPERTIES = TelemetryProperties(
    app_name="test", app_version="1", vscode_version="1", platform="linux", editor_name="t", language="en", mode="code"
)
SETTINGS = OrganizationSettings.from_wire(
    {"version": 1, "defaultSettings": {}, "allowList": {"allowAll": False, "providers": {}}}
)


def again(thing: T) -> Opens[T]:
    """Open the same thing every time, as what is in memory wants it."""
    return lambda: nullcontext(thing)


@asynccontextmanager
async def link_in_memory() -> AsyncGenerator[LinkUnderTest]:
    assistant = MemoryAssistant()
    yield LinkUnderTest(assistant.link, assistant)
    await assistant.link.aclose()


@asynccontextmanager
async def recording() -> AsyncGenerator[ClientUnderTest]:
    client = RecordingTelemetryClient()

    async def delivered() -> list[str]:
        return [event.event for event in client.events]

    yield ClientUnderTest(client, delivered)


def host_in_memory(host: MemoryTelemetryHost) -> Opens[HostUnderTest]:
    return again(HostUnderTest(host, host.set_level))


@pytest.mark.parametrize("rule", [*contracts.TASK_LINK, *contracts.LINKED_TASK])
async def test_the_link_in_memory_is_a_task_link(rule: Rule[LinkUnderTest]) -> None:
    await rule(link_in_memory)


@pytest.mark.parametrize("rule", contracts.TELEMETRY_CLIENT)
async def test_the_recording_client_is_a_telemetry_client(rule: Rule[ClientUnderTest]) -> None:
    await rule(recording)


@pytest.mark.parametrize("rule", contracts.TELEMETRY_PROPERTIES_PROVIDER)
async def test_fixed_properties_are_a_provider(rule: Rule[TelemetryPropertiesProvider]) -> None:
    await rule(again(FixedProperties(PROPERTIES)))


@pytest.mark.parametrize("rule", contracts.TELEMETRY_HOST)
async def test_the_host_in_memory_is_a_telemetry_host(rule: Rule[HostUnderTest]) -> None:
    await rule(host_in_memory(MemoryTelemetryHost()))


@pytest.mark.parametrize("rule", contracts.EVENT_SINK)
async def test_the_recording_sink_is_an_event_sink(rule: Rule[EventSink]) -> None:
    await rule(again(RecordingEventSink()))


@pytest.mark.parametrize("rule", contracts.AUTH_SERVICE)
@pytest.mark.parametrize("token", [None, "", "ey.token"])
async def test_the_account_in_memory_is_an_auth_service(rule: Rule[AuthService], token: str | None) -> None:
    await rule(again(MemoryAuthService(token, CloudUserInfo(name="Ann"))))


@pytest.mark.parametrize("rule", contracts.SETTINGS_SERVICE)
@pytest.mark.parametrize("settings", [None, SETTINGS], ids=["none", "some"])
async def test_the_settings_in_memory_are_a_settings_service(
    rule: Rule[SettingsService], settings: OrganizationSettings | None
) -> None:
    await rule(again(MemorySettingsService(settings)))


@pytest.mark.parametrize("rule", contracts.STATE_STORE)
async def test_the_state_in_memory_is_a_state_store(rule: Rule[StateStore]) -> None:
    await rule(again(MemoryStateStore()))


@pytest.mark.parametrize("rule", contracts.SECRET_STORE)
async def test_the_secrets_in_memory_are_a_secret_store(rule: Rule[SecretStore]) -> None:
    await rule(again(MemorySecretStore()))


async def test_a_recorded_event_has_the_common_properties_below_its_own() -> None:
    """Telemetry spec TEL-020."""
    client, provider = RecordingTelemetryClient(), FixedProperties(PROPERTIES)
    client.update_telemetry_state(True)
    client.set_provider(provider)
    await client.capture(TelemetryEvent(event=TelemetryEventName.TOOL_USED, properties={"mode": "ask", "tool": "x"}))
    assert client.events[0].properties == PROPERTIES.to_wire() | {"mode": "ask", "tool": "x"}


def test_a_token_stays_out_of_the_repr() -> None:
    """Law 8."""
    assert "ey.token" not in repr(MemoryAuthService("ey.token"))
