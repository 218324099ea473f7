"""A cache of limited size whose entries live for a limited time."""

from collections.abc import Callable


class ExpiringCache:
    """Keeps up to `capacity` values, each for `ttl` seconds of `clock`."""

    evicted: int

    def __init__(self, capacity: int, ttl: float, clock: Callable[[], float]) -> None:
        raise NotImplementedError("ExpiringCache is not written yet")

    def put(self, key: str, value: object, ttl: float | None = None) -> None:
        """Store `value` for `ttl` seconds (default: the cache's)."""
        raise NotImplementedError("put is not written yet")

    def get(self, key: str, default: object = None) -> object:
        """Return the live value under `key`, else `default`."""
        raise NotImplementedError("get is not written yet")

    def keys(self) -> list[str]:
        """Return the live keys, least recently used first."""
        raise NotImplementedError("keys is not written yet")

    def __contains__(self, key: str) -> bool:
        raise NotImplementedError("__contains__ is not written yet")

    def __len__(self) -> int:
        raise NotImplementedError("__len__ is not written yet")
