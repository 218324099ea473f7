"""A rate limiter that is told the time."""


class TokenBucket:
    """Hands out at most `capacity` tokens at once and gains one every `refill_every_ms` milliseconds."""

    def __init__(self, capacity: int, refill_every_ms: int, now_ms: int = 0) -> None:
        raise NotImplementedError("TokenBucket is not written yet")

    def available(self, now_ms: int) -> int:
        """Return the number of whole tokens in the bucket."""
        raise NotImplementedError("available is not written yet")

    def take(self, count: int, now_ms: int) -> bool:
        """Remove `count` tokens and return True, or change nothing and return False."""
        raise NotImplementedError("take is not written yet")

    def wait_ms(self, count: int, now_ms: int) -> int:
        """Return the milliseconds until `count` tokens can be taken."""
        raise NotImplementedError("wait_ms is not written yet")
