"""State and secrets that end with the program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rc_types.testing.memory._listeners import Listeners

if TYPE_CHECKING:
    from collections.abc import Callable

    from rc_types.ports import Unsubscribe


class MemoryStateStore:
    """State by key, as JSON text."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def get(self, key: str, default: Any = None, /) -> Any:
        """See `rc_types.ports.StateStore`."""
        return json.loads(self._texts[key]) if key in self._texts else default

    async def update(self, key: str, value: Any, /) -> None:
        """See `rc_types.ports.StateStore`."""
        if value is None:
            self._texts.pop(key, None)
        else:
            self._texts[key] = json.dumps(value, allow_nan=False)

    def keys(self) -> tuple[str, ...]:
        """See `rc_types.ports.StateStore`."""
        return tuple(self._texts)


class MemorySecretStore:
    """Secrets by key; neither a listener nor a repr gets to see one."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}
        self._listeners: Listeners[str] = Listeners()

    async def get(self, key: str, /) -> str | None:
        """See `rc_types.ports.SecretStore`."""
        return self._secrets.get(key)

    async def store(self, key: str, value: str, /) -> None:
        """See `rc_types.ports.SecretStore`."""
        self._secrets[key] = value
        self._listeners.tell(key)

    async def delete(self, key: str, /) -> None:
        """See `rc_types.ports.SecretStore`."""
        if self._secrets.pop(key, None) is not None:
            self._listeners.tell(key)

    def on_did_change(self, listener: Callable[[str], None], /) -> Unsubscribe:
        """See `rc_types.ports.SecretStore`."""
        return self._listeners.add(listener)
