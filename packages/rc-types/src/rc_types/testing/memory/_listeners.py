"""Who wants to be told of changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, ParamSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_types.ports import Unsubscribe

P = ParamSpec("P")


class Listeners(Generic[P]):
    """Functions that are called by the event loop, one by one, so that none is in the way of another or of the teller.

    What a listener raises goes to the event loop's exception handler.
    """

    def __init__(self) -> None:
        self._listeners: dict[object, Callable[P, None]] = {}

    def add(self, listener: Callable[P, None]) -> Unsubscribe:
        """Call the listener from now on until the result has been called; adding it twice makes two of it."""
        registration = object()
        self._listeners[registration] = listener

        def leave() -> None:
            self._listeners.pop(registration, None)

        return leave

    def tell(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Have everybody called soon who is a listener now and still is then."""

        def call(registration: object) -> None:
            if listener := self._listeners.get(registration):
                listener(*args, **kwargs)

        for registration in self._listeners:
            asyncio.get_running_loop().call_soon(call, registration)
