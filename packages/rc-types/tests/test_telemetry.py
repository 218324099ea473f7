"""Telemetry events, their properties and clients: types spec 3.26."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, get_args

import pytest
from rc_types import InvalidWireError
from rc_types._codec import WireCodec
from rc_types.message import ClineMessage
from rc_types.task import TaskId
from rc_types.telemetry import (
    GenericEvent,
    GenericEventName,
    IgnoredEvents,
    LlmCompletion,
    TaskMessage,
    TelemetryClient,
    TelemetryEvent,
    TelemetryEventName,
    TelemetryEventSubscription,
    TelemetryProperties,
    TelemetryPropertiesProvider,
    TelemetrySettingsChanged,
    TodoCounts,
    WantedEvents,
    roo_code_telemetry_event,
)

APP: Final[dict[str, Any]] = {
    "appName": "roo-code",
    "appVersion": "3.52.1",
    "vscodeVersion": "1.105.0",
    "platform": "linux",
    "editorName": "Visual Studio Code",
    "language": "en",
    "mode": "code",
}

COMMON: Final = TelemetryProperties.from_wire(APP)


def test_an_event_goes_out_exactly_so() -> None:
    todos = TodoCounts(total=3, completed=1, in_progress=1, pending=1)
    properties = COMMON.model_copy(update={"task_id": "t-1", "todos": todos})
    assert GenericEvent.of(properties, "Tool Used").to_json() == (
        b'{"type":"Tool Used","properties":{"appName":"roo-code","appVersion":"3.52.1","vscodeVersion":"1.105.0",'
        b'"platform":"linux","editorName":"Visual Studio Code","language":"en","mode":"code","taskId":"t-1",'
        b'"todos":{"total":3,"completed":1,"inProgress":1,"pending":1}}}'
    )


def test_all_but_three_names_say_nothing_of_their_own() -> None:
    """Types spec C4."""
    own = {"Telemetry Settings Changed", "Task Message", "LLM Completion"}
    assert {*get_args(GenericEventName)} == {*TelemetryEventName} - own


def test_a_name_of_the_enum_is_a_tag() -> None:
    event = roo_code_telemetry_event.from_wire({"type": TelemetryEventName.TOOL_USED, "properties": APP})
    assert roo_code_telemetry_event.to_wire(event) == {"type": "Tool Used", "properties": APP}


def test_what_only_the_event_knows_does_not_survive() -> None:
    """Types spec 3.26: properties outside the lists are stripped."""
    event = roo_code_telemetry_event.from_wire({"type": "Tool Used", "properties": {**APP, "tool": "read_file"}})
    assert event.properties == COMMON


def test_a_message_must_say_its_task() -> None:
    say = ClineMessage(ts=1, type="say", say="text", text="hello")
    properties = {**APP, "message": say.to_wire()}
    wire = {"type": "Task Message", "properties": properties}
    with pytest.raises(InvalidWireError, match=r"properties\.taskId is missing"):
        roo_code_telemetry_event.from_wire(wire)
    properties["taskId"] = "t-1"
    assert roo_code_telemetry_event.from_wire(wire) == TaskMessage.of(COMMON, TaskId("t-1"), say)


def test_what_an_answer_cost_is_said_as_far_as_it_is_known() -> None:
    event = LlmCompletion.of(COMMON, input_tokens=900, output_tokens=100, cost=0.0125)
    own = {"inputTokens": 900, "outputTokens": 100, "cost": 0.0125}
    assert event.to_wire() == {"type": "LLM Completion", "properties": {**APP, **own}}


def test_consent_is_one_of_three_words() -> None:
    event = TelemetrySettingsChanged.of(COMMON, previous="unset", new="enabled")
    wire = event.to_wire()
    assert wire["properties"] == {**APP, "previousSetting": "unset", "newSetting": "enabled"}
    wire["properties"]["newSetting"] = True
    with pytest.raises(InvalidWireError, match="newSetting must be 'unset', 'enabled' or 'disabled'"):
        roo_code_telemetry_event.from_wire(wire)


def test_a_retired_provider_refuses_the_event() -> None:
    """Cloud spec 21.3."""
    with pytest.raises(InvalidWireError, match="apiProvider"):
        TelemetryProperties.from_wire({**APP, "apiProvider": "glama"})


def test_each_product_has_providers_of_its_own() -> None:
    """Kilo differences 5.4."""
    wire = {**APP, "apiProvider": "kilocode"}
    assert TelemetryProperties.from_wire(wire, flavor="kilo").api_provider == "kilocode"
    with pytest.raises(InvalidWireError, match="apiProvider"):
        TelemetryProperties.from_wire(wire)


def test_what_is_captured_keeps_all_its_properties() -> None:
    wire = {"event": "Tool Used", "properties": {"taskId": "t-1", "tool": "read_file", "nested": [None, {"a": 1}]}}
    event = TelemetryEvent.from_wire(wire)
    assert event.event is TelemetryEventName.TOOL_USED
    assert event.to_wire() == wire
    with pytest.raises(InvalidWireError, match="event"):
        TelemetryEvent.from_wire({"event": "TOOL_USED"})


def test_a_subscription_names_what_it_wants_or_what_it_does_not() -> None:
    codec: WireCodec[TelemetryEventSubscription] = WireCodec(TelemetryEventSubscription, "TelemetryEventSubscription")
    for subscription in (
        WantedEvents.of(TelemetryEventName.TASK_CREATED),
        IgnoredEvents.of(TelemetryEventName.TASK_MESSAGE, TelemetryEventName.LLM_COMPLETION),
    ):
        assert codec.from_json(codec.to_json(subscription)) == subscription
    with pytest.raises(InvalidWireError, match="type"):
        codec.from_wire({"type": "only", "events": []})


async def test_a_client_needs_no_base_class() -> None:
    """The interfaces are structural; the type checkers check this test."""

    class Provider:
        async def get_telemetry_properties(self) -> TelemetryProperties:
            return COMMON

    class Client:
        subscription = WantedEvents.of(TelemetryEventName.TASK_CREATED)
        captured: ClassVar[list[tuple[TelemetryEvent, TelemetryProperties]]] = []

        def set_provider(self, provider: TelemetryPropertiesProvider, /) -> None:
            self.provider = provider

        async def capture(self, event: TelemetryEvent, /) -> None:
            self.captured.append((event, await self.provider.get_telemetry_properties()))

        async def capture_exception(
            self, error: BaseException, additional_properties: Mapping[str, object] | None = None, /
        ) -> None: ...

        def update_telemetry_state(self, is_opted_in: bool, /) -> None: ...

        def is_telemetry_enabled(self) -> bool:
            return True

        async def shutdown(self) -> None: ...

    client: TelemetryClient = Client()
    client.set_provider(Provider())
    event = TelemetryEvent(event=TelemetryEventName.TASK_CREATED)
    await client.capture(event)
    assert Client.captured == [(event, COMMON)]
