"""The logs of what has not passed, as a zip archive with the names that upstream gives them (spec 16.1, 11.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZipFile

from rc_evals.artifacts import AGENT_LOG, TEST_LOG, TRANSCRIPT, attempt_folder
from rc_evals.export.zipping import add_kept
from rc_evals.outcomes import Outcome
from rc_evals.store.exporting import histories

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from rc_evals.home import Home
    from rc_evals.store.reader import Reader

LONGEST_NAME: Final = 120
"""Characters that language and exercise make up at most; of longer ones the rest is cut off."""

_UNSAFE: Final = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')
"""Spec 16.1, and the other characters that no file should have in its name."""


def failed_tasks(reader: Reader, run_id: int) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield the tasks of a run that have a verdict and have not passed, each with the attempts at it."""
    for task, attempts in histories(reader, run_id):
        if task["verdict"] not in {None, Outcome.PASSED}:
            yield task, attempts


def write_failed_logs(reader: Reader, home: Home, run_id: int, out: BinaryIO) -> int:
    """Write the logs of all tasks of a run that have not passed, and return how many tasks have left any.

    Of each task: what agent and tests of every attempt printed, one after the other, and the latest transcript.
    """
    names = set[tuple[str, int]]()
    found = 0
    with ZipFile(out, "w") as archive:
        for task, attempts in failed_tasks(reader, run_id):
            folders = [_folder(home, run_id, task, attempt) for attempt in attempts]
            name, iteration = _name(task, names), task["iteration"]
            logs = [(folder, log) for folder in folders for log in (AGENT_LOG, TEST_LOG)]
            has_log = add_kept(archive, f"{name}.{iteration}.log" if iteration > 1 else f"{name}.log", logs)
            said = [(folder, TRANSCRIPT) for folder in folders[-1:]]
            has_transcript = add_kept(archive, f"{name}.{iteration}_{TRANSCRIPT}", said)
            found += has_log or has_transcript
    return found


def _folder(home: Home, run_id: int, task: Mapping[str, Any], attempt: Mapping[str, Any]) -> Path:
    return attempt_folder(home, run_id, task["language"], task["exercise"], task["iteration"], attempt["number"])


def _name(task: Mapping[str, Any], taken: set[tuple[str, int]]) -> str:
    """Return `LANGUAGE-EXERCISE`, made safe; with what tells it apart where two tasks would share a name."""
    name = _UNSAFE.sub("_", f"{task['language']}-{task['exercise']}")[:LONGEST_NAME]
    if (name, task["iteration"]) in taken:
        name = f"{name}~{task['id']}"
    taken.add((name, task["iteration"]))
    return name
