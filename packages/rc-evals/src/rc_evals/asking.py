"""What may be asked of a run, however it is asked: on the command line, in a form, over HTTP."""

from __future__ import annotations

from typing import Final

from rc_evals._errors import UsageError

MOST_AT_ONCE: Final = 25
"""Attempts at the same time (spec 15.3)."""

MOST_ITERATIONS: Final = 100
"""Tries of each exercise."""

MOST_MINUTES: Final = 30
"""That an agent may work on one exercise."""

LONGEST_NAME: Final = 200
"""Characters of what a run is called."""


def checked_name(name: str) -> str | None:
    """Return what a run is to be called: trimmed, None for nothing.

    Raises:
        UsageError: it is too long, or cannot be stored or shown.
    """
    name = name.strip()
    if len(name) > LONGEST_NAME:
        raise UsageError(f"the name has {len(name):,} characters; a run is called by {LONGEST_NAME} at most")
    if not name.isprintable():
        raise UsageError(f"the name {name!r} has characters in it that cannot be stored or shown")
    return name or None
