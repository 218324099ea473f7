"""Reads the document of a run that came from elsewhere, and checks every part of it before anything is kept."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from rc_types.global_settings import SENSITIVE_KEYS

from rc_evals._errors import BrokenExportError
from rc_evals.export.cutting import JsonCutter
from rc_evals.export.document import FORMAT, VERSION
from rc_evals.export.history import past_run, past_task
from rc_evals.export.shapes import RunPart, TaskPart
from rc_evals.languages.results import MAX_MESSAGE, MAX_NAME, MAX_TESTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from rc_evals.store.importing import Staging

Part = TypeVar("Part", bound=BaseModel)

_ESCAPED: Final = 12
"""Characters that JSON takes at most to spell one."""

LONGEST_VALUE: Final = MAX_TESTS * (MAX_NAME + MAX_MESSAGE) * _ESCAPED + 8 * 1024**2
"""Characters of one task at most: an attempt keeps no more test results than fit, however they are spelled."""

MOST_TASKS: Final = 1_000_000

_HEAD: Final = ("format", "version", "run")
_WORDS: Final = 300
"""Characters of a message of the validator that are passed on."""


def read_document(
    source: BinaryIO, name: str, staged: Staging, *, now: int, on_task: Callable[[TaskPart], None] = lambda _: None
) -> None:
    """Read a document into the staging database.

    Args:
        source: of the document.
        name: of it, for messages.
        staged: takes the history.
        now: when this is.
        on_task: is told of every task as well.

    Raises:
        BrokenExportError: it is none, of another version, damaged, or contradicts itself; the message says where.
    """
    cutter = JsonCutter(source, name=name, limit=LONGEST_VALUE)
    head: dict[str, Any] = {}
    run: RunPart | None = None
    for key in cutter.members():
        if key == "tasks":
            run = _run(name, head)
            staged.add_run(past_run(run), now=now)
            for index, item in enumerate(cutter.items()):
                _add(name, run, index, item, staged, on_task)
        elif key in _HEAD and run is None:
            head[key] = cutter.value()
            _check_kind(name, head)
        else:
            wrong = "has to stand before tasks" if key in _HEAD else f"is not known in version {VERSION}"
            raise BrokenExportError(f"{name}: {key[:40]!r} {wrong}; export the run again")
    if run is None:
        _check_kind(name, {"format": None, **head})
        raise BrokenExportError(f"{name}: has no tasks, not even an empty list; export the run again")
    if staged.tasks != run.total:
        raise BrokenExportError(f"{name}: {staged.tasks} tasks where run.total says {run.total}; export the run again")


def _check_kind(name: str, head: dict[str, Any]) -> None:
    """Check, as soon as it is said, what the document is."""
    if "format" in head and head["format"] != FORMAT:
        raise BrokenExportError(
            f'{name} is no export of a run: "format" is not "{FORMAT}"; `rc-evals export RUN --format json` makes one'
        )
    version = head.get("version", VERSION)
    if type(version) is not int or version < 1:
        raise BrokenExportError(f"{name}: version is not a number from 1; export the run again")
    if version > VERSION:
        raise BrokenExportError(
            f"{name} has version {version}, newer than {VERSION}, the newest this program knows; upgrade rc-evals"
        )


def _run(name: str, head: dict[str, Any]) -> RunPart:
    if missing := [key for key in _HEAD if key not in head]:
        raise BrokenExportError(f"{name}: {missing[0]} has to stand before tasks, and is missing; export the run again")
    run = _part(name, "run", RunPart, head["run"])
    if run.total > MOST_TASKS:
        raise BrokenExportError(f"{name}: run.total: {run.total} tasks are more than {MOST_TASKS:,}, the most of a run")
    if secret := sorted(SENSITIVE_KEYS & (run.settings or {}).keys()):
        raise BrokenExportError(f"{name}: run.settings.{secret[0]} is a secret, which is not stored; take it out")
    return run


def _add(name: str, run: RunPart, index: int, item: Any, staged: Staging, on_task: Callable[[TaskPart], None]) -> None:
    place = f"tasks[{index}]"
    if index >= run.total:
        raise BrokenExportError(f"{name}: {place} is one more than run.total says, {run.total}; export the run again")
    task = _part(name, place, TaskPart, item)
    if task.iteration > run.iterations:
        raise BrokenExportError(
            f"{name}: {place}.iteration: {task.iteration} of {run.iterations}; export the run again"
        )
    try:
        staged.add_task(past_task(task))
    except sqlite3.IntegrityError:
        label = f"{task.language}/{task.exercise}"[:200]
        raise BrokenExportError(
            f"{name}: {place}: {label} occurs twice in iteration {task.iteration}; export the run again"
        ) from None
    except OverflowError:
        raise BrokenExportError(f"{name}: {place}: its numbers add up to more than can be stored; mend them") from None
    on_task(task)


def _part(name: str, place: str, shape: type[Part], value: Any) -> Part:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    except RecursionError:
        raise BrokenExportError(f"{name}: {place}: is nested too deeply; export the run again") from None
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step[:40]}" for step in first["loc"])
    wrong = first["msg"].removeprefix("Value error, ")[:_WORDS]
    raise BrokenExportError(f"{name}: {place}{steps}: {wrong[0].lower()}{wrong[1:]}; export the run again")
