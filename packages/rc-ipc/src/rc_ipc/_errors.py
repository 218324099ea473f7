"""What can go wrong on the assistant's socket, ordered by what a caller can do about it.

    IpcError
    |-- AddressError               the address itself is of no use: change it
    |   |-- AddressInUseError      somebody else is there: choose another, or stop them
    |   |-- PermissionDeniedError  the system, or our own rules for safe places, say no
    |   `-- AuthenticationError    the keys of the two sides do not fit
    |-- NotConnectedError          nothing was sent; wait until ready, then try again
    |-- ConnectionLostError        the peer went away; whether it saw the last words is unknown
    |-- HandshakeTimeoutError      somebody listens, but never says Ack
    |-- RequestTimeoutError        the request was sent, what confirms it did not come
    |-- TaskStartError             the task did not start, as far as we can know; hosts rarely say why
    |-- TaskResumeError            the task did not open: its id is unknown, or the host is busy
    |-- TaskNotCurrentError        another task is in front, and would have got it; nothing was sent
    |-- RemoteError                the host refused a command and said why (ZeroMQ only)
    |-- FrameTooLargeError         a frame over the limit, theirs or ours
    |-- EventOverflowError         a subscription was not read fast enough: events are missing
    `-- ProtocolViolationError     a message that cannot be said on this wire; nothing was sent

Source of the names: IPC spec R-17. None of these texts ever holds a payload.
"""

from __future__ import annotations


class IpcError(Exception):
    """Base of everything that rc_ipc raises on purpose."""


class AddressError(IpcError):
    """The address cannot be used, and trying again unchanged cannot help."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)
        self.address, self.reason = address, reason

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"


class AddressInUseError(AddressError):
    """Something that is not ours to remove is at the address."""


class PermissionDeniedError(AddressError):
    """The operating system refused, or the place or the peer is not safe to talk to."""


class AuthenticationError(AddressError):
    """The peer does not have the key that we expect, or does not accept ours; the keys have to be changed."""


class NotConnectedError(IpcError):
    """There is no connection that has been greeted; nothing was sent."""

    def __init__(self, address: str, reason: str = "not connected") -> None:
        super().__init__(address, reason)
        self.address, self.reason = address, reason

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"


class ConnectionLostError(IpcError):
    """The connection ended; what was under way may or may not have reached the peer."""

    def __init__(self, reason: str = "the peer closed the connection") -> None:
        super().__init__(reason)
        self.reason = reason


class HandshakeTimeoutError(IpcError):
    """The peer accepted the connection but did not send its Ack in time."""

    def __init__(self, address: str, seconds: float) -> None:
        super().__init__(address, seconds)
        self.address, self.seconds = address, seconds

    def __str__(self) -> str:
        return f"{self.address}: connected, but no Ack within {self.seconds:g} s"


class RequestTimeoutError(IpcError):
    """What confirms a request did not come in time; hosts before 3.48 do not know the queries."""

    def __init__(self, request: str, seconds: float) -> None:
        super().__init__(request, seconds)
        self.request, self.seconds = request, seconds

    def __str__(self) -> str:
        return f"{self.request}: no answer within {self.seconds:g} s"


class TaskStartError(IpcError):
    """A task was asked for and did not start."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the task did not start: {self.reason}"


class TaskResumeError(IpcError):
    """A task of the history was asked for and did not open."""

    def __init__(self, task_id: str, seconds: float) -> None:
        super().__init__(task_id, seconds)
        self.task_id, self.seconds = task_id, seconds

    def __str__(self) -> str:
        return f"task {self.task_id} did not open within {self.seconds:g} s: unknown id, or the host is busy"


class TaskNotCurrentError(IpcError):
    """The host acts on the task in front, which is another one; nothing was sent."""

    def __init__(self, task_id: str, current: str) -> None:
        super().__init__(task_id, current)
        self.task_id, self.current = task_id, current

    def __str__(self) -> str:
        return f"task {self.task_id} is not the one in front, {self.current} is: resume it first"


class RemoteError(IpcError):
    """The host refused a command; a handler that raises this says so to the client, on a wire that has a word for it.

    Codes of our own are in `rc_ipc._zmq_codec.ErrorCode`; a host may use others. The message is for people and leaves
    the process: it never holds a secret.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class FrameTooLargeError(IpcError):
    """A frame is over the limit: one of ours was not sent, or one of theirs ended the connection."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(size, limit)
        self.size, self.limit = size, limit

    def __str__(self) -> str:
        return f"a frame of {self.size} bytes or more is over the limit of {self.limit}"


class EventOverflowError(IpcError):
    """A subscription fell too far behind; it has ended, since events after this point are missing."""

    def __init__(self, waiting: int) -> None:
        super().__init__(waiting)
        self.waiting = waiting

    def __str__(self) -> str:
        return f"{self.waiting} events were waiting and nobody read them: read faster, or close the subscription"


class ProtocolViolationError(IpcError):
    """A message that the wire cannot carry, such as one with a number that is not finite."""
