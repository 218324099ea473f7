"""What this package raises.

InvalidWireError         the data is not what the named shape demands
ProviderMissingError     no installed package provides what was asked for at a port
  TaskLinkMissingError   ... a task link
"""

from collections.abc import Callable
from typing import NamedTuple


class WireProblem(NamedTuple):
    """One thing that is wrong: where it is, and what the schema wants there. Holds no value of the data."""

    path: str
    """Keys and positions from the root, such as `payload[0].message.ts`; empty for the root itself."""
    wants: str


class InvalidWireError(ValueError):
    """Data from the wire that its schema refuses.

    Neither the text nor the attributes hold a value of the data, so that both may be logged: settings carry API keys.

    Args:
        shape: Python name of the shape that was wanted, such as `TaskCommand`.
        problems: What is wrong, at least one, in the order of the schema; or how to find that out, since most refusals
            are never looked at.
    """

    def __init__(self, shape: str, problems: tuple[WireProblem, ...] | Callable[[], tuple[WireProblem, ...]]) -> None:
        super().__init__(shape)
        self.shape = shape
        self._problems = problems

    @property
    def problems(self) -> tuple[WireProblem, ...]:
        """What is wrong, at least one problem, in the order of the schema."""
        if callable(self._problems):
            self._problems = self._problems()
        return self._problems

    @property
    def path(self) -> str:
        """Where the first problem is."""
        return self.problems[0].path

    def __str__(self) -> str:
        """Return one line: the shape, the place of the first problem and what is wanted there."""
        first, others = self.problems[0], len(self.problems) - 1
        place = f"{self.shape}.{first.path}" if first.path else self.shape
        return f"{place} {first.wants}" + (f" (and {others} more)" if others else "")

    def __repr__(self) -> str:
        """Return the refusal as it would be made."""
        return f"{type(self).__name__}({self.shape!r}, {self.problems!r})"

    def __reduce__(self) -> tuple[type["InvalidWireError"], tuple[object, ...]]:
        """Survive pickling, without what the refused data may still be reached through."""
        return type(self), (self.shape, self.problems)


class ProviderMissingError(LookupError):
    """No installed package provides what was asked for at a port; the text names the package to install."""


class TaskLinkMissingError(ProviderMissingError):
    """No installed package provides a task link of the wanted name; the text names the package to install."""
