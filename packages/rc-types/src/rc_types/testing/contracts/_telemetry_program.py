"""The rules of the ports on the program's side of analytics: what it says, and what it knows about itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rc_types.telemetry import TelemetryEventName, TelemetryProperties
from rc_types.testing.contracts._rules import Opens, Rule, demand, never_raising, soon
from rc_types.testing.contracts._telemetry import ODD

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rc_types.ports import EventSink, TelemetryHost, TelemetryPropertiesProvider


async def the_properties_are_what_the_wire_takes(opens: Opens[TelemetryPropertiesProvider]) -> None:
    """Every time, also when several clients ask at once."""
    async with opens() as provider:
        with never_raising("get_telemetry_properties()"):
            asking = asyncio.gather(*(provider.get_telemetry_properties() for _ in range(3)))
            answers = await soon(asking, "get_telemetry_properties() did not return")
            for answer in answers:
                wire = answer.to_wire()
                demand(TelemetryProperties.from_wire(wire).to_wire() == wire, f"the wire does not take {wire!r}")


TELEMETRY_PROPERTIES_PROVIDER: Final[tuple[Rule[TelemetryPropertiesProvider], ...]] = (
    the_properties_are_what_the_wire_takes,
)
"""What every provider of properties has to do."""


async def reporting_never_raises(opens: Opens[EventSink]) -> None:
    """Whatever is reported."""
    async with opens() as sink:
        _report_all_sorts(sink)


async def any_thread_may_report(opens: Opens[EventSink]) -> None:
    """Inside or outside of an event loop, and several at once."""
    async with opens() as sink:
        threads = [asyncio.to_thread(_report_all_sorts, sink) for _ in range(4)]
        await soon(asyncio.gather(*threads), "reporting from a thread did not return")


EVENT_SINK: Final[tuple[Rule[EventSink], ...]] = (reporting_never_raises, any_thread_may_report)
"""What every event sink has to do."""


@dataclass(frozen=True, slots=True)
class HostUnderTest:
    """A host, and the hand that turns its telemetry level."""

    host: TelemetryHost
    set_level: Callable[[str], Awaitable[None]]


async def the_machine_keeps_its_id(opens: Opens[HostUnderTest]) -> None:
    """It is a text without blanks around it, the same when the host is opened again."""
    async with opens() as first:
        machine_id = first.host.machine_id
        demand(machine_id and machine_id == machine_id.strip(), f"{machine_id!r} is no machine id")
    async with opens() as second:
        demand(second.host.machine_id == machine_id, "the machine id changed when the host was opened again")


async def a_change_of_level_is_announced(opens: Opens[HostUnderTest]) -> None:
    """Once it can be read; to those who still want to know, and whatever other listeners do."""
    async with opens() as it:
        left: list[str] = []
        levels: asyncio.Queue[str] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        former = loop.get_exception_handler()
        loop.set_exception_handler(lambda _loop, _context: None)
        leave = it.host.on_did_change_telemetry_level(lambda: left.append("called"))
        stops = [
            it.host.on_did_change_telemetry_level(_fail),
            it.host.on_did_change_telemetry_level(lambda: levels.put_nowait(it.host.telemetry_level)),
        ]
        leave()
        leave()
        try:
            for level in ("off", "all"):
                await it.set_level(level)
                heard = await soon(levels.get(), "a change of the telemetry level was not announced")
                demand(heard == level, f"when a change to {level!r} was announced, the level was still {heard!r}")
            demand(not left, "a listener was called after it had left")
        finally:
            loop.set_exception_handler(former)
            for stop in stops:
                stop()


TELEMETRY_HOST: Final[tuple[Rule[HostUnderTest], ...]] = (the_machine_keeps_its_id, a_change_of_level_is_announced)
"""What every host of analytics has to do."""


def _report_all_sorts(sink: EventSink) -> None:
    for properties in (None, {}, ODD):
        with never_raising("capture_event()"):
            sink.capture_event(TelemetryEventName.TASK_CREATED, properties)
        with never_raising("capture_exception()"):
            sink.capture_exception(RuntimeError("an error that is reported, on purpose"), properties)


def _fail() -> None:
    raise RuntimeError("a listener that raises, on purpose")
