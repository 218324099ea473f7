"""What an agent was allowed, in words, and who it was: from the run's sandbox, its record, and the limits of today."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from rc_evals.sandbox.port import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping


class Rule(NamedTuple):
    """What was, or was not, allowed."""

    about: str
    sentence: str
    is_open: bool = False
    """Whether nothing was kept from the agent."""


def rules(run: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Return what the agent of a run may do, and its tests likewise.

    Args:
        run: its row in the store.
    """
    isolation: tuple[Rule, ...]
    match run["sandbox"]:
        case "bubblewrap":
            isolation = (
                Rule("Network", "None, not even that of this machine."),
                Rule(
                    "Files",
                    "Its workspace could be written; the tools of the language, of the system and of the agent could "
                    "be read; nothing else of this machine was there, and what it wrote went with the attempt.",
                ),
                Rule("Processes", "It saw its own alone, had no privileges, and all of them ended with the attempt."),
            )
        case "none":
            isolation = (
                Rule("Network", "All that this machine reaches.", is_open=True),
                Rule("Files", "All that the user may read and write who started the run.", is_open=True),
                Rule(
                    "Processes", "All of that user's could be seen; its own were ended with the attempt.", is_open=True
                ),
            )
        case other:
            isolation = (Rule("Sandbox", f"This version does not know the level {other}."),)
    return (*isolation, *_limits(run["timeout_seconds"]))


def made_with(run: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return what is recorded of those who worked on a task: agent, model, tools, machine.

    Args:
        run: its row in the store, with its record.
        language: of the task.
    """
    record: dict[str, Any] = json.loads(run["record"] or "{}")
    agent, tools, host = (_object(record, name) for name in ("agent", "languages", "host"))
    known = {
        "Agent": run["agent"],
        "Version": agent.get("version"),
        "Model": run["model"],
        f"Tools of {language}": tools.get(language),
        "rc-evals": record.get("rc_evals"),
        "System": host.get("system"),
    }
    return [(name, str(value)) for name, value in known.items() if value]


def _object(record: dict[str, Any], name: str) -> dict[str, Any]:
    found = record.get(name)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _limits(seconds: int) -> tuple[Rule, ...]:
    limits = Limits(wall_seconds=seconds)
    return (
        Rule("Time", f"{seconds / 60:g} min for the agent, or less where the tests of the language need long."),
        Rule("Memory", f"{_binary(limits.memory_bytes)} for all of its processes together."),
        Rule("Processes at a time", f"{limits.processes} at most."),
        Rule(
            "Disk",
            f"{_binary(limits.workspace_bytes)} of files, {_binary(limits.output_bytes)} of output, "
            f"{limits.open_files:,} open files in a process.",
        ),
        Rule("Processor", f"{limits.cpu_seconds / 60:g} min in a process."),
    )


def _binary(count: int) -> str:
    mebibytes = count >> 20
    return f"{mebibytes >> 10} GiB" if mebibytes % 1024 == 0 else f"{mebibytes} MiB"
