"""What a scripted host remembers."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from rc_types.ipc import TaskCommand

    from rc_ipc.testing._entrance import AnyVisitor
    from rc_ipc.testing._script import Script

FIRST_TS: Final = 1_760_000_000_000
"""Milliseconds that the first chat message claims to be made at; each later one is one later."""


class Stage:
    """What the steps of a script have changed so far."""

    def __init__(self, script: Script) -> None:
        self.tasks: list[str] = []
        """The current task last, before it the one that waits for it."""
        self.queue: list[dict[str, Any]] = []
        self.visitors: list[AnyVisitor] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.ended = asyncio.Event()
        self._ids = iter(script.task_ids)
        self._clock = itertools.count(FIRST_TS)
        self._messages: dict[str, int] = {}

    def turn_to(self, task: str) -> None:
        """Make another task the current one, as the verb `task` says."""
        match task:
            case "new":
                self.tasks = [self._drawn()]
            case "child":
                self.tasks.append(self._drawn())
            case "parent":
                self.tasks.pop()
            case "none":
                self.tasks.clear()
            case _:
                self.tasks = [task]
        if task in {"new", "none"}:
            self.queue.clear()
        self._messages.clear()

    def stamp(self, alias: str | None) -> tuple[str, int]:
        """Return whether a chat message is `created` or `updated`, and when it was made."""
        known = None if alias is None else self._messages.get(alias)
        if known is not None:
            return "updated", known
        ts = next(self._clock)
        if alias is not None:
            self._messages[alias] = ts
        return "created", ts

    def queue_changed(self, change: str, words: dict[str, Any]) -> bool:
        """Add what the command says to the queue, or remove what it names; return whether anything changed."""
        if change == "add":
            entry = {"timestamp": next(self._clock), "id": str(uuid.uuid4()), "text": words["$text"] or ""}
            self.queue.append(entry | ({} if words["$images"] is None else {"images": words["$images"]}))
            return True
        kept = [entry for entry in self.queue if entry["id"] != words["$data"]]
        changed = len(kept) < len(self.queue)
        self.queue = kept
        return changed

    def words(self, command: TaskCommand | None) -> dict[str, Any]:
        """Return what the names in a script stand for; None for what there is not."""
        data: Any = None if command is None else command.to_wire().get("data")
        members = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
        return {
            "$task": self.tasks[-1] if self.tasks else None,
            "$parent": self.tasks[-2] if len(self.tasks) > 1 else None,
            "$data": data if isinstance(data, str) else None,
            "$text": members.get("text"),
            "$images": members.get("images"),
        }

    def _drawn(self) -> str:
        return next(self._ids, None) or str(uuid.uuid4())


def filled_in(value: object, words: dict[str, Any]) -> Any:
    """Return the value with each string that is a name replaced by what it stands for.

    A member or element that stands for nothing is left out, as in what a host sends.
    """
    match value:
        case str():
            return words.get(value, value)
        case dict():
            members = cast("dict[str, Any]", value)
            return {key: filled_in(member, words) for key, member in members.items() if _stands(member, words)}
        case list():
            elements = cast("list[object]", value)
            return [filled_in(element, words) for element in elements if _stands(element, words)]
        case _:
            return value


def _stands(value: object, words: dict[str, Any]) -> bool:
    return not isinstance(value, str) or words.get(value, value) is not None
