"""Several runs beside each other, exercise by exercise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from rc_evals.comparison.cautions import cautions
from rc_evals.comparison.figures import figures
from rc_evals.comparison.model import Cell, Matrix, Row
from rc_evals.comparison.pairing import pair_up
from rc_evals.comparison.two import significance
from rc_evals.comparison.words import verdict
from rc_evals.stats import holm
from rc_evals.store.pairs import exercises

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rc_evals.comparison.model import Significance
    from rc_evals.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Beside:
    """Several runs with all their exercises, from which pages of the matrix are cut without reading again."""

    rows: list[Row]
    summary: Matrix
    """Without rows."""

    def page(self, *, unlike: bool = False, after: str = "", limit: int) -> Matrix:
        """Return the matrix with a page of rows.

        Args:
            unlike: only exercises of which the runs made different things, or one run did.
            after: `after` of the page before; empty is the beginning.
            limit: how many.
        """
        start = tuple(after.split("/", 1))
        wanted = (row for row in self.rows if (row.language, row.exercise) > start and (not unlike or is_unlike(row)))
        found = list(islice(wanted, limit + 1))
        last = found[limit - 1] if len(found) > limit else None
        return replace(self.summary, rows=found[:limit], after=f"{last.language}/{last.exercise}" if last else None)


def beside(reader: Reader, run_ids: Sequence[int]) -> Beside:
    """Put runs beside each other; each but the first is compared with the first.

    Raises:
        UnknownRunError: one of them does not exist.
    """
    runs = [reader.run(run_id) for run_id in run_ids]
    pairings = [pair_up(reader, runs[0], run) for run in runs[1:]]
    against = [significance(pairing) for pairing in pairings]
    adjusted = holm([each.p_value for each in against])
    said = [list(cautions(runs[0], run, pairing)) for run, pairing in zip(runs[1:], pairings, strict=True)]
    rows = list(_rows([exercises(reader, run_id) for run_id in run_ids]))
    summary = Matrix(
        runs=[figures(reader, run) for run in runs],
        against_first=[_adjusted(each, p) for each, p in zip(against, adjusted, strict=True)],
        cautions=list(dict.fromkeys(caution for each in said for caution in each)),
        exercises=len(rows),
        differing=sum(is_differing(row) for row in rows),
        flaky=sum(is_flaky(row) for row in rows),
        rows=[],
        after=None,
    )
    return Beside(rows, summary)


def is_flaky(row: Row) -> bool:
    """Return whether iterations within a run disagree."""
    return any(cell is not None and cell.flaky for cell in row.cells)


def is_differing(row: Row) -> bool:
    """Return whether runs disagree about the share of iterations that pass."""
    decided = [cell for cell in row.cells if cell is not None and cell.decided]
    return any(cell.passed * decided[0].decided != decided[0].passed * cell.decided for cell in decided)


def is_unlike(row: Row) -> bool:
    """Return whether there is any disagreement about an exercise, between runs or within one."""
    return is_flaky(row) or is_differing(row)


def _adjusted(found: Significance, p_value: float) -> Significance:
    words = verdict(exercises=found.exercises, fixed=found.fixed, broken=found.broken, p_value=p_value)
    return replace(found, adjusted_p_value=p_value, words=words)


def _rows(runs: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[Row]:
    cells: dict[tuple[str, str], list[Cell | None]] = {}
    for at, found in enumerate(runs):
        for row in found:
            line = cells.setdefault((row["language"], row["exercise"]), [None] * len(runs))
            line[at] = Cell(
                task_id=row["task_id"],
                passed=row["passed"],
                decided=row["decided"],
                flaky=0 < row["passed"] < row["decided"],
            )
    for language, exercise in sorted(cells):
        yield Row(language=language, exercise=exercise, cells=cells[language, exercise])
