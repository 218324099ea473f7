"""What the program's own records tell of tokens and money: the stream does not (spec 22.6, quirk Q40).

The assistant keeps the chat of every task in `ui_messages.json`. The program's home is a folder of the attempt, so
that these are there to be read; a hostile program may have put anything in their place.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast

from rc_types.events import TaskTokenUsageUpdated
from rc_types.message import TokenUsage
from rc_types.task import TaskId
from rc_types.tool import ToolUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TASKS: Final = (".vscode-mock", "global-storage", "tasks")
"""Folders from the program's home to those of its tasks."""

MESSAGES: Final = "ui_messages.json"

MOST_TASKS: Final = 100
"""Tasks of one attempt whose records are read."""

MOST_BYTES: Final = 8 * 1024 * 1024
"""Of all records that are new since the last look; those of a long task have two or three."""

MOST: Final = 2**40
"""More than any true number of tokens or dollars; sums of it are still finite."""

NOTHING: Final = TokenUsage(total_tokens_in=0, total_tokens_out=0, total_cost=0, context_tokens=0)

_REQUEST: Final = ("tokensIn", "tokensOut", "cacheWrites", "cacheReads", "cost")
_CONDENSED: Final = ("cost", "newContextTokens")
"""Numbers of messages about a request to the model, and about a chat that was condensed."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""A link or a pipe must neither lead nor hold us anywhere."""


@dataclass(slots=True)
class History:
    """The records of one attempt. Use it from one thread at a time; all of it blocks.

    Args:
        home: descriptor of the program's home.
    """

    home: int
    used: dict[TaskId, TokenUsage] = field(default_factory=dict[TaskId, TokenUsage])
    """What each task has used so far; tasks that have not told are not in it."""
    _seen: dict[str, tuple[int, int, int]] = field(default_factory=dict[str, tuple[int, int, int]])
    _told: dict[TaskId, tuple[TokenUsage, ToolUsage]] = field(
        default_factory=dict[TaskId, tuple[TokenUsage, ToolUsage]]
    )

    def news(self, tools: Mapping[TaskId, ToolUsage]) -> Iterator[TaskTokenUsageUpdated]:
        """Yield what each task has used, if that is not what was yielded of it before.

        Args:
            tools: what each task has called. One that has told no tokens is told with none: its cost is unknown.
        """
        for task in {**self.used, **tools}:
            latest = self.used.get(task, NOTHING), dict(tools.get(task, {}))
            if latest != self._told.get(task, (NOTHING, {})):
                self._told[task] = latest
                yield TaskTokenUsageUpdated.of(task, *latest)

    def read(self) -> None:
        """Look again. What cannot be read says nothing."""
        with ExitStack() as opened:
            try:
                tasks = self.home
                for name in TASKS:
                    tasks = os.open(name, _FOLDER, dir_fd=tasks)
                    opened.callback(os.close, tasks)
                with os.scandir(tasks) as listed:
                    names = [entry.name for entry in islice(listed, MOST_TASKS)]
            except OSError:
                return
            room = MOST_BYTES
            for name in names:
                if name in self._seen or len(self._seen) < MOST_TASKS:
                    document = self._new_in(name, tasks, room)
                    room -= len(document)
                    if (usage := usage_in(document)) is not None:
                        self.used[TaskId(name)] = usage

    def _new_in(self, name: str, tasks: int, room: int) -> bytes:
        """Return the record of a task, empty if it is the one that was read before, or cannot be read."""
        try:
            folder = os.open(name, _FOLDER, dir_fd=tasks)
        except OSError:
            return b""
        try:
            file = os.open(MESSAGES, _FILE, dir_fd=folder)
        except OSError:
            return b""
        finally:
            os.close(folder)
        try:
            found = os.fstat(file)
            version = (found.st_ino, found.st_mtime_ns, found.st_size)
            if not stat.S_ISREG(found.st_mode) or found.st_size > room or self._seen.get(name) == version:
                return b""
            self._seen[name] = version
            return os.read(file, room)
        finally:
            os.close(file)


def usage_in(document: bytes) -> TokenUsage | None:
    """Return what the chat of a task says that its requests to the model used; None when it does not say.

    Every request adds up, and so does what condensing cost. Source: core spec 3.3.
    """
    try:
        chat: Any = json.loads(document)
    except (ValueError, RecursionError):
        return None
    messages = cast("list[object]", chat) if isinstance(chat, list) else []
    told = [numbers for numbers in map(_numbers, messages) if numbers]
    if not told:
        return None

    def total(name: str) -> float:
        return sum(numbers.get(name, 0) for numbers in told)

    contexts = (n.get("newContextTokens", n.get("tokensIn", 0) + n.get("tokensOut", 0)) for n in reversed(told))
    return TokenUsage(
        total_tokens_in=total("tokensIn"),
        total_tokens_out=total("tokensOut"),
        total_cache_writes=total("cacheWrites"),
        total_cache_reads=total("cacheReads"),
        total_cost=total("cost"),
        context_tokens=next(filter(None, contexts), 0),
    )


def _numbers(message: object) -> dict[str, float]:
    """Return the numbers that a message is counted with, by their names on the wire; most have none."""
    members = _members(message)
    match members.get("type"), members.get("say"):
        case "say", "api_req_started":
            return _named(_members(_parsed(members.get("text"))), _REQUEST)
        case "say", "condense_context":
            return _named(_members(members.get("contextCondense")), _CONDENSED)
        case _:
            return {}


def _named(members: dict[str, object], names: tuple[str, ...]) -> dict[str, float]:
    values = ((name, members.get(name)) for name in names)
    return {name: min(max(value, 0), MOST) for name, value in values if _is_number(value)}


def _parsed(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _members(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # so no NaN
