"""Analytics: consent, events and their properties, the client that sends them, and what errors say.

`RooCodeTelemetryEvent` is what the cloud service takes. `TelemetryEvent` is what callers hand to clients: any
properties. Source: types spec 3.26, telemetry spec 2, 3 and 7.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Protocol, Self, TypeAlias, get_args

from pydantic import Strict

from rc_types._base import Omittable, WireModel
from rc_types._later import TaggedBy
from rc_types._scalars import Array, JsonRecord
from rc_types._telemetry_errors import (
    ApiProviderError,
    ConsecutiveMistakeError,
    ConsecutiveMistakeReason,
    extract_api_provider_error_properties,
    extract_consecutive_mistake_error_properties,
    is_api_provider_error,
    is_consecutive_mistake_error,
)
from rc_types._telemetry_events import (
    GenericEvent,
    GenericEventName,
    LlmCompletion,
    LlmCompletionProperties,
    RooCodeTelemetryEvent,
    TaskMessage,
    TaskMessageProperties,
    TelemetryEventName,
    TelemetrySetting,
    TelemetrySettingsChanged,
    TelemetrySettingsChangedProperties,
    roo_code_telemetry_event,
)
from rc_types._telemetry_failures import (
    EXPECTED_API_ERROR_CODES,
    extract_message_from_json_payload,
    get_error_message,
    get_error_status_code,
    should_report_api_error_to_telemetry,
)
from rc_types._telemetry_properties import (
    AppProperties,
    CloudAppProperties,
    DynamicAppProperties,
    GitProperties,
    StaticAppProperties,
    TaskProperties,
    TelemetryProperties,
    TodoCounts,
)

__all__ = [
    "EXPECTED_API_ERROR_CODES",
    "TELEMETRY_SETTINGS",
    "ApiProviderError",
    "AppProperties",
    "CloudAppProperties",
    "ConsecutiveMistakeError",
    "ConsecutiveMistakeReason",
    "DynamicAppProperties",
    "GenericEvent",
    "GenericEventName",
    "GitProperties",
    "IgnoredEvents",
    "LlmCompletion",
    "LlmCompletionProperties",
    "RooCodeTelemetryEvent",
    "StaticAppProperties",
    "TaskMessage",
    "TaskMessageProperties",
    "TaskProperties",
    "TelemetryClient",
    "TelemetryEvent",
    "TelemetryEventName",
    "TelemetryEventSubscription",
    "TelemetryProperties",
    "TelemetryPropertiesProvider",
    "TelemetrySetting",
    "TelemetrySettingsChanged",
    "TelemetrySettingsChangedProperties",
    "TodoCounts",
    "WantedEvents",
    "extract_api_provider_error_properties",
    "extract_consecutive_mistake_error_properties",
    "extract_message_from_json_payload",
    "get_error_message",
    "get_error_status_code",
    "is_api_provider_error",
    "is_consecutive_mistake_error",
    "roo_code_telemetry_event",
    "should_report_api_error_to_telemetry",
]

TELEMETRY_SETTINGS: Final[tuple[TelemetrySetting, ...]] = get_args(TelemetrySetting)

# Strict mode would refuse the text of a name, which is what JSON has.
_EventName: TypeAlias = Annotated[TelemetryEventName, Strict(False)]


class TelemetryEvent(WireModel):
    """What a program captures; clients add the common properties."""

    event: _EventName
    properties: Omittable[JsonRecord] = None
    """The event's own facts, under wire names."""


class WantedEvents(WireModel):
    """A client that takes only these events."""

    type: Literal["include"]
    events: Array[_EventName]

    @classmethod
    def of(cls, *events: TelemetryEventName) -> Self:
        """Subscribe to these events."""
        return cls(type="include", events=list(events))


class IgnoredEvents(WireModel):
    """A client that takes every event but these."""

    type: Literal["exclude"]
    events: Array[_EventName]

    @classmethod
    def of(cls, *events: TelemetryEventName) -> Self:
        """Subscribe to all other events."""
        return cls(type="exclude", events=list(events))


TelemetryEventSubscription: TypeAlias = Annotated[WantedEvents | IgnoredEvents, TaggedBy("type")]
"""Which events a client takes."""


class TelemetryPropertiesProvider(Protocol):
    """Knows the program, its task and its repository; the host implements it."""

    async def get_telemetry_properties(self) -> TelemetryProperties:
        """Return the common properties as they are now."""
        ...


class TelemetryClient(Protocol):
    """Sends events to one place. Nothing but `shutdown` may keep its caller waiting, and nothing raises into it."""

    @property
    def subscription(self) -> TelemetryEventSubscription | None:
        """The events that this client takes; None for all of them."""
        ...

    def set_provider(self, provider: TelemetryPropertiesProvider, /) -> None:
        """Take the common properties from here, from now on."""
        ...

    async def capture(self, event: TelemetryEvent, /) -> None:
        """Take an event, unless it is not subscribed to or the user does not consent."""
        ...

    async def capture_exception(
        self, error: BaseException, additional_properties: Mapping[str, object] | None = None, /
    ) -> None:
        """Take an exception; the additional properties win over those found in it."""
        ...

    def update_telemetry_state(self, is_opted_in: bool, /) -> None:
        """Learn whether the user consents."""
        ...

    def is_telemetry_enabled(self) -> bool:
        """Return whether events are taken now."""
        ...

    async def shutdown(self) -> None:
        """Send what is still here and stop."""
        ...
