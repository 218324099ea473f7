"""What all pages of a task need: the task, its run, its attempts, and which of them is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rc_evals._errors import UnknownRunError
from rc_evals.artifacts import attempt_folder
from rc_evals.events import TaskRef
from rc_evals.foreign import one_line
from rc_evals.store import attempt_details
from rc_evals.store.neighbours import Neighbours, neighbours, task_of_run
from rc_evals.web.task.kept import sizes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rc_evals.store.reader import Reader
    from rc_evals.web.site import Site
    from rc_evals.web.task.kept import Name


LONGEST_NAME: Final = 200
"""Characters of a name that are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A task, seen through one of its attempts."""

    run: Mapping[str, Any]
    task: Mapping[str, Any]
    label: str
    """`language/exercise#iteration`, in one line."""
    beside: Neighbours
    attempts: list[dict[str, Any]]
    """Oldest first."""
    attempt: int
    """Number of the one that is looked at; 0 while there is none."""
    folder: Path
    """Where that one leaves its files."""
    files: Mapping[Name, int]
    """What it has left, with sizes in bytes."""

    @property
    def details(self) -> dict[str, Any] | None:
        """The attempt that is looked at."""
        return next((each for each in self.attempts if each["number"] == self.attempt), None)

    @property
    def run_name(self) -> str:
        """What the run is called."""
        return shortened(self.run["name"] or f"Run {self.run['id']}")

    @property
    def is_open(self) -> bool:
        """Whether that attempt goes on."""
        return self.details is not None and self.details["finished_at"] is None and self.task["verdict"] is None

    @property
    def standing(self) -> str:
        """The verdict on the task, or the phase that it is in."""
        return str(self.task["verdict"] or self.task["state"])

    @property
    def address(self) -> str:
        """The path of the task's pages."""
        return f"/runs/{self.run['id']}/tasks/{self.task['id']}"


def shortened(name: str) -> str:
    """Return a foreign name as headings have it: in one line, and not too long."""
    return one_line(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}\N{HORIZONTAL ELLIPSIS}")


def look(site: Site, reader: Reader, run_id: int, task_id: int, attempt: int | None) -> Shown:
    """Return what there is of a task.

    Args:
        site: the dashboard.
        reader: its store.
        run_id: the run.
        task_id: the task.
        attempt: which one is looked at; None for the latest.

    Raises:
        UnknownRunError: there is no such run, the run has no such task, or the task no such attempt.
    """
    run = reader.run(run_id)
    task = task_of_run(reader, run_id, task_id)
    attempts = attempt_details.attempts(reader, task_id)
    if attempt is not None and attempt not in {each["number"] for each in attempts}:
        raise UnknownRunError(f"task {task_id} of run {run_id} has no attempt {attempt}")
    number = attempt if attempt is not None else attempts[-1]["number"] if attempts else 0
    folder = attempt_folder(site.home, run_id, task["language"], task["exercise"], task["iteration"], number)
    ref = TaskRef(task_id, task["language"], task["exercise"], task["iteration"], number)
    return Shown(
        run=run,
        task=task,
        label=shortened(ref.label),
        beside=neighbours(reader, run_id, task_id),
        attempts=attempts,
        attempt=number,
        folder=folder,
        files=sizes(folder),
    )
