"""What listeners of a client and of a server of the control socket get, by event. Source: types spec 3.16.

`Connect` and `Disconnect` happen in the process itself; they are no messages.
"""

from typing import TYPE_CHECKING, TypedDict

from rc_types.events import TaskEvent

if TYPE_CHECKING:  # `rc_types.ipc` is the face of this module
    from rc_types.ipc import Ack, ClientId, TaskCommand


class IpcClientEvents(TypedDict):
    """What listeners of a client get."""

    Connect: tuple[()]
    Disconnect: tuple[()]
    Ack: "tuple[Ack]"
    TaskCommand: "tuple[TaskCommand]"
    TaskEvent: tuple[TaskEvent]


class IpcServerEvents(TypedDict):
    """What listeners of a server get; the id is that of the client which came, went or commands."""

    Connect: "tuple[ClientId]"
    Disconnect: "tuple[ClientId]"
    TaskCommand: "tuple[ClientId, TaskCommand]"
    TaskEvent: "tuple[ClientId | None, TaskEvent]"
