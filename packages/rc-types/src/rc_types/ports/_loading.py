"""Finding the provider of a port by name (law 2): injection comes first, an entry point is the default."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final, cast

from rc_types._errors import ProviderMissingError, TaskLinkMissingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_types.ports._task_link import TaskLinkFactory
    from rc_types.ports._telemetry import TelemetryClientFactory

TASK_LINK_GROUP: Final = "rc_types.task_link"
"""Entry-point group of the factories of task links (`TaskLinkFactory`)."""

TELEMETRY_CLIENT_GROUP: Final = "rc_types.telemetry_client"
"""Entry-point group of the factories of telemetry clients (`TelemetryClientFactory`)."""


def load_task_link(name: str) -> TaskLinkFactory:
    """Return the factory of task links that is installed under a name, such as `unix`.

    Raises:
        TaskLinkMissingError: No installed package provides it, or the one that does lacks something.
    """
    return cast("TaskLinkFactory", _load(_TASK_LINKS, name))


def load_telemetry_client(name: str) -> TelemetryClientFactory:
    """Return the factory of telemetry clients that is installed under a name, such as `posthog`.

    Raises:
        ProviderMissingError: No installed package provides it, or the one that does lacks something.
    """
    return cast("TelemetryClientFactory", _load(_TELEMETRY_CLIENTS, name))


@dataclass(frozen=True, slots=True)
class _Port:
    """A port whose providers can be found: what they are called, and which package of this family brings which."""

    what: str
    group: str
    ours: Mapping[str, tuple[str, ...]]
    missing: type[ProviderMissingError]


_TASK_LINKS: Final = _Port("task link", TASK_LINK_GROUP, {"rc-ipc": ("unix", "pipe", "zmq")}, TaskLinkMissingError)
_TELEMETRY_CLIENTS: Final = _Port(
    "telemetry client",
    TELEMETRY_CLIENT_GROUP,
    {"rc-telemetry": ("posthog",), "'rc-telemetry[otel]'": ("otel",), "rc-cloud": ("cloud",)},
    ProviderMissingError,
)


def _load(port: _Port, name: str) -> Any:
    """Return what the entry point of the name stands for; of several, the first on `sys.path`."""
    remedy = _remedy(port, name)
    for entry in entry_points(group=port.group, name=name):
        try:
            return entry.load()
        except ImportError as error:
            raise port.missing(f"the {port.what} {name!r} does not load: {error}; {remedy}") from error
    installed = ", ".join(sorted(entry_points(group=port.group).names)) or "none"
    raise port.missing(f"no {port.what} named {name!r} is installed (there is: {installed}); {remedy}")


def _remedy(port: _Port, name: str) -> str:
    """Return what to install for the name, or for every name of ours when it is none of them."""
    for package, names in port.ours.items():
        if name in names:
            return f"it comes with: pip install {package}"
    return "; ".join(f"{', '.join(names)} with: pip install {package}" for package, names in port.ours.items())
