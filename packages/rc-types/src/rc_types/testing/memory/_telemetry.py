"""Analytics that go nowhere but into a list."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rc_types.telemetry import TelemetryEvent
from rc_types.testing.memory._listeners import Listeners

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rc_types.ports import TelemetryPropertiesProvider, Unsubscribe
    from rc_types.telemetry import TelemetryEventName, TelemetryProperties


class RecordingTelemetryClient:
    """Keeps what it is given in `events` and `errors`, once the user has agreed.

    An event is kept as it would go out: the provider's properties with the event's own on top (telemetry spec TEL-020).
    """

    def __init__(self) -> None:
        self.events: list[TelemetryEvent] = []
        self.errors: list[tuple[BaseException, dict[str, object]]] = []
        self._provider: weakref.ref[TelemetryPropertiesProvider] | None = None
        self._on = False
        self._shut_down = False

    def set_provider(self, provider: TelemetryPropertiesProvider, /) -> None:
        """See `rc_types.ports.TelemetryPropertiesConsumer`."""
        self._provider = weakref.ref(provider)

    async def capture(self, event: TelemetryEvent, /) -> None:
        """See `rc_types.ports.TelemetryClient`."""
        if not self.is_telemetry_enabled():
            return
        common = await self._common_properties()
        if self.is_telemetry_enabled():  # a no may have come meanwhile
            self.events.append(TelemetryEvent(event=event.event, properties={**common, **(event.properties or {})}))

    async def capture_exception(
        self, error: BaseException, additional_properties: Mapping[str, object] | None = None, /
    ) -> None:
        """See `rc_types.ports.TelemetryClient`."""
        if self.is_telemetry_enabled():
            self.errors.append((error, dict(additional_properties or {})))

    def update_telemetry_state(self, is_opted_in: bool, /) -> None:
        """See `rc_types.ports.TelemetryClient`."""
        self._on = is_opted_in

    def is_telemetry_enabled(self) -> bool:
        """See `rc_types.ports.TelemetryClient`."""
        return self._on and not self._shut_down

    async def shutdown(self) -> None:
        """See `rc_types.ports.TelemetryClient`."""
        self._shut_down = True

    async def _common_properties(self) -> dict[str, Any]:
        provider = self._provider() if self._provider is not None else None
        if provider is None:
            return {}
        try:
            return (await provider.get_telemetry_properties()).to_wire()
        except Exception:  # noqa: BLE001 - a guest does not break the house, whatever the house does
            return {}


@dataclass(frozen=True, slots=True, weakref_slot=True)
class FixedProperties:
    """A provider whose answer is always the same."""

    properties: TelemetryProperties

    async def get_telemetry_properties(self) -> TelemetryProperties:
        """See `rc_types.ports.TelemetryPropertiesProvider`."""
        return self.properties


class RecordingEventSink:
    """Keeps what is reported: names with their properties in `events`, errors with theirs in `errors`."""

    def __init__(self) -> None:
        self.events: list[tuple[TelemetryEventName, dict[str, object]]] = []
        self.errors: list[tuple[BaseException, dict[str, object]]] = []

    def capture_event(self, name: TelemetryEventName, properties: Mapping[str, object] | None = None, /) -> None:
        """See `rc_types.ports.EventSink`."""
        self.events.append((name, dict(properties or {})))

    def capture_exception(self, error: BaseException, properties: Mapping[str, object] | None = None, /) -> None:
        """See `rc_types.ports.EventSink`."""
        self.errors.append((error, dict(properties or {})))


class MemoryTelemetryHost:
    """A host whose level the test sets.

    Args:
        machine_id: The identity of the machine.
        level: The telemetry level at first.
    """

    def __init__(self, machine_id: str = "0" * 64, *, level: str = "all") -> None:
        self.machine_id = machine_id
        self.telemetry_level = level
        self._listeners: Listeners[[]] = Listeners()

    async def set_level(self, level: str) -> None:
        """Change the level and have the listeners called by the event loop."""
        self.telemetry_level = level
        self._listeners.tell()

    def on_did_change_telemetry_level(self, listener: Callable[[], None], /) -> Unsubscribe:
        """See `rc_types.ports.TelemetryHost`."""
        return self._listeners.add(listener)
