"""The rules of `rc_types.ports.TelemetryClient` and `TelemetryPropertiesConsumer`."""

from __future__ import annotations

import asyncio
import gc
import weakref
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rc_types._base import given
from rc_types.ports import TelemetryPropertiesConsumer
from rc_types.telemetry import TelemetryEvent, TelemetryEventName, TelemetryProperties
from rc_types.testing.contracts._rules import Opens, Rule, demand, never_raising, soon

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rc_types.ports import TelemetryClient, TelemetryPropertiesProvider

PROPERTIES: Final = TelemetryProperties(
    app_name="roo-cline",
    app_version="0.0.0",
    vscode_version="1.84.0",
    platform="linux",
    editor_name="contract",
    language="en",
    mode="code",
)
"""The least that every place takes."""

NAMES: Final = (
    TelemetryEventName.TASK_CREATED,
    TelemetryEventName.MODE_SWITCH,
    TelemetryEventName.TOOL_USED,
    TelemetryEventName.TASK_COMPLETED,
)
"""Events that every place takes and that need no properties of their own."""

ODD: Final[dict[str, Any]] = {"object": object(), "bytes": b"\xff", "set": {1}, "half a character": "\ud800", "": None}
"""Property values that nobody can send; callers pass them all the same."""


@dataclass(frozen=True, slots=True)
class ClientUnderTest:
    """A client that has just been made, and what is at the place where its events go."""

    client: TelemetryClient
    delivered: Callable[[], Awaitable[list[str]]]
    """Returns the names of the events that have arrived there so far, in order."""


async def agreed_events_arrive_by_shutdown(opens: Opens[ClientUnderTest]) -> None:
    """All of them, once, in the order of capture."""
    async with opens() as it:
        it.client.update_telemetry_state(True)
        demand(it.client.is_telemetry_enabled(), "a client that the test made ready for use stays off after a yes")
        for name in NAMES:
            await _capture(it.client, _event(name))
        await _shut_down(it.client)
        arrived = await it.delivered()
        demand(arrived == list(NAMES), f"captured {[str(name) for name in NAMES]}, delivered {arrived}")


async def nothing_leaves_after_a_no(opens: Opens[ClientUnderTest]) -> None:
    """The user's word counts from the moment it is given, whatever was agreed before."""
    async with opens() as it:
        it.client.update_telemetry_state(True)
        it.client.update_telemetry_state(False)
        demand(not it.client.is_telemetry_enabled(), "the client says that it is on although the user said no")
        for name in NAMES:
            await _capture(it.client, _event(name))
        await _shut_down(it.client)
        arrived = await it.delivered()
        demand(not arrived, f"after a no, {arrived} were delivered")


async def capturing_never_raises(opens: Opens[ClientUnderTest]) -> None:
    """Before the user has decided, with values that cannot be sent, and after the end."""
    async with opens() as it:
        for state in (None, True, False):
            if state is not None:
                it.client.update_telemetry_state(state)
            await _capture_all_sorts(it.client)
        await _shut_down(it.client)
        await _capture_all_sorts(it.client)
        with never_raising("update_telemetry_state() after shutdown()"):
            it.client.update_telemetry_state(True)


async def an_event_is_not_changed(opens: Opens[ClientUnderTest]) -> None:
    """Other clients get the same one."""
    async with opens() as it:
        it.client.update_telemetry_state(True)
        provider = _Complete()  # a client does not keep it alive
        _give_properties(it.client, provider)
        event = TelemetryEvent(event=NAMES[0], properties={"mode": "debug", "nested": {"list": [1]}})
        before = deepcopy(event)
        await _capture(it.client, event)
        await _shut_down(it.client)
        demand(event == before, f"the event was {before!r} and is now {event!r}")


async def a_failing_properties_provider_loses_no_event(opens: Opens[ClientUnderTest]) -> None:
    """The event goes out with its own properties."""
    async with opens() as it:
        it.client.update_telemetry_state(True)
        failing = _Failing()  # a client does not keep it alive
        _give_properties(it.client, failing)
        await _capture(it.client, _event(NAMES[0]))
        await _shut_down(it.client)
        demand(await it.delivered() == [NAMES[0]], "an event was lost because the provider of its properties failed")


async def a_properties_provider_is_not_kept_alive(opens: Opens[ClientUnderTest]) -> None:
    """It is usually the heart of the program, which a client must not hold on to."""
    async with opens() as it:
        it.client.update_telemetry_state(True)
        provider = _Complete()
        gone = weakref.ref(provider)
        _give_properties(it.client, provider)
        del provider
        gc.collect()
        demand(gone() is None, "the client keeps its properties provider alive")
        await _capture(it.client, _event(NAMES[0]))
        await _shut_down(it.client)
        demand(await it.delivered() == [NAMES[0]], "an event was lost because the provider of its properties was gone")


async def shutting_down_again_is_fine(opens: Opens[ClientUnderTest]) -> None:
    """Twice at once, once more, and without ever having been used."""
    async with opens() as it:
        with never_raising("shutdown(), called twice at once,"):
            await soon(asyncio.gather(it.client.shutdown(), it.client.shutdown()), "shutdown() did not return")
        await _shut_down(it.client)


TELEMETRY_CLIENT: Final[tuple[Rule[ClientUnderTest], ...]] = (
    agreed_events_arrive_by_shutdown,
    nothing_leaves_after_a_no,
    capturing_never_raises,
    an_event_is_not_changed,
    a_failing_properties_provider_loses_no_event,
    a_properties_provider_is_not_kept_alive,
    shutting_down_again_is_fine,
)
"""What every telemetry client has to do; the rules about properties are void for one that takes none."""


class _Complete:
    async def get_telemetry_properties(self) -> TelemetryProperties:
        return PROPERTIES


class _Failing:
    async def get_telemetry_properties(self) -> TelemetryProperties:
        raise RuntimeError("a properties provider that fails, on purpose")


def _event(name: TelemetryEventName) -> TelemetryEvent:
    return TelemetryEvent(event=name, properties=PROPERTIES.to_wire())


def _give_properties(client: TelemetryClient, provider: TelemetryPropertiesProvider) -> None:
    if isinstance(client, TelemetryPropertiesConsumer):
        client.set_provider(provider)


async def _capture(client: TelemetryClient, event: TelemetryEvent) -> None:
    with never_raising("capture()"):
        await soon(client.capture(event), "capture() did not return")


async def _capture_all_sorts(client: TelemetryClient) -> None:
    for properties in (None, {}, ODD):
        await _capture(client, TelemetryEvent(event=NAMES[0], **given(properties=properties)))
        with never_raising("capture_exception()"):
            error = RuntimeError("an error that is reported, on purpose")
            await soon(client.capture_exception(error, properties), "capture_exception() did not return")


async def _shut_down(client: TelemetryClient) -> None:
    with never_raising("shutdown()"):
        await soon(client.shutdown(), "shutdown() did not return")
