"""Both sides of the conversation: bytes in, messages out, and the other way round. No I/O.

Source: IPC spec sections 4, 8 and 10. What a peer should not have said comes out as `Ignored`, never as an
exception: nothing that a peer sends ends a session, except a frame over the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from rc_types import InvalidWireError
from rc_types.events import (
    CommandsResponse,
    MalformedTaskEvent,
    Message,
    ModelsResponse,
    ModesResponse,
    QueuedMessagesUpdated,
    TaskEvent,
    TaskTokenUsageUpdated,
    UnknownTaskEvent,
    read_task_event,
    task_event,
)
from rc_types.ipc import (
    Ack,
    AckMessage,
    ClientId,
    GetCommands,
    GetModels,
    GetModes,
    StartNewTask,
    TaskCommand,
    TaskCommandMessage,
    ipc_message,
    task_command,
)

from rc_ipc._backlog import Subject
from rc_ipc._codec import (
    FRAME_TYPE,
    MAX_RECEIVED_FRAME,
    MAX_SENT_FRAME,
    FrameSplitter,
    decode_frame,
    encode_frame,
    frame_of,
    message_of,
)
from rc_ipc._errors import ProtocolViolationError
from rc_ipc._event_text import read_known_event, write_event
from rc_ipc._known_tools import with_known_tools

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rc_types.task import TaskId
    from rc_types.wire import Flavor

    from rc_ipc._errors import RemoteError

AnyTaskEvent: TypeAlias = TaskEvent | UnknownTaskEvent | MalformedTaskEvent
"""Whatever a host may say about its tasks; the last two keep what we do not understand."""

SHUTTING_DOWN: Final = "shutting_down"
"""Code of the error that a command comes to when the host closes. Source: IPC spec 15.2."""

Json: TypeAlias = dict[str, Any]
"""A JSON object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameLimits:
    """Bytes of one frame, its end included. Source: IPC spec R-4."""

    received: int = MAX_RECEIVED_FRAME
    """Over this the connection is given up."""
    sent: int = MAX_SENT_FRAME
    """Over this sending raises FrameTooLargeError and nothing is written."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something a peer said that has no meaning here."""

    reason: str
    """A constant that can be counted, such as `not_json`."""
    detail: str = ""
    """A line for people; never quotes the peer."""


@dataclass(frozen=True, slots=True)
class Received:
    """A valid command, and the client that it claims to come from."""

    command: TaskCommand
    claimed_client_id: ClientId
    correlation: bytes = b""
    """What its answers have to carry, on a wire that knows such a thing."""


class ClientSession:
    """What a client hears and says on one connection, from the first byte to the last.

    Args:
        limits: bytes of one frame.
        flavor: whose schemas judge what we say (KD-003), if somebody said whose.
        strict: whether they judge what we hear, too (IPC spec R-14); Roo Code's if nobody said whose.
    """

    def __init__(self, *, limits: FrameLimits, flavor: Flavor = "any", strict: bool = False) -> None:
        self._flavor: Flavor = flavor
        self._strict = strict
        self._splitter = FrameSplitter(max_frame=limits.received)
        self._max_sent = limits.sent
        self.client_id: ClientId | None = None
        """The name that the host gave this connection; None until its Ack."""

    def opening(self) -> None:
        """Say nothing: on this wire the host begins."""

    def receive(self, chunk: bytes, /) -> Iterator[Ack | AnyTaskEvent | Ignored]:
        """Yield what the chunk completes; exhaust before the next call. FrameTooLargeError ends the session."""
        for frame in self._splitter.feed(chunk):
            text = message_of(frame)
            event = None if text is None else self.hear_known(text)
            if event is not None:
                yield event
                continue
            message = _message_in(frame)
            yield message if isinstance(message, Ignored) else self.hear(message)

    def hear_known(self, message: bytes) -> TaskEvent | None:
        """Return the event of a message, from its text; None where `hear` has to be asked, which says the same."""
        return None if self._strict or self.client_id is None else read_known_event(message)

    def hear(self, message: Json) -> Ack | AnyTaskEvent | Ignored:
        """Return what a message means, however it was carried."""
        match message.get("type"), message.get("origin"):
            case "Ack", "server":
                return self._greeting(message)
            case "TaskEvent", "server" if self.client_id is None:
                return Ignored("before_ack", "an event before the Ack")
            case "TaskEvent", "server":
                return self._event(message.get("data"))
            case "TaskCommand", "client":
                return Ignored("wrong_direction", "a command sent to a client")
            case _:
                return Ignored("not_a_message", "unknown type, or not the origin of that type")

    def _event(self, data: object) -> AnyTaskEvent | Ignored:
        if not self._strict:
            return read_task_event(data)
        try:
            return task_event.from_wire(data, flavor="kilo" if self._flavor == "kilo" else "roo")
        except InvalidWireError as exc:
            return Ignored("event_refused", str(exc))

    def _greeting(self, message: Json) -> Ack | Ignored:
        if self.client_id is not None:
            return Ignored("second_ack", "a connection is greeted once")
        try:
            ack = AckMessage.from_wire(message).data
        except InvalidWireError as exc:
            return Ignored("schema", str(exc))
        self.client_id = ack.client_id
        return ack

    def command(self, command: TaskCommand, *, request_id: str | None = None) -> bytes:
        """Return the frame of a command.

        Args:
            command: what the host shall do.
            request_id: goes with `StartNewTask` for hosts that answer to it; the others drop it (IPC spec 12).

        Raises ProtocolViolationError for what the host would drop (anything before the Ack, anything that its own
        schemas refuse) and for a task that could never start, FrameTooLargeError for one over the limit.
        """
        return encode_frame(self.message_of(command, request_id=request_id), max_frame=self._max_sent)

    def message_of(self, command: TaskCommand, *, request_id: str | None) -> Json:
        """Return the message that says the command, however it is carried; raises as `command` does."""
        if self.client_id is None:
            raise ProtocolViolationError("a command before the Ack")
        if isinstance(command, StartNewTask) and not command.data.text and not command.data.images:
            raise ProtocolViolationError("a task with neither text nor images is created but never starts")
        data = command.to_wire()
        self._refuse_unless_understood(data)
        if request_id is not None and isinstance(command, StartNewTask):
            data["data"]["requestId"] = request_id
        return {"type": "TaskCommand", "origin": "client", "clientId": self.client_id, "data": data}

    def _refuse_unless_understood(self, data: Json) -> None:
        if self._flavor == "any":
            return
        try:
            task_command.from_wire(data, flavor=self._flavor)
        except InvalidWireError as exc:
            raise ProtocolViolationError(f"a {self._flavor} host would drop this command: {exc}") from None


