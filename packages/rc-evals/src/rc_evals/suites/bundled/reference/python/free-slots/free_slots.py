"""Room in a calendar."""

from collections.abc import Iterable

Span = tuple[int, int]


def free_slots(busy: Iterable[Span], day: Span, needed: int) -> list[Span]:
    """Return every gap of at least `needed` minutes within `day`, earliest first."""
    meetings = sorted(busy)
    if needed < 1:
        raise ValueError(f"a meeting needs at least one minute, not {needed}")
    for start, end in [day, *meetings]:
        if start > end:
            raise ValueError(f"({start}, {end}) ends before it starts")
    free_from, day_end = day
    gaps: list[Span] = []
    for start, end in [*(span for span in meetings if span[0] < span[1]), (day_end, day_end)]:
        gap_end = min(start, day_end)
        if gap_end - free_from >= needed:
            gaps.append((free_from, gap_end))
        free_from = max(free_from, end)
    return gaps
