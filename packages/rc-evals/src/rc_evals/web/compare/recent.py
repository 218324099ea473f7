"""Comparisons that were just made: whoever turns a page, or filters, need not wait for the whole again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from rc_evals.comparison.several import Beside, beside
from rc_evals.comparison.two import Compared, compare
from rc_evals.report import standing
from rc_evals.store.pairs import version

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from rc_evals.store.reader import Reader

_KEPT: Final = 3
"""Comparisons; one of two runs of 100,000 tasks takes about 50 MB."""

_T = TypeVar("_T")


class Recent(Generic[_T]):
    """The values that were asked for last, each as long as it stays what it was."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[Hashable, tuple[Hashable, _T]] = OrderedDict()

    def get(self, key: Hashable, mark: Hashable, make: Callable[[], _T]) -> _T:
        """Return the value of a key; it is made when it is not there, or was made for another `mark`."""
        with self._lock:
            found = self._values.get(key)
            if found is not None and found[0] == mark:
                self._values.move_to_end(key)
                return found[1]
        made = make()  # outside the lock: others need not wait for it
        with self._lock:
            self._values[key] = (mark, made)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made


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
    return tuple((version(reader, row["id"]), row["uuid"], row["name"], standing(row)) for row in rows)
