"""The ports to what a host program keeps for others. Source: core spec 9, cloud spec 4.2 and 4.3."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from typing import Any

Unsubscribe: TypeAlias = Callable[[], None]
"""Ends a subscription; calling it again does nothing."""


class StateStore(Protocol):
    """A small dictionary of JSON values that outlives the program, one per user or per workspace.

    Provided by rc-core, consumed by rc-cloud (sign-in state, cached settings, retry queue). Reading is from memory.
    """

    def get(self, key: str, default: Any = None, /) -> Any:
        """Return the value, or the default when the key is not there.

        The value is the caller's own: changing it changes nothing in the store.
        """
        ...

    async def update(self, key: str, value: Any, /) -> None:
        """Set the value as it is now; None removes the key, whether it is there or not.

        Durable on return, and readable at once. Updates at the same time, from other tasks or other stores on the same
        data, lose no key; of two updates of one key, the one called later wins.

        Raises:
            TypeError, ValueError: The value is not JSON (`NaN` is none); what was there stays.
        """
        ...

    def keys(self) -> tuple[str, ...]:
        """Return the keys that have a value now, in no particular order."""
        ...


class SecretStore(Protocol):
    """Passwords and tokens by key, kept as safely as the machine allows.

    Provided by rc-core, consumed by rc-cloud (credentials, API keys). No secret is ever part of a repr, an exception or
    a notice.
    """

    async def get(self, key: str, /) -> str | None:
        """Return the secret, None when there is none."""
        ...

    async def store(self, key: str, value: str, /) -> None:
        """Set the secret; durable on return."""
        ...

    async def delete(self, key: str, /) -> None:
        """Remove the secret, if there is one; durable on return."""
        ...

    def on_did_change(self, listener: Callable[[str], None], /) -> Unsubscribe:
        """Call the listener with the key after each change, until what is returned has been called.

        That is after the change is durable, from the event loop and never from inside `store` or `delete`; changes by
        other stores on the same data, other processes included, within two seconds. Storing the same value may count as
        a change. A listener that raises disturbs neither the store nor the others.
        """
        ...
