"""What is said on a connection, whatever carries it, and how both sides get to each other. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeAlias

from rc_ipc._transport import F

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from rc_types.events import TaskEvent
    from rc_types.ipc import Ack, ClientId, TaskCommand
    from rc_types.task import TaskId

    from rc_ipc._errors import IpcError, RemoteError
    from rc_ipc._session import AnyTaskEvent, Ignored, Received
    from rc_ipc._transport import Carrier

Answer: TypeAlias = "TaskEvent | TaskId | None"
"""What a host may answer: the event that answers a query, the task that it opened, or nothing."""


@dataclass(frozen=True, slots=True)
class Reply(Generic[F]):
    """Something to be sent back at once."""

    frame: F


@dataclass(frozen=True, slots=True)
class Farewell:
    """The peer will say no more, and hears no more."""

    reason: IpcError


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of one command."""

    command: TaskCommand
    error: RemoteError | None
    """Why it failed; None if it did not. What a query found is heard as an event before."""


class ClientWire(Protocol[F]):
    """What a client hears and says on one connection."""

    @property
    def client_id(self) -> ClientId | None:
        """The name that the host gave this connection; None until its Ack."""
        ...

    def opening(self) -> F | None:
        """Return what has to be said first, if anything."""
        ...

    def receive(self, chunk: F, /) -> Iterator[Ack | AnyTaskEvent | Resolved | Reply[F] | Farewell | Ignored]:
        """Yield what the chunk says; exhaust before the next call. FrameTooLargeError ends the session."""
        ...

    def command(self, command: TaskCommand, *, request_id: str | None = None) -> F:
        """Return the frame of a command, as `ClientSession.command` does."""
        ...


class ServerWire(Protocol[F]):
    """What a server hears and says on one connection."""

    def greeting(self) -> F:
        """Return what has to be said first."""
        ...

    def receive(self, chunk: F, /) -> Iterator[Received | Reply[F] | Farewell | Ignored]:
        """Yield what the chunk says; exhaust before the next call. FrameTooLargeError ends the session."""
        ...

    def acceptance(self, received: Received, /) -> list[F]:
        """Return what tells the client that its command is with the handler, if anything does."""
        ...

    def answer(self, received: Received, answer: Answer, /) -> list[F]:
        """Return what tells the client how its command ended, if anything does.

        Raises ProtocolViolationError and FrameTooLargeError for an answer that does not fit.
        """
        ...

    def refusal(self, received: Received, error: RemoteError, /) -> list[F]:
        """Return what tells the client that its command failed, if anything does."""
        ...


@dataclass(frozen=True, slots=True)
class Line(Generic[F]):
    """A client's way to its host."""

    dial: Callable[[], Awaitable[Carrier[F]]]
    """Makes one attempt: AddressError if trying again cannot help, another IpcError or OSError if it may."""
    open_session: Callable[[], ClientWire[F]]


class Door(Protocol[F]):
    """Where a server's clients come in, and what is spoken there."""

    async def accept(self) -> tuple[Carrier[F], Callable[[Ack], ServerWire[F]]]:
        """Return the next connection whose peer may talk to us, and what opens a session on it."""
        ...

    def event(self, event: TaskEvent, /) -> F:
        """Return the frame of an event, the same for every client.

        Raises ProtocolViolationError and FrameTooLargeError for an event that does not fit.
        """
        ...

    def is_reachable(self) -> bool:
        """Return whether the address still leads here."""
        ...

    async def aclose(self) -> None:
        """Let nobody in any more and give back the address; those who are in stay. Safe to call twice."""
        ...
