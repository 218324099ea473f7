"""The figures of a run that change while it goes on, as texts: one way of writing numbers, for pages and for news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rc_evals import formats

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rc_evals.stats import PassRate
    from rc_evals.usage import Usage


def figures(run: Mapping[str, Any], rate: PassRate | None, working: Iterable[Usage]) -> dict[str, str]:
    """Return what pages show of a run, by the names in their `data-live`.

    Args:
        run: a row of `runs`.
        rate: its pass rate; None while nothing is decided.
        working: what the attempts have used that go on now; the row knows of those that have ended.
    """
    done, decided, passed = run["done"], run["decided"], run["passed"]
    used = list(working)
    costs = [run["cost_micros"], *(usage.cost_micros for usage in used)]
    known = [cost for cost in costs if cost is not None]
    tokens_in = run["tokens_in"] + sum(usage.tokens_in for usage in used)
    tokens_out = run["tokens_out"] + sum(usage.tokens_out for usage in used)
    return {
        "passed": f"{passed:,}",
        "failed": f"{decided - passed:,}",
        "not_counted": f"{done - decided:,}",
        "open": f"{run['total'] - done:,}",
        "done": f"{done:,}",
        **({} if rate is None else {"rate": formats.share(rate.rate), "interval": formats.interval(rate)}),
        "cost": formats.money(sum(known)) if known else "unknown",
        "tokens_in": formats.tokens(tokens_in) if tokens_in or tokens_out else "unknown",
        "tokens_out": formats.tokens(tokens_out) if tokens_in or tokens_out else "unknown",
        "api_errors": f"{run['api_errors'] + sum(usage.api_errors for usage in used):,}",
    }
