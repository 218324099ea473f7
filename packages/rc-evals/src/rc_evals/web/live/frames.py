"""Server-sent events as bytes (spec 16.2, 24.9). Those without a name are upstream's own task events."""

from __future__ import annotations

import json
from typing import Final

KEEP_ALIVE: Final = b": still here\n\n"
"""A comment, so that both ends notice when the other is gone."""

RETRY: Final = b"retry: 2000\n\n"
"""Milliseconds until a browser that has lost the connection tries again."""


def frame(data: object, *, event: str = "", seq: int | None = None) -> bytes:
    """Return one event.

    Args:
        data: its JSON document; all but ASCII is escaped, so it stays on one line whatever an agent wrote.
        event: its name; upstream's page hears only events without one.
        seq: number in the journal, which a browser names when it comes back; None leaves it as it was.
    """
    name = f"event: {event}\n" if event else ""
    number = "" if seq is None else f"id: {seq}\n"
    return f"{name}{number}data: {json.dumps(data, separators=(',', ':'))}\n\n".encode("ascii")


def comment(sentence: str) -> bytes:
    """Return a remark of ours, which programs ignore."""
    return f": {sentence}\n\n".encode()
