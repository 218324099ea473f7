"""A short conversation that touches everything, and the laws that hold whatever happens to its bytes."""

import asyncio
import gc
import itertools
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rc_ipc import (
    AnyTaskEvent,
    ClientOptions,
    ConnectionLostError,
    Gap,
    IpcClient,
    IpcError,
    IpcServer,
    NotConnectedError,
    RequestTimeoutError,
    ServerOptions,
    Subscription,
    TaskStartError,
    connect,
    serve,
)
from rc_types.events import Message, ModeInfo, ModesResponse, TaskCreated, TaskEvent, TaskStarted
from rc_types.ipc import ClientId, GetModes, SendMessage, StartNewTask, TaskCommand
from rc_types.message import ClineMessage
from rc_types.task import TaskId
from structlog.testing import capture_logs

from .proxy import Proxy

PATIENCE: Final = 40.0
"""Seconds after which waiting has become a hang, on a machine that does much else."""

LOST: Final = (ConnectionLostError, NotConnectedError)
"""What a request may end with when its connection ends."""

UNHEARD: Final = (*LOST, RequestTimeoutError, TaskStartError)
"""What it may end with when words change on the way."""

PROMPT: Final = "Naïve 😀\f"

OPTIONS: Final = ClientOptions(handshake_timeout=PATIENCE, ready_within=PATIENCE)

IMPATIENT: Final = ClientOptions(handshake_timeout=0.5, ready_within=PATIENCE)
"""For ways that damage the greeting and leave the connection."""


@dataclass
class Host:
    """A host that remembers what it said and what it was told."""

    said: list[TaskEvent] = field(default_factory=list[TaskEvent])
    """What was broadcast."""
    told: list[TaskCommand] = field(default_factory=list[TaskCommand])
    """The commands, but for queries."""
    server: IpcServer | None = None
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def __call__(self, command: TaskCommand, client_id: ClientId, /) -> TaskEvent | None:
        """Act as a host does; a query is answered with the asker's name."""
        if isinstance(command, GetModes):
            return ModesResponse.of([ModeInfo(slug=client_id, name="")])
        self.told.append(command)
        if isinstance(command, StartNewTask):
            task_id = self.new_id()
            prompt = ClineMessage(ts=1, type="say", say="text", text=command.data.text)
            await self.say(TaskCreated.of(task_id))
            await self.say(Message.of(task_id, "created", prompt))
        return None

    def new_id(self) -> TaskId:
        """Return an id that nothing else has."""
        return TaskId(f"t-{next(self.numbers)}")

    async def say(self, event: TaskEvent) -> None:
        """Broadcast the event."""
        assert self.server is not None
        self.said.append(event)
        await self.server.broadcast(event)


def open_descriptors() -> int:
    """Return how many descriptors this process has open."""
    return len(list(Path("/dev/fd").iterdir()))


@asynccontextmanager
async def nothing_left() -> AsyncGenerator[None]:
    """Check that the block leaves no task, no descriptor, and no error in the log."""
    gc.collect()
    tasks, descriptors = asyncio.all_tasks(), open_descriptors()
    with capture_logs() as logs:
        yield
    gc.collect()
    assert asyncio.all_tasks() == tasks
    assert open_descriptors() == descriptors
    assert [line for line in logs if line["log_level"] in {"error", "critical"}] == []


@asynccontextmanager
async def hosting(path: Path, options: ServerOptions | None = None) -> AsyncGenerator[Host]:
    """Run a host until the block ends."""
    host = Host()
    async with serve(path, host, options=options) as host.server:
        yield host


def check_delivery(heard: Sequence[AnyTaskEvent | Gap], host: Host) -> None:
    """Assert that no command arrived twice; no event twice, out of order, in part, or was left out between two gaps."""
    assert len(host.told) == len({type(command) for command in host.told}), "a command arrived twice"
    said = host.said
    position = -1
    is_first = True
    for event in heard:
        if isinstance(event, Gap):
            is_first = True
        elif not isinstance(event, ModesResponse):
            assert event in said, f"{event} was never said"
            found = said.index(event)
            assert found > position if is_first else found == position + 1
            position, is_first = found, False


async def converse(
    proxy: Proxy,
    host: Host,
    front: Path,
    *,
    within: float = PATIENCE,
    failures: tuple[type[IpcError], ...] = LOST,
    options: ClientOptions = OPTIONS,
) -> list[AnyTaskEvent | Gap]:
    """Let a client do everything once on a bad way, then wait until it is well again; return what it heard.

    Asserts what does not depend on how the way is bad: every request ends, with what was asked or one of these
    failures; each connection after the first leaves one gap; in the end everything works again.
    """
    async with connect(front, options=options) as client, client.events() as events:
        outcomes = await asyncio.gather(
            client.modes(within=within),
            client.start(PROMPT, within=within),
            client.send(SendMessage.of("go on")),
            *(host.say(TaskStarted.of(host.new_id())) for _ in range(2)),
            return_exceptions=True,
        )
        for outcome in outcomes:
            assert not isinstance(outcome, BaseException) or isinstance(outcome, failures), outcome
        heard = await until_well(client, host, events, within=within, failures=failures)
        gaps = [event for event in heard if isinstance(event, Gap)]
        assert all(one.new_client_id == following.old_client_id for one, following in itertools.pairwise(gaps))
        assert len(gaps) < proxy.connections
    return heard


async def until_well(
    client: IpcClient,
    host: Host,
    events: Subscription[AnyTaskEvent],
    *,
    within: float = PATIENCE,
    failures: tuple[type[IpcError], ...] = LOST,
) -> list[AnyTaskEvent | Gap]:
    """Return what is heard up to an event that is said once a question has been answered."""
    heard: list[AnyTaskEvent | Gap] = []
    while True:
        try:
            await client.ready(within=PATIENCE)
            await client.modes(within=within)
        except failures:
            continue
        last = TaskStarted.of(host.new_id())
        await host.say(last)
        with suppress(TimeoutError):  # the last word may have been damaged, or lost with its connection
            async with asyncio.timeout(within):
                async for event in events:
                    heard.append(event)
                    if event == last:
                        return heard
                    if isinstance(event, Gap):
                        break
