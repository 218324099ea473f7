"""What the tests of an attempt said, those that failed first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup, escape

from rc_evals.foreign import one_line
from rc_evals.store import attempt_details
from rc_evals.web.task.conversation import shown as shortened

if TYPE_CHECKING:
    from rc_evals.store.reader import Reader
    from rc_evals.web.task.conversation import ShownPassage
    from rc_evals.web.task.shown import Shown

PAGE: Final = 100
"""Results on a page."""

PAGE_BYTES: Final = 64_000
"""Of a page that they take up."""

_MESSAGE: Final = 1_500
"""Characters of what a test said, and of its name."""

_FRAME_BYTES: Final = 400


class Result(NamedTuple):
    """What one test said."""

    name: Markup
    passed: bool
    message: ShownPassage


class Results(NamedTuple):
    """What some tests said."""

    rows: list[Result]
    after: int | None
    """How many to leave out to see those behind; None when these are the last."""


def results(reader: Reader, shown: Shown, *, after: int = 0, limit: int = PAGE) -> Results:
    """Return results of the attempt that is looked at.

    Args:
        reader: the store.
        shown: the task.
        after: how many to leave out.
        limit: how many at most; fewer when they say much.
    """
    if shown.details is None:
        return Results([], None)
    told = attempt_details.tests(reader, shown.details["id"], after=after, limit=limit + 1)
    rows: list[Result] = []
    room = PAGE_BYTES
    for row in told[:limit]:
        message = shortened("", row["message"], _MESSAGE)
        name = escape(one_line(row["name"][:_MESSAGE]))
        room -= _FRAME_BYTES + message.size + len(name.encode())
        if rows and room < 0:
            break
        rows.append(Result(name, bool(row["passed"]), message))
    return Results(rows, after + len(rows) if len(told) > len(rows) else None)
