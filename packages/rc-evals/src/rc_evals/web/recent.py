"""What was just made and has not changed since: whoever comes back to it need not wait for it again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

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
