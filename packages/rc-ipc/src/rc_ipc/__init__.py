"""Client and server of the assistant's local control socket.

`connect` drives a host (the editor extension, or any program that speaks like it); `serve` is one.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from rc_ipc._errors import (
    AddressError,
    AddressInUseError,
    AuthenticationError,
    ConnectionLostError,
    EventOverflowError,
    FrameTooLargeError,
    HandshakeTimeoutError,
    IpcError,
    NotConnectedError,
    PermissionDeniedError,
    ProtocolViolationError,
    RemoteError,
    RequestTimeoutError,
    TaskNotCurrentError,
    TaskResumeError,
    TaskStartError,
)

if TYPE_CHECKING:
    from rc_ipc._client import IpcClient
    from rc_ipc._client_options import ClientOptions
    from rc_ipc._connect import connect
    from rc_ipc._connection import QueueLimits
    from rc_ipc._counters import Counters
    from rc_ipc._default import default_address
    from rc_ipc._dispatch import Handler
    from rc_ipc._guest import ServerOptions
    from rc_ipc._handlers import Handlers
    from rc_ipc._outcome import Outcome, OutcomeKind, Until
    from rc_ipc._pace import Pace
    from rc_ipc._requests import Closing, Deletion, Delivery
    from rc_ipc._server import IpcServer, serve
    from rc_ipc._session import AnyTaskEvent, FrameLimits
    from rc_ipc._signals import stop_signals
    from rc_ipc._subscription import Gap, Subscription
    from rc_ipc._tasks import TaskHandle

__version__ = "0.1.0"

__all__ = [
    "AddressError",
    "AddressInUseError",
    "AnyTaskEvent",
    "AuthenticationError",
    "ClientOptions",
    "Closing",
    "ConnectionLostError",
    "Counters",
    "Deletion",
    "Delivery",
    "EventOverflowError",
    "FrameLimits",
    "FrameTooLargeError",
    "Gap",
    "Handler",
    "Handlers",
    "HandshakeTimeoutError",
    "IpcClient",
    "IpcError",
    "IpcServer",
    "NotConnectedError",
    "Outcome",
    "OutcomeKind",
    "Pace",
    "PermissionDeniedError",
    "ProtocolViolationError",
    "QueueLimits",
    "RemoteError",
    "RequestTimeoutError",
    "ServerOptions",
    "Subscription",
    "TaskHandle",
    "TaskNotCurrentError",
    "TaskResumeError",
    "TaskStartError",
    "Until",
    "__version__",
    "connect",
    "default_address",
    "serve",
    "stop_signals",
]

_HOMES: Final = {
    "_client": "IpcClient",
    "_client_options": "ClientOptions",
    "_connect": "connect",
    "_connection": "QueueLimits",
    "_counters": "Counters",
    "_default": "default_address",
    "_dispatch": "Handler",
    "_guest": "ServerOptions",
    "_handlers": "Handlers",
    "_outcome": "Outcome OutcomeKind Until",
    "_pace": "Pace",
    "_requests": "Closing Deletion Delivery",
    "_server": "IpcServer serve",
    "_session": "AnyTaskEvent FrameLimits",
    "_signals": "stop_signals",
    "_subscription": "Gap Subscription",
    "_tasks": "TaskHandle",
}
"""Where the names are that are not here yet: `rc-ipc --help` and its like need neither asyncio nor a schema."""


def __getattr__(name: str) -> object:
    """Load what is asked for the first time."""
    for module, names in _HOMES.items():
        if name in names.split():
            globals()[name] = found = getattr(import_module(f"rc_ipc.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
