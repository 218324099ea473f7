"""What this package raises.

InvalidWireError         the data is not what the named shape demands
TaskLinkMissingError     no installed package provides the wanted task link
"""

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
        problems: What is wrong, at least one, in the order of the schema.
    """

    def __init__(self, shape: str, problems: tuple[WireProblem, ...]) -> None:
        super().__init__(shape, problems)
        self.shape = shape
        self.problems = problems

    @property
    def path(self) -> str:
        """Where the first problem is."""
        return self.problems[0].path

    def __str__(self) -> str:
        """Return one line: the shape, the place of the first problem and what is wanted there."""
        first, others = self.problems[0], len(self.problems) - 1
        place = f"{self.shape}.{first.path}" if first.path else self.shape
        return f"{place} {first.wants}" + (f" (and {others} more)" if others else "")


class TaskLinkMissingError(LookupError):
    """No installed package provides a task link of the wanted name; the text names the package to install."""
