"""A rate limiter that is told the time."""


class TokenBucket:
    """Hands out at most `capacity` tokens at once and gains one every `refill_every_ms` milliseconds."""

    def __init__(self, capacity: int, refill_every_ms: int, now_ms: int = 0) -> None:
        if capacity < 1 or refill_every_ms < 1:
            raise ValueError("capacity and refill_every_ms must be at least 1")
        self._capacity = capacity
        self._every = refill_every_ms
        self._tokens = capacity
        self._now = now_ms
        self._interval_start = now_ms

    def available(self, now_ms: int) -> int:
        """Return the number of whole tokens in the bucket."""
        self._advance(now_ms)
        return self._tokens

    def take(self, count: int, now_ms: int) -> bool:
        """Remove `count` tokens and return True, or change nothing and return False."""
        self._check(count)
        self._advance(now_ms)
        if count > self._tokens:
            return False
        self._tokens -= count
        return True

    def wait_ms(self, count: int, now_ms: int) -> int:
        """Return the milliseconds until `count` tokens can be taken."""
        self._check(count)
        self._advance(now_ms)
        missing = count - self._tokens
        if missing <= 0:
            return 0
        return self._interval_start + missing * self._every - self._now

    def _advance(self, now_ms: int) -> None:
        self._now = max(self._now, now_ms)
        gained = (self._now - self._interval_start) // self._every
        self._tokens = min(self._tokens + gained, self._capacity)
        self._interval_start += gained * self._every
        if self._tokens == self._capacity:
            self._interval_start = self._now

    def _check(self, count: int) -> None:
        if not 1 <= count <= self._capacity:
            raise ValueError(f"count must be between 1 and {self._capacity}, not {count}")
