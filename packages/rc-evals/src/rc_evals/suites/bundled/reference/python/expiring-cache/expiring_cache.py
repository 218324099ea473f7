"""A cache of limited size whose entries live for a limited time."""

from collections.abc import Callable


class ExpiringCache:
    """Keeps up to `capacity` values, each for `ttl` seconds of `clock`."""

    evicted: int

    def __init__(self, capacity: int, ttl: float, clock: Callable[[], float]) -> None:
        if capacity < 1 or ttl <= 0:
            raise ValueError("capacity must be at least 1 and ttl more than 0")
        self.evicted = 0
        self._capacity = capacity
        self._ttl = ttl
        self._clock = clock
        self._entries: dict[str, tuple[object, float]] = {}  # least recently used first

    def put(self, key: str, value: object, ttl: float | None = None) -> None:
        """Store `value` for `ttl` seconds (default: the cache's)."""
        life = self._ttl if ttl is None else ttl
        if life <= 0:
            raise ValueError(f"ttl must be more than 0, not {life}")
        self._drop_dead()
        self._entries.pop(key, None)
        if len(self._entries) == self._capacity:
            del self._entries[next(iter(self._entries))]
            self.evicted += 1
        self._entries[key] = (value, self._clock() + life)

    def get(self, key: str, default: object = None) -> object:
        """Return the live value under `key`, else `default`."""
        self._drop_dead()
        if key not in self._entries:
            return default
        self._entries[key] = entry = self._entries.pop(key)
        return entry[0]

    def keys(self) -> list[str]:
        """Return the live keys, least recently used first."""
        self._drop_dead()
        return list(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self.keys()

    def __len__(self) -> int:
        return len(self.keys())

    def _drop_dead(self) -> None:
        now = self._clock()
        self._entries = {key: entry for key, entry in self._entries.items() if now < entry[1]}
