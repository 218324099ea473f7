"""The document of a comparison: what `compare --json` prints and what the API answers.

Rates are shares of 1, money is US dollars, durations are milliseconds; what nobody knows is null.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from rc_evals.stats import Interval, Repeats  # noqa: TC001 - pydantic reads the types of these fields

Change = Literal["fixed", "broken", "unchanged"]
"""What the second run made of something that the first tried: passed (more often), failed (more often), neither."""

Unit = Literal["exercise", "iteration"]
"""What is listed: exercises with all their iterations together, or each iteration by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """One of the runs, with what it came to by itself."""

    id: int
    uuid: str
    name: str | None
    suite: str
    agent: str
    model: str | None
    sandbox: str
    iterations: int
    timeout_seconds: int
    state: str
    created_at: str | None
    """ISO 8601, UTC."""
    total: int
    """Tasks: exercises, as often as each is tried."""
    decided: int
    """Those whose verdict says something about the agent."""
    passed: int
    rate: float | None
    """`passed` of `decided`; null while nothing is decided. `low` and `high` are its 95 % interval."""
    low: float | None
    high: float | None
    repeats: list[Repeats]
    """Chances that one of k iterations passes, and that all do; empty where there is one iteration."""
    cost_usd: float | None
    """Of all attempts that said what they cost."""
    cost_per_solved_usd: float | None
    """`cost_usd` by `passed`."""
    cost_is_complete: bool
    """Whether all attempts said what they cost."""
    work_ms: int
    """Preparing, agents and tests, added up over all attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Significance:
    """Whether two runs differ by more than chance, over the exercises that both have decided."""

    words: str
    """For example `12 fixed, 4 broken: p = 0.08, could be chance`."""
    test: Literal["McNemar, exact", "sign flips of exercises, exact"]
    """How p was found. The second is used where exercises were tried several times: their iterations go together."""
    p_value: float
    """How probable a difference of this size or more would be, if it were chance which run an outcome belongs to."""
    adjusted_p_value: float
    """The same, where several runs are compared with the first (Holm's method); else equal to `p_value`."""
    exercises: int
    """Those that are decided in both runs; they are fixed, broken or unchanged."""
    fixed: int
    broken: int
    unchanged: int
    rate_difference: Interval | None
    """Share of passes in the second run less that in the first, over these exercises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Money or time of the same exercises in both runs, in the unit of the document."""

    exercises: int
    """Those whose amount is known in both runs."""
    first: float
    """Sum over them in the first run."""
    second: float
    mean_difference: float
    """Of an exercise, second less first."""
    median_difference: float
    ratio: Interval | None
    """Of an exercise, second to first, typically: the geometric mean; null for fewer than three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one run made of an exercise, or of one iteration of it."""

    task_id: int
    """The only task, or the one of the first iteration."""
    passed: int
    decided: int
    verdict: str | None
    """Of the only task; null where there are several."""
    cost_usd: float | None
    duration_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An exercise, or one iteration of it, in both runs."""

    language: str
    exercise: str
    iteration: int | None
    """Null where it stands for several."""
    change: Change
    first: Side
    second: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs, task by task."""

    first: RunFigures
    second: RunFigures
    significance: Significance
    cost: Amounts | None
    """US dollars; null where no exercise has a known cost in both runs."""
    duration: Amounts | None
    """Milliseconds."""
    cautions: list[str]
    """What makes the runs hard to compare, a sentence each."""
    differences: list[Difference]
    """A page of what was asked for, in order of language, exercise and iteration."""
    after: int | None
    """Where the next page begins; null on the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one run made of an exercise."""

    task_id: int
    passed: int
    decided: int
    flaky: bool
    """Some iterations passed and some did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An exercise in every run; null where a run does not have it."""

    language: str
    exercise: str
    cells: list[Cell | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Several runs beside each other."""

    runs: list[RunFigures]
    against_first: list[Significance]
    """Every run but the first, compared with the first."""
    cautions: list[str]
    exercises: int
    """Of all runs together."""
    differing: int
    """Those of which the runs made different things."""
    flaky: int
    """Those with mixed verdicts within a run."""
    rows: list[Row]
    """A page of them, in order of language and exercise."""
    after: str | None
    """Where the next page begins; null on the last."""


def render(document: Comparison | Matrix) -> str:
    """Return a document as JSON text, with a line for each thing that there may be thousands of."""
    parts = asdict(document)
    listed = "differences" if isinstance(document, Comparison) else "rows"
    lines = ",\n".join(json.dumps(each) for each in parts.pop(listed))
    head = json.dumps(parts, indent=2).removesuffix("\n}")
    return f'{head},\n  "{listed}": [\n{lines}\n]}}'
