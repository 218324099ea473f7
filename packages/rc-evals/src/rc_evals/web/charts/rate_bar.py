"""A pass rate in a row of a table: how high it is, and how sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from rc_evals.formats import interval
from rc_evals.web.charts.drawing import number

if TYPE_CHECKING:
    from rc_evals.stats import PassRate

_WIDTH: Final = 96.0
_HEIGHT: Final = 10.0


def rate_bar(rate: float, sure: PassRate | None) -> Markup:
    """Return a bar from 0 to 100 % that is filled up to the rate.

    Args:
        rate: a share of 1.
        sure: the same rate with its 95 % interval, drawn as a line across the end of the filling; None: nobody knows.
    """
    end = number(_WIDTH * min(1.0, max(0.0, rate)))
    parts = [
        Markup('<path class="all" d="M0 0H{0}V{1}H0Z"/><path class="part" d="M0 0H{2}V{1}H0Z"/>').format(
            number(_WIDTH), number(_HEIGHT), end
        )
    ]
    said = "pass rate"
    if sure is not None:
        low, high = number(_WIDTH * sure.low), number(_WIDTH * sure.high)
        parts.append(Markup('<path class="interval" d="M{0} 2V8M{0} 5H{1}M{1} 2V8"/>').format(low, high))
        said = f"95 % interval {interval(sure)}"
    return Markup('<svg class="rate-bar" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>').format(
        number(_WIDTH), number(_HEIGHT), said, Markup().join(parts)
    )
