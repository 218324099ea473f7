"""What the assistant's in-process interfaces have in common: they tell listeners about events."""

from collections.abc import Awaitable, Callable
from typing import Protocol, Self, TypeAlias

Listener: TypeAlias = Callable[..., Awaitable[None] | None]
"""Gets the arguments of its event by position; the emitter runs what it returns to its end, if that is awaitable."""


class Emitter(Protocol):
    """Something that can be listened to; its table of events says which there are and what arguments come along."""

    def on(self, event: str, listener: Listener, /) -> Self:
        """Call the listener whenever the event happens, once for each time that it was added; return the emitter."""
        ...

    def off(self, event: str, listener: Listener, /) -> Self:
        """Take one registration of the listener back; a stranger is ignored. Return the emitter."""
        ...
