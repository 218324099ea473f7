"""Where in a transcript the entries of a conversation are: one scan of the file, remembered while it does not change.

A transcript holds the events of an agent, a JSON document per line (`artifacts.Transcript`). An entry is what a reader
takes for one: a message with its later versions, a tool call with what came of it. What an entry says is read when it
is shown (`messages`); here only its place is kept, so that a long transcript costs little.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from rc_evals.artifacts import TRANSCRIPT
from rc_evals.web.task.kept import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rc_evals.web.task.kept import Kept

LONGEST_LINE: Final = 1024 * 1024
"""Bytes of a line that is understood; a longer one is shown by its beginning."""

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of a transcript that are looked at: four times what a run keeps of one; an imported one may be anything."""

MOST_TASKS: Final = 100
"""Sub-tasks that are told apart."""

MOST_SPOTS: Final = 16
"""Lines that make up one entry; what comes of a tool call beyond them is an entry of its own."""

_CALLS: Final = frozenset({"tool", "command", "use_mcp_server"})
_ANSWERS: Final = frozenset({"command_output", "mcp_server_response"})
_PASSED_OVER: Final = frozenset(
    {
        "taskActive", "taskAskResponded", "taskCreated", "taskFocused", "taskIdle", "taskInteractive", "taskPaused",
        "taskResumable", "taskUnfocused", "taskUnpaused",
    }
)  # fmt: skip
"""Events that tell a host where its user is; a reader learns nothing from them."""


class Spot(NamedTuple):
    """A line of the file."""

    offset: int
    length: int
    """Bytes, without the line end."""