class ServerSession:
    """What a server hears and says on one connection."""

    def __init__(self, ack: Ack, *, limits: FrameLimits) -> None:
        self._splitter = FrameSplitter(max_frame=limits.received)
        self._limits = limits
        self._ack = ack

    def greeting(self) -> bytes:
        """Return the frame that has to be the first on the connection."""
        return encode_frame(AckMessage.of(self._ack).to_wire())

    def receive(self, chunk: bytes, /) -> Iterator[Received | Ignored]:
        """Yield what the chunk completes; exhaust before the next call. FrameTooLargeError ends the session."""
        for frame in self._splitter.feed(chunk):
            message = _message_in(frame)
            yield message if isinstance(message, Ignored) else command_in(message)

    def acceptance(self, _received: Received, /) -> list[bytes]:
        """Say nothing: this wire has no word for it."""
        return []

    def answer(self, received: Received, answer: TaskEvent | TaskId | None, /) -> list[bytes]:
        """Return the event that answers; a query is answered in any case, a task's id has no frame here."""
        event = (None if isinstance(answer, str) else answer) or empty_answer(received.command)
        return [] if event is None else [event_frame(event, limits=self._limits)]

    def refusal(self, received: Received, error: RemoteError, /) -> list[bytes]:
        """Return an empty answer to a query: this wire has no word for an error (IPC spec section 10).

        That the host is closing is said by the end of the connection.
        """
        return [] if error.code == SHUTTING_DOWN else self.answer(received, None)


def event_frame(event: TaskEvent, *, limits: FrameLimits) -> bytes:
    """Return the frame of an event, the same for every client; tools as upstream's client knows them (Q12).

    Raises ProtocolViolationError and FrameTooLargeError as `encode_frame` does.
    """
    return frame_of(write_event(with_known_tools(event)), max_frame=limits.sent)


def command_in(message: Json) -> Received | Ignored:
    """Return the command of a message, however it was carried."""
    try:
        valid = ipc_message.from_wire(message)
    except InvalidWireError as exc:
        return Ignored("schema", str(exc))
    if isinstance(valid, TaskCommandMessage):
        return Received(valid.data, valid.client_id)
    return Ignored("wrong_direction", f"{valid.type} sent to a server")


def empty_answer(command: TaskCommand) -> CommandsResponse | ModelsResponse | ModesResponse | None:
    """Return what a query is answered with when the host has no answer; None for what is not a query."""
    match command:
        case GetModes():
            return ModesResponse.of([])
        case GetCommands():
            return CommandsResponse.of([])
        case GetModels():
            return ModelsResponse.of({})
        case _:
            return None


def subject_of(event: AnyTaskEvent) -> Subject | None:
    """Return what the event supersedes and is superseded by, if anything. Source: IPC spec R-5, step 1."""
    match event:
        case Message(action="updated"):
            key = ("message", event.task_id, event.message.ts)
            return Subject(key, transient=event.message.partial is True)
        case TaskTokenUsageUpdated() | QueuedMessagesUpdated():
            return Subject((event.event_name, event.task_id), transient=True)
        case _:
            return None


def _message_in(frame: bytes) -> Json | Ignored:
    """Return the message that a frame carries, or why it carries none (IPC spec section 10)."""
    try:
        value: object = decode_frame(frame)
    except ValueError:
        return Ignored("not_json")
    if not isinstance(value, dict):
        return Ignored("not_a_frame", "not an object")
    frame_type, message = cast("Json", value).get("type"), cast("Json", value).get("data")
    if frame_type != FRAME_TYPE:
        reason = "unknown_frame_type" if isinstance(frame_type, str) else "not_a_frame"
        return Ignored(reason, "only frames of type message mean anything")
    return cast("Json", message) if isinstance(message, dict) else Ignored("not_a_message", "data is not an object")
