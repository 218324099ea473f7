"""Two runs, task by task and exercise by exercise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rc_evals.stats import paired_amounts, rate_difference, sign_flip
from rc_evals.store.pairs import pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rc_evals.comparison.model import Change, Unit
    from rc_evals.stats import Interval, PairedAmounts
    from rc_evals.store.pairs import PairRow
    from rc_evals.store.reader import Reader


_costs = attrgetter("first_cost", "second_cost")
_times = attrgetter("first_ms", "second_ms")


@dataclass(frozen=True, slots=True)
class Pair:
    """One exercise, or one iteration of it, that is decided in both runs."""

    first_ids: list[int]
    second_ids: list[int]
    first_passed: int
    second_passed: int

    @property
    def gain(self) -> int:
        """How many more iterations passed in the second run."""
        return self.second_passed - self.first_passed


def change_of(gain: int) -> Change:
    """Return what became of something of which `gain` more iterations passed in the second run."""
    return "fixed" if gain > 0 else "broken" if gain < 0 else "unchanged"


@dataclass(frozen=True, slots=True)
class Pairing:
    """What two runs made of the tasks that both have.

    Attributes:
        tasks: those decided in both, in order of language, exercise and iteration.
        exercises: where in `tasks` the iterations of each exercise are.
        gains: of each exercise, how many more iterations passed in the second run.
        partners: tasks that both runs have, decided or not.
        changed: of them, those whose exercise was another in the second run.
        cost: in micro-dollars, of exercises whose cost both runs know.
        duration: in milliseconds.
    """

    tasks: list[PairRow]
    exercises: list[range]
    gains: list[int]
    partners: int
    changed: int
    cost: PairedAmounts | None
    duration: PairedAmounts | None

    @property
    def single(self) -> bool:
        """Whether no exercise has more than one pair."""
        return len(self.exercises) == len(self.tasks)

    def p_value(self) -> float:
        """Return how probable a difference of this size or more would be by chance alone; see `stats.paired`."""
        return sign_flip(self.gains)

    def difference(self) -> Interval | None:
        """Return by how much the share of passes differs; None without pairs."""
        if self.single:
            shares: list[float] = [*self.gains]
        else:
            shares = [gain / len(span) for gain, span in zip(self.gains, self.exercises, strict=True)]
        return rate_difference(shares) if shares else None

    def pairs(self, by: Unit, change: Change | None, after: int = 0) -> Iterator[Pair]:
        """Yield exercises (or iterations) in order, those of one kind of change, or all.

        Args:
            by: what counts as one.
            change: what became of it; None for whatever.
            after: begin behind the one whose last task of the first run has this id; 0 is the beginning.
        """
        spans, gains = self.exercises, self.gains
        if by == "iteration" and not self.single:
            spans, gains = _apart(self.tasks), _gains(self.tasks)
        ends = [self.tasks[span[-1]].first_id for span in spans] if after else []
        begin = ends.index(after) + 1 if after in ends else 0
        for span, gain in zip(spans[begin:], gains[begin:], strict=True):
            if change is None or change_of(gain) == change:
                yield _pair(self.tasks[span.start : span.stop])


def pair_up(reader: Reader, first: Mapping[str, Any], second: Mapping[str, Any]) -> Pairing:
    """Pair the tasks of two runs, given by their rows in the store."""
    several = first["iterations"] > 1 and second["iterations"] > 1
    rows = pairs(reader, first["id"], second["id"], named=several)
    tasks = [row for row in rows if row.first >= 0 and row.second >= 0]
    spans, gains = _apart(tasks), _gains(tasks)
    if several:
        sizes = [len(list(group)) for _, group in groupby(tasks, attrgetter("exercise"))]
        spans = [range(end - size, end) for size, end in zip(sizes, accumulate(sizes), strict=True)]
        gains = [sum(gains[span.start : span.stop]) for span in spans]
    costs = list(map(_costs, tasks))
    times = list(map(_times, tasks))
    return Pairing(
        tasks=tasks,
        exercises=spans,
        gains=gains,
        partners=len(rows),
        changed=sum(row.changed for row in rows),
        cost=_amounts(costs, spans if several else None),
        duration=_amounts(times, spans if several else None),
    )


def _apart(tasks: Sequence[PairRow]) -> list[range]:
    return [range(at, at + 1) for at in range(len(tasks))]


def _gains(tasks: Sequence[PairRow]) -> list[int]:
    return [task.second - task.first for task in tasks]


def _pair(tasks: Sequence[PairRow]) -> Pair:
    return Pair(
        [task.first_id for task in tasks],
        [task.second_id for task in tasks],
        sum(task.first for task in tasks),
        sum(task.second for task in tasks),
    )


def _amounts(known: Sequence[tuple[int | None, int | None]], exercises: Sequence[range] | None) -> PairedAmounts | None:
    """Compare amounts per exercise, summed over the iterations of which both are known."""
    if exercises is None:
        return paired_amounts([(first, second) for first, second in known if first is not None and second is not None])
    sums: list[tuple[int, int]] = []
    for span in exercises:
        both = [
            (first, second)
            for first, second in known[span.start : span.stop]
            if first is not None and second is not None
        ]
        if both:
            sums.append((sum(first for first, _ in both), sum(second for _, second in both)))
    return paired_amounts(sums)