@dataclass(slots=True)
class Entry:
    """One thing in a conversation, and where it was told."""

    task: int
    """0 for the task that was started; its sub-tasks count from 1, in the order in which they are first heard of."""
    spots: list[Spot]
    """The first tells what it is, the others what came of it."""
    is_prompt: bool = False
    """Whether it is the text that a task began with."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """All entries of a transcript, oldest first."""

    entries: list[Entry]
    began: float | None
    """Time of the first message, in milliseconds since the epoch as the agent tells it."""
    is_cut: bool
    """Whether the file is longer than anybody looks at."""


def transcript(kept: Kept) -> Transcript:
    """Return where the entries of a file are; quick once it has been read in its present state."""
    return _scanned(kept.folder, kept.size, kept.changed)


def document(kept: Kept, spot: Spot) -> dict[str, Any] | None:
    """Return what a line says; None when it is no object of JSON, or too long."""
    return None if spot.length > LONGEST_LINE else _parsed(kept.read(spot.offset, spot.length))


def message_of(event: dict[str, Any]) -> dict[str, Any] | None:
    """Return the chat message that an event carries, with the id of its task as `taskId`; None when it has none."""
    change = first(event)
    if event.get("eventName") != "message" or not isinstance(change, dict):
        return None
    told = cast("dict[str, Any]", change)
    message = told.get("message")
    return {**cast("dict[str, Any]", message), "taskId": told.get("taskId")} if isinstance(message, dict) else None


def first(event: dict[str, Any]) -> object:
    """Return the first element of a payload, which is the id of a task in all events but messages."""
    match event.get("payload"):
        case [element, *_]:
            return cast("object", element)
        case _:
            return None


@lru_cache(maxsize=8)
def _scanned(folder: Path, size: int, changed: int) -> Transcript:  # noqa: ARG001 - another state, another answer
    scan = _Scan()
    with opened(folder, TRANSCRIPT) as kept:
        for spot, line in () if kept is None else _lines(kept):
            scan.take(spot, None if line is None else _parsed(line))
    return Transcript(scan.entries, scan.began, size > MOST_BYTES)


def _lines(kept: Kept) -> Iterator[tuple[Spot, bytes | None]]:
    """Yield the lines that are not empty; None for the content of one that is too long."""
    offset, end = 0, min(kept.size, MOST_BYTES)
    kept.file.seek(0)
    while offset < end:
        start, line = offset, kept.file.readline(LONGEST_LINE + 1)
        if not line:
            return  # it was cut short meanwhile
        offset += len(line)
        if line.endswith(b"\n") or len(line) <= LONGEST_LINE:
            content = line.rstrip(b"\r\n")
            if content:
                yield Spot(start, len(content)), content
            continue
        while (more := kept.file.readline(LONGEST_LINE)) and offset < end:
            offset += len(more)
            if more.endswith(b"\n"):
                break
        yield Spot(start, offset - start), None


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


_Key = tuple[int, str, str, object]
"""Task, `ask` or `say`, which one, and time: a message that comes again under it is a later version of the same."""


@dataclass(slots=True)
class _Scan:
    """What is known after some of the lines."""

    entries: list[Entry] = field(default_factory=list[Entry])
    began: float | None = None
    _tasks: dict[str, int] = field(default_factory=dict[str, int])
    _places: dict[_Key, tuple[Entry, int]] = field(default_factory=dict[_Key, tuple[Entry, int]])
    _calls: dict[int, Entry] = field(default_factory=dict[int, Entry])
    """The latest tool call of each task."""
    _prompted: set[int] = field(default_factory=set[int])
    _usage: dict[int, Entry] = field(default_factory=dict[int, Entry])
    """What each task has used, where nothing else came after it."""

    def take(self, spot: Spot, event: dict[str, Any] | None) -> None:
        """Take a line into account."""
        if event is None:
            self._add(0, spot)
        elif (message := message_of(event)) is not None:
            self._hear(spot, message)
        elif (name := event.get("eventName")) == "taskTokenUsageUpdated":
            self._account(spot, event)
        elif name == "taskToolFailed" and (call := self._call(self._task(first(event)))) is not None:
            call.spots.append(spot)
        elif not isinstance(name, str) or name not in _PASSED_OVER:
            self._add(self._task(first(event)), spot)

    def _hear(self, spot: Spot, message: dict[str, Any]) -> None:
        task = self._task(message["taskId"])
        category = "ask" if message.get("type") == "ask" else "say"
        kind, at = message.get(category), message.get("ts")
        if not isinstance(kind, str) or not isinstance(at, int | float):
            self._add(task, spot)
            return
        self.began = at if self.began is None else self.began
        key = (task, category, kind, at)
        if (place := self._places.get(key)) is not None:
            entry, number = place
            entry.spots[number] = spot
        elif kind in _ANSWERS:
            self._answer(spot, key, has_text=bool(message.get("text")))
        else:
            entry = self._add(task, spot)
            self._places[key] = entry, 0
            if kind == "text" and task not in self._prompted:
                self._prompted.add(task)
                entry.is_prompt = True
            if kind in _CALLS:
                self._calls[task] = entry

    def _answer(self, spot: Spot, key: _Key, *, has_text: bool) -> None:
        """Put what came of a tool call to the call."""
        task, category, *_ = key
        call = self._call(task)
        if call is None:
            self._places[key] = self._add(task, spot), 0
        elif category == "say" or has_text:
            call.spots.append(spot)
            self._places[key] = call, len(call.spots) - 1

    def _call(self, task: int) -> Entry | None:
        """Return the latest tool call of a task, as long as there is room for what came of it."""
        call = self._calls.get(task)
        return call if call is not None and len(call.spots) < MOST_SPOTS else None

    def _account(self, spot: Spot, event: dict[str, Any]) -> None:
        """Keep the latest of several reports on what was used, between which nothing else happened."""
        task = self._task(first(event))
        if (known := self._usage.get(task)) is not None and known is self.entries[-1]:
            known.spots[0] = spot
        else:
            self._usage[task] = self._add(task, spot)

    def _add(self, task: int, spot: Spot) -> Entry:
        entry = Entry(task, [spot])
        self.entries.append(entry)
        return entry

    def _task(self, name: object) -> int:
        if not isinstance(name, str):
            return 0
        return (
            self._tasks.setdefault(name, len(self._tasks))
            if len(self._tasks) < MOST_TASKS
            else self._tasks.get(name, 0)
        )
