"""Two runs compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from rc_evals.comparison.cautions import cautions
from rc_evals.comparison.figures import figures
from rc_evals.comparison.model import Amounts, Comparison, Difference, Side, Significance
from rc_evals.comparison.pairing import change_of, pair_up
from rc_evals.comparison.words import verdict
from rc_evals.store.pairs import tasks_by_id
from rc_evals.usage import MICROS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rc_evals.comparison.model import Change, Unit
    from rc_evals.comparison.pairing import Pair, Pairing
    from rc_evals.stats import PairedAmounts
    from rc_evals.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Compared:
    """Two runs with their pairs, from which pages of differences are cut without comparing again."""

    pairing: Pairing
    summary: Comparison
    """Without differences."""

    def page(
        self, reader: Reader, *, by: Unit = "exercise", change: Change | None = None, after: int = 0, limit: int
    ) -> Comparison:
        """Return the comparison with a page of differences.

        Args:
            reader: of the same store.
            by: what is listed.
            change: which of them; None for all.
            after: `after` of the page before; 0 is the beginning.
            limit: how many.
        """
        found = list(islice(self.pairing.pairs(by, change, after), limit + 1))
        page = found[:limit]
        known = tasks_by_id(reader, [task for pair in page for task in (*pair.first_ids, *pair.second_ids)])
        return replace(
            self.summary,
            differences=[_difference(pair, known) for pair in page],
            after=page[-1].first_ids[-1] if len(found) > limit else None,
        )


def compare(reader: Reader, first: int, second: int) -> Compared:
    """Compare two runs.

    Raises:
        UnknownRunError: one of them does not exist.
    """
    one, other = reader.run(first), reader.run(second)
    pairing = pair_up(reader, one, other)
    summary = Comparison(
        first=figures(reader, one),
        second=figures(reader, other),
        significance=significance(pairing),
        cost=_amounts(pairing.cost, MICROS),
        duration=_amounts(pairing.duration, 1),
        cautions=list(cautions(one, other, pairing)),
        differences=[],
        after=None,
    )
    return Compared(pairing, summary)


def significance(pairing: Pairing) -> Significance:
    """Return whether the runs of a pairing differ by more than chance."""
    gains = pairing.gains
    fixed, broken = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    p_value = pairing.p_value()
    return Significance(
        words=verdict(exercises=len(gains), fixed=fixed, broken=broken, p_value=p_value),
        test="McNemar, exact" if pairing.single else "sign flips of exercises, exact",
        p_value=p_value,
        adjusted_p_value=p_value,
        exercises=len(gains),
        fixed=fixed,
        broken=broken,
        unchanged=len(gains) - fixed - broken,
        rate_difference=pairing.difference(),
    )


def _amounts(found: PairedAmounts | None, unit: int) -> Amounts | None:
    if found is None:
        return None
    return Amounts(
        exercises=found.exercises,
        first=found.first / unit,
        second=found.second / unit,
        mean_difference=found.mean_difference / unit,
        median_difference=found.median_difference / unit,
        ratio=found.ratio,
    )


def _difference(pair: Pair, known: Mapping[int, Mapping[str, Any]]) -> Difference:
    first, second = ([known[task] for task in ids] for ids in (pair.first_ids, pair.second_ids))
    return Difference(
        language=first[0]["language"],
        exercise=first[0]["exercise"],
        iteration=first[0]["iteration"] if len(first) == 1 else None,
        change=change_of(pair.gain),
        first=_side(first, pair.first_passed),
        second=_side(second, pair.second_passed),
    )


def _side(tasks: Sequence[Mapping[str, Any]], passed: int) -> Side:
    costs = [task["cost_micros"] for task in tasks if task["cost_micros"] is not None]
    times = [task["duration_ms"] for task in tasks if task["duration_ms"] is not None]
    return Side(
        task_id=tasks[0]["id"],
        passed=passed,
        decided=len(tasks),
        verdict=tasks[0]["verdict"] if len(tasks) == 1 else None,
        cost_usd=sum(costs) / MICROS if costs else None,
        duration_ms=sum(times) if times else None,
    )
