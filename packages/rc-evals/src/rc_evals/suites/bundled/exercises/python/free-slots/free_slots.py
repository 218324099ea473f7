"""Room in a calendar."""

from collections.abc import Iterable

Span = tuple[int, int]


def free_slots(busy: Iterable[Span], day: Span, needed: int) -> list[Span]:
    """Return every gap of at least `needed` minutes within `day`, earliest first."""
    raise NotImplementedError("free_slots is not written yet")
