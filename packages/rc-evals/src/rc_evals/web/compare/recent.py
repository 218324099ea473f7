"""Comparisons that were just made: whoever turns a page, or filters, need not wait for the whole again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rc_evals.comparison.several import Beside, beside
from rc_evals.comparison.two import Compared, compare
from rc_evals.report import standing
from rc_evals.store.watching import latest
from rc_evals.web.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from rc_evals.store.reader import Reader

_KEPT: Final = 3
"""Comparisons; one of two runs of 100,000 tasks takes about 50 MB."""

_two: Final = Recent[Compared](_KEPT)
_several: Final = Recent[Beside](_KEPT)


def recent_two(reader: Reader, first: int, second: int) -> Compared:
    """Return the comparison of two runs as they are now.

    Raises:
        UnknownRunError: one of them does not exist.
    """
    runs = [first, second]
    return _two.get((reader.path, *runs), _mark(reader, runs), lambda: compare(reader, first, second))


def recent_several(reader: Reader, runs: Sequence[int]) -> Beside:
    """Return runs beside each other as they are now.

    Raises:
        UnknownRunError: one of them does not exist.
    """
    return _several.get((reader.path, *runs), _mark(reader, runs), lambda: beside(reader, runs))


def _mark(reader: Reader, runs: Sequence[int]) -> Hashable:
    """Return what changes whenever something is to be told of one of the runs."""
    rows = [reader.run(run) for run in runs]
    return tuple((latest(reader, row["id"]), row["uuid"], row["name"], standing(row)) for row in rows)
