"""A host that does what a script says, over any transport. It may misbehave, so it does not stand on `IpcServer`."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar, overload

from rc_types import InvalidWireError
from rc_types.ipc import TaskCommandName, task_command

from rc_ipc._client_options import ClientOptions
from rc_ipc._connect import connecting
from rc_ipc._log import log
from rc_ipc._session import Ignored
from rc_ipc.testing._entrance import StreamEntrance, open_entrance
from rc_ipc.testing._flow import Flow, Pace
from rc_ipc.testing._memory import ENDPOINT, MemoryListener
from rc_ipc.testing._speech import QUERIES
from rc_ipc.testing._stage import Stage

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncGenerator, Coroutine

    from rc_types.ipc import ClientId, TaskCommand

    from rc_ipc._client import IpcClient
    from rc_ipc._curve import CurveServer
    from rc_ipc._session import Received
    from rc_ipc.testing._entrance import AnyVisitor, Entrance
    from rc_ipc.testing._script import Rule, Script


C = TypeVar("C")

UNCLAIMED: Final = 64
"""Occasions without a rule that are kept for a step that will await them; the oldest gives way."""

OPENING: Final = frozenset({TaskCommandName.START_NEW_TASK, TaskCommandName.RESUME_TASK})
"""Commands whose outcome is a task, on a wire that has a word for outcomes."""

UNREAD: Final = 1000
"""Commands that are kept for `heard`; the oldest gives way."""


class _Occasion(NamedTuple):
    name: str
    visitor: AnyVisitor | None
    command: TaskCommand | None


class ScriptedHost:
    """A host under the direction of a script; made by `scripted_host` and `scripted_pair`.

    Attributes:
        endpoint: its address, with the port that the system chose.
        dropped: how often something came that the script has no use for, by reason.
        ended: set once the script has taken the step `end`, or could not take a step.
    """

    def __init__(self, entrance: Entrance, script: Script, *, pace: Pace) -> None:
        self.endpoint: Final = entrance.endpoint
        self.dropped: Final[Counter[str]] = Counter()
        self._entrance = entrance
        self._script = script
        self._pace: Pace = pace
        self._stage = Stage(script)
        self.ended: Final = self._stage.ended
        self._used: Counter[int] = Counter()
        self._unclaimed: deque[_Occasion] = deque()
        self._flows: dict[asyncio.Task[None], Flow] = {}
        self._leading: asyncio.Task[None] | None = None
        self._unread: deque[TaskCommand] = deque()
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[BaseException] = []
        self._accepting = self._start(self._accept())
        self._start(self._retire())

    @property
    def clients(self) -> tuple[ClientId, ...]:
        """The clients that are connected, in the order in which they came."""
        return tuple(visitor.client_id for visitor in self._stage.visitors)

    async def joined(self, number: int) -> None:
        """Wait until at least so many clients are connected."""
        while len(self._stage.visitors) < number:
            self._changed.clear()
            await self._changed.wait()

    @overload
    async def heard(self) -> TaskCommand: ...
    @overload
    async def heard(self, kind: type[C]) -> C: ...
    async def heard(self, kind: type[object] = object) -> object:
        """Return the next command of the kind, or of any, that no earlier call has returned; waits for it."""
        while True:
            for command in self._unread:
                if isinstance(command, kind):
                    self._unread.remove(command)
                    return command
            self._changed.clear()
            await self._changed.wait()

    async def aclose(self) -> None:
        """End all that is under way and close everything; safe to call twice.

        Raises what a step failed with, such as FrameTooLargeError.
        """
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._entrance.aclose()
        if self._failures:
            raise self._failures.pop()

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name="rc-ipc-script")
        self._tasks.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._flows.pop(task, None)
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)
            self.ended.set()

    async def _accept(self) -> None:
        await self._occur(_Occasion("start", None, None))
        while True:
            self._start(self._receive(await self._entrance.accept()))

    async def _retire(self) -> None:
        await self.ended.wait()
        self._accepting.cancel()
        await asyncio.wait({self._accepting})
        await self._entrance.aclose()

    async def _receive(self, visitor: AnyVisitor) -> None:
        self._stage.visitors.append(visitor)
        self._changed.set()
        log.info("ipc.script_client", client_id=visitor.client_id)

        async def hear(received: Received | Ignored) -> None:
            if isinstance(received, Ignored):
                self._drop(received.reason)
            else:
                await self._obey(received, visitor)

        if self._script.greets:
            await visitor.greet()
        await self._occur(_Occasion("connect", visitor, None))
        try:
            await visitor.converse(hear, self._stage.reading)
        finally:
            self._stage.visitors.remove(visitor)

    async def _obey(self, received: Received, visitor: AnyVisitor) -> None:
        command = received.command
        name = TaskCommandName(command.command_name)
        if name not in self._script.knows or not self._is_valid(command):
            self._drop("unknown_to_this_host", name)
            await visitor.refuse(received)
            return
        log.info("ipc.script_command", client_id=visitor.client_id, command=name)
        self._unread.append(command)
        if len(self._unread) > UNREAD:
            self._drop("unread", self._unread.popleft().command_name)
        self._changed.set()
        await visitor.accept(received)
        if name in QUERIES and QUERIES[name][0] in self._script.answers:
            await visitor.answer(received, self._script.answers[QUERIES[name][0]])
        else:
            await self._occur(_Occasion(name, visitor, command))
            await visitor.obey(received, self._stage.tasks[-1] if name in OPENING and self._stage.tasks else None)

    def _is_valid(self, command: TaskCommand) -> bool:
        try:
            task_command.from_wire(command.to_wire(), flavor=self._script.flavor)
        except InvalidWireError:
            return False
        return True

    async def _occur(self, occasion: _Occasion) -> None:
        """Let go on what awaits this; else take the first rule for it; else keep it for a step to come."""
        for flow in self._flows.values():
            if occasion.name in flow.awaits and flow.visitor in {None, occasion.visitor}:
                flow.wake(occasion.command)
                return
        rule = self._rule_for(occasion)
        if rule is None:
            self._unclaimed.append(occasion)
            if len(self._unclaimed) > UNCLAIMED:
                self._drop("unclaimed", self._unclaimed.popleft().name)
            return
        if occasion.name != "connect" and not rule.beside:
            await self._interrupt()
        flow = Flow(
            rule.steps,
            self._script,
            self._stage,
            pace=self._pace,
            visitor=occasion.visitor if occasion.name == "connect" else None,
            command=occasion.command,
            claim=self._claim,
        )
        task = self._start(flow.run())
        self._flows[task] = flow
        if occasion.name != "connect" and not rule.beside:
            self._leading = task
        await asyncio.sleep(0)  # what comes next finds done whatever the rule does before it says something

    def _rule_for(self, occasion: _Occasion) -> Rule | None:
        data = self._stage.words(occasion.command)["$data"]
        for at, rule in enumerate(self._script.rules):
            if (
                rule.on == occasion.name
                and rule.task in {None, bool(self._stage.tasks)}
                and rule.data in {None, data}
                and self._used[at] < rule.times
            ):
                self._used[at] += 1
                return rule
        return None

    async def _interrupt(self) -> None:
        if self._leading is not None:
            self._leading.cancel()
            with suppress(asyncio.CancelledError):
                await self._leading

    def _claim(self, flow: Flow) -> tuple[TaskCommand | None] | None:
        for occasion in self._unclaimed:
            if occasion.name in flow.awaits and flow.visitor in {None, occasion.visitor}:
                self._unclaimed.remove(occasion)
                return (occasion.command,)
        return None

    def _drop(self, reason: str, name: str = "") -> None:
        self.dropped[reason] += 1
        log.info("ipc.script_dropped", reason=reason, occasion=name)


@asynccontextmanager
async def scripted_host(
    address: str | os.PathLike[str],
    script: Script,
    *,
    pace: Pace = 0.0,
    curve: CurveServer | None = None,
    insecure: bool = False,
) -> AsyncGenerator[ScriptedHost]:
    """Be the host of a script at `address` until the block ends.

    Over ZeroMQ each command has an outcome, too: for a query what the script answers; else null, or the task that is
    then in front; for one that the host does not know `unknown_command`. What is to go in pieces or glued goes whole.

    Args:
        address: as `rc_ipc.serve` takes it.
        script: from `behaviour`, `read_script` or `script_from_toml`.
        pace: seconds before each thing that the host says; `recorded` for the pauses of a recorded session.
        curve: keys for ZeroMQ; needed for `zmq+tcp`.
        insecure: do without them on the loopback interface.

    Raises AddressInUseError, PermissionDeniedError or AddressError if the address cannot be had.
    """
    host = ScriptedHost(open_entrance(address, script, curve=curve, insecure=insecure), script, pace=pace)
    try:
        yield host
    finally:
        await host.aclose()


@asynccontextmanager
async def scripted_pair(
    script: Script, *, client: ClientOptions | None = None
) -> AsyncGenerator[tuple[IpcClient, ScriptedHost]]:
    """Give a client that is ready and the scripted host it talks to, without a socket."""
    listener = MemoryListener()
    host = ScriptedHost(StreamEntrance(listener, ENDPOINT, pieces=script.pieces), script, pace=0.0)
    try:
        async with connecting(listener.dial, address=ENDPOINT, options=client or ClientOptions()) as guest:
            yield guest, host
    finally:
        await host.aclose()
