"""The seam between the protocol and whatever carries its bytes."""

from __future__ import annotations

from typing import Protocol


class Transport(Protocol):
    """One end of a connection."""

    async def send(self, frame: bytes, /) -> None:
        """Hand one whole frame to the carrier, waiting while it takes no more.

        Raises ConnectionLostError if the peer has gone. After a cancellation the connection is of no use.
        """
        ...

    async def receive(self) -> bytes:
        """Return the next bytes, cut anywhere; `b""` once the peer has gone, for whatever reason."""
        ...

    async def aclose(self) -> None:
        """Close; safe to call twice. Nobody may be waiting in the other two methods."""
        ...


class Listener(Protocol):
    """A place where clients arrive."""

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
    """Makes one attempt to connect."""

    async def __call__(self) -> Transport:
        """Return a connection; AddressError if trying again cannot help, OSError if it may."""
        ...
