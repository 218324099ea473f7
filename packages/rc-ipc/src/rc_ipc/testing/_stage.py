"""What a scripted host remembers, and the connections it speaks on."""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from rc_types.ipc import Ack, ClientId

from rc_ipc._connection import Connection, QueueLimits
from rc_ipc._counters import Counters
from rc_ipc._errors import ConnectionLostError, IpcError
from rc_ipc._pace import Pace
from rc_ipc._session import FrameLimits, Ignored, Received, ServerSession

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from rc_types.ipc import TaskCommand

    from rc_ipc._transport import Transport
    from rc_ipc.testing._script import Script

FIRST_TS: Final = 1_760_000_000_000
"""Milliseconds that the first chat message claims to be made at; each later one is one later."""


class Visitor:
    """One connection of a scripted host, on which it may say anything."""

    def __init__(self, transport: Transport, *, pieces: int | None) -> None:
        self.client_id: Final = ClientId(secrets.token_hex(6))
        self.greeted = False
        self._session = ServerSession(
            Ack(client_id=self.client_id, pid=os.getpid(), ppid=os.getppid()), limits=FrameLimits()
        )
        self._connection = Connection(transport, queue=QueueLimits(), pace=Pace(), counters=Counters())
        self._pieces = pieces

    async def converse(self, hear: Callable[[Received | Ignored], Awaitable[None]], reading: asyncio.Event) -> None:
        """Hand all that comes to `hear` until the connection ends; read only while `reading` is set."""

        async def take(chunk: bytes) -> None:
            await reading.wait()
            for received in self._session.receive(chunk):
                await hear(received)

        with suppress(IpcError):
            await self._connection.run(take)

    async def greet(self) -> None:
        """Send the Ack."""
        self.greeted = True
        await self.write([self._session.greeting()])

    async def write(self, frames: Iterable[bytes]) -> None:
        """Send the frames, or what passes for them; nothing happens once the client has gone."""
        with suppress(IpcError):
            for frame in frames:
                for piece in [frame] if self._pieces is None else cut_up(frame, self._pieces):
                    while not self._connection.offer(piece):
                        await self._connection.moved()

    async def cut(self) -> None:
        """Close the connection once everything said is on its way."""
        with suppress(IpcError):
            await self._connection.flushed()
        self._connection.cut(ConnectionLostError("the script cuts the connection"))


class Stage:
    """What the steps of a script have changed so far."""

    def __init__(self, script: Script) -> None:
        self.tasks: list[str] = []
        """The current task last, before it the one that waits for it."""
        self.queue: list[dict[str, Any]] = []
        self.visitors: list[Visitor] = []
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


def cut_up(frame: bytes, longest: int) -> list[bytes]:
    """Return the frame in pieces of 1, 2, 3 .. `longest`, 1, 2 .. bytes."""
    sizes = itertools.cycle(range(1, longest + 1))
    pieces: list[bytes] = []
    at = 0
    while at < len(frame):
        size = next(sizes)
        pieces.append(frame[at : at + size])
        at += size
    return pieces


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
