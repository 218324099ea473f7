"""What a run was made of: what was asked for, the record of its environment, its settings, what controllers said."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from rc_types.global_settings import SENSITIVE_KEYS

from rc_evals import starting
from rc_evals.foreign import printable
from rc_evals.formats import counted, duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rc_evals.home import Home

MOST: Final = 200
"""Lines of a record that are shown, and of settings."""

LONGEST: Final = 300
"""Characters of a value that are shown."""

LOG_SHOWN: Final = 16_000
"""Characters of the controllers' log that are shown: the last."""

Pairs = list[tuple[str, str]]
"""Names and values."""


def view(home: Home, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template shows of a run, which is a row with its record."""
    record: dict[str, Any] = json.loads(run["record"] or "{}")
    return {
        "not_runnable": record.pop("not_runnable", []),
        "asked": _asked(run),
        "record": _lines(record),
        "settings": _lines(shown_settings(run) or {}),
        "controller_log": printable(starting.controller_log(home, run["id"]))[-LOG_SHOWN:],
    }


def shown_settings(run: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the settings of a run, which is a row; None when the agent used its own.

    None that we store has secrets, but a run may have been imported from anywhere.
    """
    return _without_secrets(json.loads(run["settings"])) if run["settings"] else None


def _without_secrets(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_secrets(each) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    named = cast("dict[str, Any]", value).items()
    return {key: _without_secrets(each) for key, each in named if key not in SENSITIVE_KEYS}


def _asked(run: Mapping[str, Any]) -> Pairs:
    arguments = json.loads(run["agent_args"])
    return [
        ("suite", _short(run["suite"])),
        ("its folder", _short(run["suite_path"])),
        ("agent", _short(run["agent"])),
        *((f"agent argument {name}", value) for name, value in islice(_lines(arguments), MOST)),
        ("tasks", counted(run["total"], "task")),
        ("iterations", str(run["iterations"])),
        ("at a time", str(run["concurrency"])),
        ("time limit of the agent", duration(1000 * run["timeout_seconds"])),
        ("sandbox", run["sandbox"]),
        ("run", run["uuid"]),
    ]


def _lines(document: Mapping[str, Any]) -> Pairs:
    """Return a JSON document as names and values, as many as a page has room for."""
    lines = list(islice(_flat(document), MOST + 1))
    return [*lines[:MOST], ("...", "there is more; the JSON download has all of it")] if len(lines) > MOST else lines


def _flat(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every value with its path; depth costs no stack, since imported documents may have any."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict) and value:
            inner = cast("dict[str, Any]", value).items()
            waiting.extend((f"{path}.{key}" if path else key, each) for key, each in reversed(inner))
        elif path:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield path[-LONGEST:], _short(text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
