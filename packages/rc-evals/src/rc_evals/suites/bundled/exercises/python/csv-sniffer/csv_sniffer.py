"""Finds out how a CSV file was written."""

from typing import NamedTuple


class Dialect(NamedTuple):
    """How a CSV file is written."""

    delimiter: str
    quote: str
    has_header: bool


def sniff(sample: str) -> Dialect | None:
    """Return the dialect that fits `sample` best, or None if none fits."""
    raise NotImplementedError("sniff is not written yet")
