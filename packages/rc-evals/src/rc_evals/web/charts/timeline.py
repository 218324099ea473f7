"""When each attempt at a task did what: a bar per attempt, cut into its phases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from rc_evals.web.charts.drawing import TEXT, WIDTH, drawing, line, number, safe, text
from rc_evals.web.charts.scale import brief_time, time_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

PHASES: Final = ("preparing", "running", "testing")
"""What an attempt does one after the other; also the classes of its parts in `task.css`."""

_BAR: Final = 14.0
_ROW: Final = 24.0
_LEFT: Final = 62.0
_MARK: Final = 24.0
"""Half of the room that the text of a mark takes."""
_LEAST: Final = 1.5
"""Units of a phase that took no time worth mentioning: it can still be seen."""


class Span(NamedTuple):
    """A phase of an attempt; times are milliseconds since the epoch."""

    attempt: int
    phase: str
    """One of `PHASES`."""
    start: int
    end: int


def timeline(spans: Sequence[Span]) -> Markup:
    """Return the chart; empty without spans."""
    if not spans:
        return Markup()
    began = min(span.start for span in spans)
    most = max(max(span.end for span in spans) - began, 1)
    rows = {attempt: row for row, attempt in enumerate(sorted({span.attempt for span in spans}))}
    height = _ROW * len(rows) + 2 * TEXT
    parts: list[Markup] = []
    for mark in time_marks(most):
        x = _LEFT + _width(mark, most)
        parts.append(line(x, 0, x, height - 1.6 * TEXT, kind="grid"))
        anchor = "end" if x > WIDTH - _MARK else "middle" if mark else "start"
        parts.append(text(min(x, WIDTH), height - 0.4 * TEXT, brief_time(mark), anchor=anchor))
    for attempt, row in rows.items():
        parts.append(text(0, _ROW * row + 0.8 * _BAR, f"attempt {attempt}"))
    for span in spans:
        start = min(_LEFT + _width(span.start - began, most), WIDTH - _LEAST)
        wide = min(max(_width(span.end - span.start, most), _LEAST), WIDTH - start)
        what = f"attempt {span.attempt}, {span.phase}: {brief_time(max(0, span.end - span.start))}"
        parts.append(
            Markup('<rect class="phase {}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>').format(
                span.phase, number(start), number(_ROW * rows[span.attempt]), number(wide), number(_BAR), safe(what)
            )
        )
    said = "; ".join(f"{span.phase} {brief_time(max(0, span.end - span.start))}" for span in spans[-len(PHASES) :])
    return drawing("timeline", height, parts, title="Phases", summary=f"attempt {spans[-1].attempt}: {said}")


def _width(milliseconds: float, most: int) -> float:
    return (WIDTH - _LEFT) * max(0.0, min(1.0, milliseconds / most))
