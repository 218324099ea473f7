"""What the agent was told: the prompt of the suite as it is now, if that is still what the task stands for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rc_evals._errors import BrokenSuiteError, EvalsError
from rc_evals.suites.registry import BUNDLED, open_suite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.home import Home


def prompt(home: Home, run: Mapping[str, Any], task: Mapping[str, Any]) -> tuple[str, str]:
    """Return the prompt of a task, or why it cannot be shown; the other of the two is empty. Blocks.

    Args:
        home: the data folder.
        run: its row in the store. The paths of one that was made elsewhere mean nothing here, and are not looked at.
        task: likewise.
    """
    where = run["suite_path"]
    if run["imported_at"] is not None and where != BUNDLED:
        return "", f"the run was made elsewhere, with the suite {run['suite']}, which is not part of an export"
    try:
        return _prompt(home, where, task["language"], task["exercise"], task["digest"]), ""
    except EvalsError as error:
        return "", str(error)


@lru_cache(maxsize=64)
def _prompt(home: Home, where: str, language: str, exercise: str, digest: str) -> str:
    """Return the prompt of an exercise that has this digest.

    Raises:
        EvalsError: the suite has no such exercise any more.
    """
    suite = open_suite(where, home=home)
    entry = next((entry for entry in suite.entries() if (entry.language, entry.name) == (language, exercise)), None)
    if entry is None:
        raise BrokenSuiteError(f"suite {suite.name} no longer has {language}/{exercise}")
    found = suite.load(entry)
    if found.digest != digest:
        raise BrokenSuiteError(f"suite {suite.name} has changed: its {found.id} is not the task that was given then")
    return found.prompt
