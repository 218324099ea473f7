"""The ports around analytics: who captures, who carries it away, and who knows what. Source: telemetry spec 1 to 6.

Upstream's own interface of a client, which has more members, is `rc_types.telemetry.TelemetryClient`; whatever has its
methods fits the two narrower ports here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rc_types.ports._host import Unsubscribe
    from rc_types.telemetry import TelemetryEvent, TelemetryEventName, TelemetryProperties


class EventSink(Protocol):
    """Where a part of the program says that something happened, without knowing who listens.

    Provided by the service of rc-telemetry, consumed by rc-cloud (its bridge) and by programs. Both methods return at
    once, may be called from any thread, inside or outside of an event loop, and never raise, whatever they are given;
    what cannot be sent is dropped and counted by the provider.
    """

    def capture_event(self, name: TelemetryEventName, properties: Mapping[str, object] | None = None, /) -> None:
        """Report an event; the events of one thread keep their order."""
        ...

    def capture_exception(self, error: BaseException, properties: Mapping[str, object] | None = None, /) -> None:
        """Report an error that somebody else has handled."""
        ...


class TelemetryClient(Protocol):
    """Carries events to one place, such as PostHog or the cloud.

    Provided by rc-telemetry and rc-cloud, consumed by the service of rc-telemetry, which is the only one to call it. No
    method raises into the service, in whatever state the client is. A client that adds the program's properties to its
    events is a `TelemetryPropertiesConsumer` too.
    """

    async def capture(self, event: TelemetryEvent, /) -> None:
        """Take the event, if the user agrees and the client wants it; events keep the order of the calls.

        Returns before the event has arrived anywhere. The event is not changed.
        """
        ...

    async def capture_exception(
        self, error: BaseException, additional_properties: Mapping[str, object] | None = None, /
    ) -> None:
        """Take an error; a client that has no use for errors does nothing."""
        ...

    def update_telemetry_state(self, is_opted_in: bool, /) -> None:
        """Say what the user decided; called again on every change.

        From a no on, nothing that has not left yet leaves any more. A yes need not be enough: other switches may keep
        the client off.
        """
        ...

    def is_telemetry_enabled(self) -> bool:
        """Return whether an event captured now would be taken; no I/O."""
        ...

    async def shutdown(self) -> None:
        """Send what is waiting, within five seconds, then take nothing more; calling it again does nothing."""
        ...


class TelemetryPropertiesProvider(Protocol):
    """Knows the program, its task and its repository.

    Provided by the program that hosts tasks, consumed by the telemetry clients of rc-telemetry and rc-cloud. It is the
    one of `rc_types.telemetry`, and stands here too so that the ports can be imported without any model.
    """

    async def get_telemetry_properties(self) -> TelemetryProperties:
        """Return the common properties as they are now; clients ask often, and several at once.

        Raises:
            Exception: Anything; the event then goes out with its own properties only.
        """
        ...


@runtime_checkable
class TelemetryPropertiesConsumer(Protocol):
    """A telemetry client that adds the program's properties to its events.

    Provided by clients of rc-telemetry and rc-cloud, consumed by the service of rc-telemetry, which tells by
    `isinstance` whether a client is one.
    """

    def set_provider(self, provider: TelemetryPropertiesProvider, /) -> None:
        """Ask this provider from the next event on, instead of an earlier one.

        The provider is not kept alive: once it is gone, events go out with their own properties, as they do when it
        fails. An event's own property wins over one of the provider's.
        """
        ...


class TelemetryHost(Protocol):
    """What analytics must know about the program it runs in.

    Provided by the file host of rc-core, consumed by the factories of telemetry clients.
    """

    @property
    def machine_id(self) -> str:
        """A random identity of this machine that says nothing about its user; the same in every process and run."""
        ...

    @property
    def telemetry_level(self) -> str:
        """The host's own limit: only `all` allows analytics; any other word, such as `error` or `off`, forbids it."""
        ...

    def on_did_change_telemetry_level(self, listener: Callable[[], None], /) -> Unsubscribe:
        """Call the listener after each change of the level, until what is returned has been called.

        From the event loop, if one runs. A listener that raises disturbs neither the host nor the other listeners.
        """
        ...


class TelemetryClientFactory(Protocol):
    """Makes a client out of the host and the environment variables of its provider."""

    def __call__(self, host: TelemetryHost, /) -> TelemetryClient:
        """Return a client that has done no I/O yet; one whose settings are missing is disabled, not an error."""
        ...
