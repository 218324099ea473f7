"""A live client and a live server as targets: odd messages reach them over a real socket.

The laws of `fuzz.sessions`, and: who else is connected notices nothing, a connection ends only for a frame over the
limit, and is then made again; what is asked meanwhile ends with an answer or one of our errors.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from random import Random
from typing import Any, Final

from rc_ipc import ClientOptions, Gap, IpcClient, IpcError, ServerOptions, connect, serve
from rc_ipc._codec import FRAME_END, FrameSplitter, decode_frame, encode_frame
from rc_ipc._session import ServerSession, event_frame
from rc_types.events import TaskEvent, TaskStarted
from rc_types.ipc import ClientId, ResumeTask, TaskCommand
from rc_types.task import TaskId

from fuzz.sessions import ACK, LIMITS, NOBODY, Broken, command_message

PATIENCE: Final = 50.0
"""Seconds until something that has to happen counts as a hang."""


class LiveTarget:
    """Somebody at the end of a socket, and who talks at them; both in one loop, which runs while a batch is heard."""

    def __init__(self) -> None:
        self.tally: Counter[str] = Counter()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._accidents: list[dict[str, Any]] = []
        self._path = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="rc-fuzz-")), "rc.sock")
        self._runner.get_loop().set_exception_handler(lambda _loop, context: self._accidents.append(context))
        self._runner.run(self._bounded(self._open()))

    def hear(self, texts: Sequence[bytes], chance: Random) -> None:
        """Take frames, each with its end, then a good one."""
        mark = TaskId(f"mark-{chance.getrandbits(64):x}")
        stream = FRAME_END.join(texts) + FRAME_END
        self._runner.run(self._bounded(self._hear(stream, mark)))
        if self._accidents:
            raise Broken(f"an exception that nobody took: {self._accidents}")

    def close(self) -> None:
        """End both."""
        self._runner.run(self._bounded(self._stack.aclose()))
        self._runner.close()

    async def _bounded(self, work: Coroutine[Any, Any, None]) -> None:
        async with asyncio.timeout(PATIENCE):
            await work

    async def _open(self) -> None:
        raise NotImplementedError

    async def _hear(self, stream: bytes, mark: TaskId) -> None:
        raise NotImplementedError


def is_over_limit(stream: bytes) -> bool:
    """Return whether a frame of the stream has to end the connection."""
    return any(len(frame) >= LIMITS.received for frame in stream.split(FRAME_END))


async def answer(command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    """Tell the client that asks for a task that it is there."""
    return TaskStarted.of(command.data) if isinstance(command, ResumeTask) else None


class LiveServer(LiveTarget):
    """A host that hears odd commands; beside it a client that must not notice."""

    async def _open(self) -> None:
        options = ServerOptions(frames=LIMITS)
        self._server = await self._stack.enter_async_context(serve(self._path, answer, options=options))
        self._bystander = await self._stack.enter_async_context(connect(self._path))
        self._events = self._bystander.events()
        self._writer: asyncio.StreamWriter | None = None

    async def _hear(self, stream: bytes, mark: TaskId) -> None:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_unix_connection(self._path)
            self._stack.callback(self._writer.close)
            self._splitter = FrameSplitter()
        self._writer.write(stream + encode_frame(command_message(ResumeTask.of(mark))))
        while not await self._heard(mark):
            if self._reader.at_eof():
                if not is_over_limit(stream):
                    raise Broken("the host closed the connection without need")
                self.tally["closed"] += 1
                self._writer = None
                break
        await self._server.broadcast(TaskStarted.of(mark))
        if await anext(self._events) != TaskStarted.of(mark) or self._bystander.counters.reconnects:
            raise Broken("a client that said nothing odd was disturbed")
        self.tally.update(self._server.counters.ignored)
        self._server.counters.ignored.clear()

    async def _heard(self, mark: TaskId) -> bool:
        with suppress(ConnectionError):
            frames = [decode_frame(frame) for frame in self._splitter.feed(await self._reader.read(65536))]
            self.tally["frames sent back"] += len(frames)
            return any(frame["data"]["data"].get("payload") == [mark] for frame in frames)
        return False


class LiveClient(LiveTarget):
    """A driver that hears odd events, and asks for things meanwhile."""

    async def _open(self) -> None:
        self._arrivals: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        host = await asyncio.start_unix_server(lambda _reader, writer: self._arrivals.put_nowait(writer), self._path)
        self._stack.callback(host.close)
        entering = asyncio.create_task(
            self._stack.enter_async_context(connect(self._path, options=ClientOptions(frames=LIMITS)))
        )
        self._writer = await self._greet()
        self._client: IpcClient = await entering
        self._events = self._client.events()
        self._questions: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "start": lambda: self._client.start("x"),
            "modes": self._client.modes,
            "cancel": lambda: self._client.cancel(within=0.1),
            "resume": lambda: self._client.resume(NOBODY),
            "wait": lambda: self._client.task(NOBODY).wait("accepted"),
            "wait_for": lambda: self._client.wait_for(lambda _event: False, timeout=0.1),
        }
        self._asked: dict[str, asyncio.Task[object]] = {}

    async def _greet(self) -> asyncio.StreamWriter:
        writer = await self._arrivals.get()
        self._stack.callback(writer.close)
        writer.write(ServerSession(ACK, limits=LIMITS).greeting())
        return writer

    async def _hear(self, stream: bytes, mark: TaskId) -> None:
        await self._client.ready()
        self._ask()
        self._writer.write(stream + event_frame(TaskStarted.of(mark), limits=LIMITS))
        greeting = asyncio.create_task(self._greet())
        async for event in self._events:
            self.tally[type(event).__name__] += 1
            if isinstance(event, Gap):
                if not is_over_limit(stream):
                    raise Broken("the client left without need")
                self._writer = await greeting
                break
            if event == TaskStarted.of(mark):
                break
        greeting.cancel()
        self.tally.update(self._client.counters.ignored)
        self._client.counters.ignored.clear()

    def _ask(self) -> None:
        for name, question in self._questions.items():
            asked = self._asked.get(name)
            if asked is not None and not asked.done():
                continue
            if asked is not None:
                failure = asked.exception()
                if failure is not None and not isinstance(failure, IpcError):
                    raise Broken(f"{name} ended with {failure!r}")
                self.tally[f"{name}: {type(failure).__name__ if failure else 'answered'}"] += 1
            self._asked[name] = asyncio.create_task(question())
