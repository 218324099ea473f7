"""Client and server of the assistant's local control socket.

`connect` drives a host (the editor extension, or any program that speaks like it); `serve` is one.
"""

from rc_ipc._client import IpcClient, connect
from rc_ipc._connection import Pace, QueueLimits
from rc_ipc._dispatch import Handler
from rc_ipc._errors import (
    AddressError,
    AddressInUseError,
    ConnectionLostError,
    EventOverflowError,
    FrameTooLargeError,
    HandshakeTimeoutError,
    IpcError,
    NotConnectedError,
    PermissionDeniedError,
    ProtocolViolationError,
    RequestTimeoutError,
    TaskNotCurrentError,
    TaskResumeError,
    TaskStartError,
)
from rc_ipc._guest import ServerOptions
from rc_ipc._keeper import ClientOptions
from rc_ipc._outcome import Outcome, OutcomeKind, Until
from rc_ipc._requests import Closing, Deletion, Delivery
from rc_ipc._server import IpcServer, serve
from rc_ipc._session import AnyTaskEvent, FrameLimits
from rc_ipc._subscription import Gap, Subscription
from rc_ipc._tasks import TaskHandle

__version__ = "0.1.0"

__all__ = [
    "AddressError",
    "AddressInUseError",
    "AnyTaskEvent",
    "ClientOptions",
    "Closing",
    "ConnectionLostError",
    "Deletion",
    "Delivery",
    "EventOverflowError",
    "FrameLimits",
    "FrameTooLargeError",
    "Gap",
    "Handler",
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
    "serve",
]
