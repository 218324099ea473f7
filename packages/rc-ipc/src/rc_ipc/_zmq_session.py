"""Both sides of the conversation over ZeroMQ: parts in, messages out, and the other way round. No I/O.

What is said in the bodies is what the socket says, and `rc_ipc._session` reads and judges it. Source: IPC spec 15.2.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from rc_types.events import CommandsResponse, ModelsResponse, ModesResponse
from rc_types.ipc import AckMessage, GetCommands, GetModels, GetModes, ResumeTask, StartNewTask, TaskCommandName

from rc_ipc._errors import ConnectionLostError, FrameTooLargeError, RemoteError
from rc_ipc._event_text import event_message, write_event
from rc_ipc._session import Ignored, Received, command_in, empty_answer
from rc_ipc._transport import size_of
from rc_ipc._wire import Farewell, Reply, Resolved
from rc_ipc._zmq_codec import Defect, ErrorCode, Kind, ZmqMessage, decode_parts, encode_parts, error_parts, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rc_types.events import TaskEvent
    from rc_types.ipc import Ack, ClientId, TaskCommand

    from rc_ipc._session import AnyTaskEvent, ClientSession, FrameLimits, Json
    from rc_ipc._transport import Multipart
    from rc_ipc._wire import Answer

CARRIED: Final = {Kind.ACK: "Ack", Kind.EVENT: "TaskEvent"}
"""The IpcMessage that has to be in the body."""

QUERIES: Final[Mapping[type[TaskCommand], tuple[str, type[TaskEvent]]]] = MappingProxyType(
    {
        GetCommands: ("commandsResponse", CommandsResponse),
        GetModes: ("modesResponse", ModesResponse),
        GetModels: ("modelsResponse", ModelsResponse),
    }
)
"""Commands whose RESULT is an event on the socket, and is one here, too, for whoever reads events."""

FINAL_ERRORS: Final = frozenset({ErrorCode.HELLO_REQUIRED, ErrorCode.SHUTTING_DOWN, ErrorCode.SLOW_CONSUMER})
"""Errors without a command after which the host does not know us any more."""

MAX_OPEN: Final = 1_000
"""Commands whose end a host may owe us; when it owes more, the oldest is given up, and its answer means nothing."""

MAX_DETAIL: Final = 200
"""Characters of a peer's words that reach an error's text."""


class ZmqClientSession:
    """What a client hears and says on one connection.

    Args:
        session: judges what is said; its own frames are not used.
        hello: what we say of ourselves.
        limits: bytes of one body.
        new_correlation: returns 16 bytes that were never used.
    """

    def __init__(
        self, session: ClientSession, *, hello: Json, limits: FrameLimits, new_correlation: Callable[[], bytes]
    ) -> None:
        self._session = session
        self._hello = hello
        self._limits = limits
        self._new_correlation = new_correlation
        self._greeting = b""
        self._open: dict[bytes, TaskCommand] = {}

    @property
    def client_id(self) -> ClientId | None:
        """The name that the host gave this connection; None until its ACK."""
        return self._session.client_id

    def opening(self) -> Multipart:
        """Return the HELLO."""
        self._greeting = self._new_correlation()
        return encode_parts(Kind.HELLO, correlation=self._greeting, body=self._hello)

    def command(self, command: TaskCommand, *, request_id: str | None = None) -> Multipart:
        """Return the COMMAND; raises as `ClientSession.command` does."""
        message = self._session.message_of(command, request_id=request_id)
        correlation = self._new_correlation()
        parts = encode_parts(Kind.COMMAND, correlation=correlation, body=message, max_body=self._limits.sent)
        self._open[correlation] = command
        if len(self._open) > MAX_OPEN:
            del self._open[next(iter(self._open))]
        return parts

    def receive(
        self, parts: Multipart, /
    ) -> Iterator[Ack | AnyTaskEvent | Resolved | Reply[Multipart] | Farewell | Ignored]:
        """Yield what the parts say; never raises."""
        message = _message_in(parts, self._limits)
        if not isinstance(message, ZmqMessage):
            yield message
            return
        match message.kind:
            case Kind.EVENT:
                event = self._session.hear_known(message.body)
                yield self._hear(message) if event is None else event
            case Kind.ACK:
                yield self._hear(message)
            case Kind.RESULT:
                yield from self._result(message)
            case Kind.ERROR:
                yield self._error(message)
            case Kind.PING:
                yield Reply(encode_parts(Kind.PONG, correlation=message.correlation))
            case Kind.BYE:
                yield Farewell(ConnectionLostError("the host said goodbye"))
            case Kind.ACCEPTED | Kind.PONG:
                pass
            case _:
                yield Ignored("wrong_direction", f"{message.kind} sent to a client")

    def _hear(self, message: ZmqMessage) -> Ack | AnyTaskEvent | Ignored:
        body = message.json()
        if body is None or body.get("type") != CARRIED[message.kind]:
            return Ignored("not_a_message", f"{message.kind} without its message")
        if message.kind is Kind.ACK and message.correlation != self._greeting:
            return Ignored("correlation", "an ACK of something else")
        return self._session.hear(body)

    def _result(self, message: ZmqMessage) -> Iterator[Ack | AnyTaskEvent | Resolved | Ignored]:
        command = self._open.pop(message.correlation, None)
        if command is None:
            yield Ignored("correlation", "a RESULT of no open command")
            return
        error = None
        if (query := QUERIES.get(type(command))) is not None:
            name, kind = query
            data = {"eventName": name, "payload": [(message.json() or {}).get("value")]}
            answer = self._session.hear(event_message(data))
            if not isinstance(answer, kind):
                error = RemoteError(ErrorCode.INVALID_MESSAGE, "the host's answer cannot be understood")
            yield answer
        yield Resolved(command, error)

    def _error(self, message: ZmqMessage) -> Resolved | Farewell | Ignored:
        error = _remote_error(message.json() or {})
        if (command := self._open.pop(message.correlation, None)) is not None:
            return Resolved(command, error)
        if message.correlation == self._greeting and error.code == ErrorCode.UNSUPPORTED_VERSION:
            return Farewell(error)
        if error.code in FINAL_ERRORS:
            return Farewell(ConnectionLostError(error.code))
        return Ignored("error", error.code if error.code in set(ErrorCode) else "an error of no open command")


class ZmqServerSession:
    """What a server hears and says on one connection, from HELLO on.

    Args:
        ack: how the client is greeted.
        hello: correlation of its HELLO.
        limits: bytes of one body.
    """

    def __init__(self, ack: Ack, *, hello: bytes, limits: FrameLimits) -> None:
        self._ack = ack
        self._hello = hello
        self._limits = limits

    def greeting(self) -> Multipart:
        """Return the ACK."""
        return encode_parts(Kind.ACK, correlation=self._hello, body=AckMessage.of(self._ack).to_wire())

    def receive(self, parts: Multipart, /) -> Iterator[Received | Reply[Multipart] | Farewell | Ignored]:
        """Yield what the parts say; never raises."""
        message = _message_in(parts, self._limits)
        if not isinstance(message, ZmqMessage):
            yield message
            return
        match message.kind:
            case Kind.COMMAND:
                yield from self._command(message)
            case Kind.HELLO:
                self._hello = message.correlation
                yield Reply(self.greeting())
            case Kind.PING:
                yield Reply(encode_parts(Kind.PONG, correlation=message.correlation))
            case Kind.BYE:
                yield Farewell(ConnectionLostError("the client said goodbye"))
            case Kind.PONG:
                pass
            case _:
                yield Ignored("wrong_direction", f"{message.kind} sent to a server")

    def acceptance(self, received: Received, /) -> list[Multipart]:
        """Return the ACCEPTED."""
        return [encode_parts(Kind.ACCEPTED, correlation=received.correlation, body={})]

    def answer(self, received: Received, answer: Answer, /) -> list[Multipart]:
        """Return the RESULT: what a query found, the id of the task that was opened, or null.

        An event that is no answer to a query goes before it as an EVENT.
        """
        value, event = _result_of(received.command, answer)
        result = encode_parts(
            Kind.RESULT, correlation=received.correlation, body={"value": value}, max_body=self._limits.sent
        )
        return [result] if event is None else [event_parts(event, limits=self._limits), result]

    def refusal(self, received: Received, error: RemoteError, /) -> list[Multipart]:
        """Return the ERROR."""
        return [error_parts(error.code, error.message, correlation=received.correlation)]

    def _command(self, message: ZmqMessage) -> Iterator[Received | Reply[Multipart] | Ignored]:
        body = message.json()
        found = Ignored("not_json") if body is None else command_in(body)
        if isinstance(found, Received):
            yield Received(found.command, found.claimed_client_id, message.correlation)
            return
        yield found
        code, text = _verdict(body)
        yield Reply(error_parts(code, text, correlation=message.correlation))


def event_parts(event: TaskEvent, *, limits: FrameLimits) -> Multipart:
    """Return the EVENT, the same for every client; raises as `encode_parts` does."""
    return parts_of(Kind.EVENT, b"", write_event(event), max_body=limits.sent)


def _message_in(parts: Multipart, limits: FrameLimits) -> ZmqMessage | Farewell | Ignored:
    """Return the message, or what has to be made of parts that are none."""
    if (size := size_of(parts[-1:])) > limits.received:  # within a process, libzmq has no limit
        return Farewell(FrameTooLargeError(size, limits.received))
    message = decode_parts(parts)
    return Ignored(message.reason) if isinstance(message, Defect) else message


def _result_of(command: TaskCommand, answer: Answer) -> tuple[object, TaskEvent | None]:
    """Return the value of the RESULT, and the event that is no part of it."""
    event = None if isinstance(answer, str) else answer
    if (empty := empty_answer(command)) is not None:
        found = event if isinstance(event, type(empty)) else empty
        return found.to_wire()["payload"][0], None if found is event else event
    if isinstance(answer, str):
        return answer, None
    if isinstance(command, ResumeTask):
        return command.data, event
    return getattr(event, "task_id", None) if isinstance(command, StartNewTask) else None, event


def _verdict(body: Json | None) -> tuple[ErrorCode, str]:
    """Return what is wrong with the body of a COMMAND; never quotes it."""
    data = (body or {}).get("data")
    if body is None or (body.get("type"), body.get("origin")) != ("TaskCommand", "client"):
        return ErrorCode.INVALID_MESSAGE, "not a TaskCommand of a client"
    if not isinstance(body.get("clientId"), str) or not isinstance(data, dict):
        return ErrorCode.INVALID_MESSAGE, "clientId or data is missing"
    name = cast("Json", data).get("commandName")
    if not isinstance(name, str) or name not in set(TaskCommandName):
        return ErrorCode.UNKNOWN_COMMAND, "no such command"
    return ErrorCode.INVALID_PAYLOAD, "the data do not fit the command"


def _remote_error(body: Json) -> RemoteError:
    code, message = body.get("code"), body.get("message")
    if not isinstance(code, str) or not isinstance(message, str):
        return RemoteError(ErrorCode.INVALID_MESSAGE.value, "the host failed to say why")
    return RemoteError(code[:MAX_DETAIL], message[:MAX_DETAIL])
