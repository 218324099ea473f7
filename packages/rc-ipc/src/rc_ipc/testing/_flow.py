"""One run through the steps of a rule: what is still to do, who hears it, and what it waits for."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Literal

from rc_ipc._codec import encode_frame
from rc_ipc._event_text import event_message
from rc_ipc.testing._stage import filled_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rc_types.ipc import TaskCommand

    from rc_ipc._session import Json
    from rc_ipc.testing._entrance import AnyVisitor
    from rc_ipc.testing._script import Script, Step
    from rc_ipc.testing._stage import Stage

Pace = float | Literal["recorded"]
"""Seconds before each thing that is said, or as long as it took when it was recorded."""

NOTHING: Final[frozenset[str]] = frozenset()


class Flow:
    """Steps under way.

    Args:
        steps: what to do.
        script: whose parts the steps name.
        stage: what they change.
        pace: seconds before each thing that is said.
        visitor: whom it is for; None for all clients.
        command: what it is the reaction to, if it is to a command.
        claim: gives the earliest occasion of these names that nothing has used yet, if there is one.
    """

    def __init__(
        self,
        steps: tuple[Step, ...],
        script: Script,
        stage: Stage,
        *,
        pace: Pace,
        visitor: AnyVisitor | None,
        command: TaskCommand | None,
        claim: Callable[[Flow], tuple[TaskCommand | None] | None],
    ) -> None:
        self._steps = deque(steps)
        self._script = script
        self._stage = stage
        self._pace = pace
        self._command = command
        self._claim = claim
        self._held: list[Json | bytes] = []
        self._woken = asyncio.Event()
        self.visitor: Final = visitor
        self.awaits = NOTHING
        """Occasions that would make it go on now."""

    def wake(self, command: TaskCommand | None) -> None:
        """Go on: what was awaited has come."""
        self._command, self.awaits = command or self._command, NOTHING
        self._woken.set()

    async def run(self) -> None:
        """Take all steps. There is no other pause between two of them than the pace, which comes before something is
        said: whoever answers what it hears finds the step that awaits the answer."""
        while self._steps:
            step = self._steps.popleft()
            if step.verb in {"event", "message", "frame", "bytes", "queue"}:
                await asyncio.sleep(self._pace if isinstance(self._pace, int | float) else step.after)
            await self._take(step)
        await self._flush()

    async def _take(self, step: Step) -> None:
        match step.verb:
            case "event":
                payload = ["$task"] if step.payload is None else step.payload
                await self._say({"eventName": step.value, "payload": filled_in(payload, self._words())})
            case "message":
                await self._say_in_chat(step)
            case "frame":
                await self._send(step.value)
            case "bytes":
                await self._send(step.value.encode("latin-1"))
            case "task":
                self._stage.turn_to(filled_in(step.value, self._words()))
            case "queue":
                if self._stage.queue_changed(step.value, self._words()):
                    payload = [self._words()["$task"], self._stage.queue]
                    await self._say({"eventName": "queuedMessagesUpdated", "payload": payload})
            case "await":
                await self._wait(step.value)
            case "do":
                self._steps.extendleft(reversed(self._script.parts[step.value]))
                await asyncio.sleep(0)
            case "reading":
                (self._stage.reading.set if step.value else self._stage.reading.clear)()
            case "ack":
                await self._flush()
                for visitor in self._audience():
                    await visitor.greet()
            case "cut" | "end":
                await self._leave(for_good=step.verb == "end")

    def _words(self) -> dict[str, Any]:
        return self._stage.words(self._command)

    def _audience(self) -> list[AnyVisitor]:
        return list(self._stage.visitors) if self.visitor is None else [self.visitor]

    async def _say(self, event: Mapping[str, Any]) -> None:
        await self._send(event_message(event))

    async def _say_in_chat(self, step: Step) -> None:
        words = self._words()
        action, ts = self._stage.stamp(step.alias)
        kind = {"ts": ts, "type": "ask" if "ask" in step.value else "say"}
        change = {"taskId": words["$task"], "action": action, "message": kind | filled_in(step.value, words)}
        await self._say({"eventName": "message", "payload": [change]})

    async def _send(self, words: Json | bytes) -> None:
        if not isinstance(words, bytes):
            encode_frame(words)  # raises for what no wire carries, whether or not anybody is there to hear it
        if self._script.glued:
            self._held.append(words)
            return
        for visitor in self._audience():
            await visitor.say([words])

    async def _flush(self) -> None:
        """Send what is held back in one write and a half."""
        held, self._held = self._held, []
        if held:
            for visitor in self._audience():
                await visitor.say(held, glued=True)

    async def _wait(self, occasions: frozenset[str]) -> None:
        await self._flush()
        self._woken.clear()
        self.awaits = occasions
        if (claimed := self._claim(self)) is not None:
            self.wake(claimed[0])
        while self.awaits:
            await self._woken.wait()

    async def _leave(self, *, for_good: bool) -> None:
        await self._flush()
        for visitor in self._audience():
            await visitor.cut()
        if for_good:
            self._stage.ended.set()
