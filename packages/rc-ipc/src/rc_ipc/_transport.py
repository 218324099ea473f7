"""The seam between the protocol and whatever carries it: a stream of bytes, or messages of several parts."""

from __future__ import annotations

from typing import Final, Protocol, TypeAlias, TypeVar

Multipart: TypeAlias = tuple[bytes, ...]
"""A message in parts, as ZeroMQ carries it."""

READ_SIZE: Final = 64 * 1024
"""Bytes of a pipe that are asked for at once, as Node does."""

F = TypeVar("F", bound=bytes | Multipart)
"""What a carrier takes and gives: frames and chunks of a stream are bytes, messages are in parts."""


def size_of(frame: bytes | Multipart) -> int:
    """Return the bytes of a frame or message."""
    return len(frame) if isinstance(frame, bytes) else sum(map(len, frame))


class Carrier(Protocol[F]):
    """One end of a connection."""

    def send_now(self, _frame: F, /) -> bool:
        """Hand over one whole frame or message and return True, or return False if that takes waiting.

        What is not taken at once follows by itself; until then, the answer is False. Raises ConnectionLostError if
        the peer has gone. A carrier that always has to wait leaves this to `send`.
        """
        return False

    async def send(self, frame: F, /) -> None:
        """Hand over one whole frame or message, waiting while no more is taken.

        Raises ConnectionLostError if the peer has gone. After a cancellation the connection is of no use.
        """
        ...

    async def drained(self) -> None:
        """Return once all that `send_now` began is taken; raises ConnectionLostError if it never will be."""
        return

    async def receive(self) -> F:
        """Return the next message, or bytes that are cut anywhere; something empty once the peer has gone."""
        ...

    async def aclose(self) -> None:
        """Close; safe to call twice. Nobody may be waiting in the other two methods."""
        ...


class Transport(Carrier[bytes], Protocol):
    """One end of a connection that is a stream of bytes."""


class Listener(Protocol):
    """A place where clients arrive by streams."""

    async def accept(self) -> Transport:
        """Return the next connection whose peer may talk to us; strangers are turned away unseen."""
        ...

    def is_reachable(self) -> bool:
        """Return whether the address still leads here; False once somebody else has taken it."""
        ...

    async def aclose(self) -> None:
        """Stop listening and remove what is ours at the address; safe to call twice."""
        ...


class Dial(Protocol):
    """Makes one attempt to connect by a stream."""

    async def __call__(self) -> Transport:
        """Return a connection; AddressError if trying again cannot help, OSError if it may."""
        ...
