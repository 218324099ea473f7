"""A bad way between a client and its host: a proxy for Unix sockets that does to the bytes what it is told."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Literal

Ending = Literal["close", "half-close"]
"""How a connection is cut: for both, or only for who listens, while who speaks is still listened to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What happens to the bytes in one direction of one connection."""

    cut_at: int | None = None
    """Bytes that arrive before the cut; None for no cut."""
    ending: Ending = "close"
    pieces: tuple[int, ...] = ()
    """Sizes in which the bytes go on, again and again; as they come if there are none."""
    pause: float = 0.0
    """Seconds between two pieces."""
    hold: int = 0
    """Bytes that are held back until so many are there, or until nothing comes for a moment: glued frames."""
    stutter: tuple[int, int] | None = None
    """Where to repeat how many of the last bytes."""
    deaf: bool = False
    """Whether nothing is read, so that who speaks is reset when the connection ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What happens to one connection."""

    to_client: Way = Way()
    to_host: Way = Way()


@dataclass
class Proxy:
    """A running proxy.

    Args:
        back: where the host listens.
        fate: tells what happens to the connection of that number, from 0.
        turn: waited for before the connection of that number is made at the host.
    """

    back: Path
    fate: Callable[[int], Fate]
    turn: Callable[[int], Awaitable[None]]
    connections: int = 0
    passed: dict[str, int] = field(default_factory=lambda: {"to_client": 0, "to_host": 0})
    """Bytes that went through, over all connections."""
    carried: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def sever(self) -> None:
        """End all connections."""
        for task in self.carried:
            task.cancel()

    async def welcome(self, listener: socket.socket) -> None:
        """Carry whoever comes."""
        while True:
            near, _ = await asyncio.get_running_loop().sock_accept(listener)
            task = asyncio.create_task(self.carry(near))
            self.carried.add(task)
            task.add_done_callback(self.carried.discard)

    async def carry(self, near: socket.socket) -> None:
        """Carry one connection to its end."""
        number = self.connections
        self.connections += 1
        loop = asyncio.get_running_loop()
        with closing(near), closing(socket.socket(socket.AF_UNIX)) as far:
            far.setblocking(False)
            await self.turn(number)
            try:
                await loop.sock_connect(far, str(self.back))
            except OSError:
                return
            fate = self.fate(number)
            ways = [
                asyncio.create_task(self._pass_on(far, near, "to_client", fate.to_client)),
                asyncio.create_task(self._pass_on(near, far, "to_host", fate.to_host)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)

    async def _pass_on(self, source: socket.socket, sink: socket.socket, direction: str, way: Way) -> None:
        """Return when the connection has to end, which the caller then does."""
        loop = asyncio.get_running_loop()
        gone = 0
        if way.deaf:
            await asyncio.Event().wait()
        with suppress(OSError):
            while chunk := await self._read(source, way):
                for piece in _pieces(_stuttered(chunk, way.stutter, gone), way.pieces):
                    room = len(piece) if way.cut_at is None else way.cut_at - gone
                    await loop.sock_sendall(sink, piece[:room])
                    gone += len(piece[:room])
                    self.passed[direction] += len(piece[:room])
                    if gone == way.cut_at:
                        await self._cut(source, sink, way.ending)
                        return
                    await asyncio.sleep(way.pause)

    async def _read(self, source: socket.socket, way: Way) -> bytes:
        loop = asyncio.get_running_loop()
        chunk = await loop.sock_recv(source, 65536)
        with suppress(TimeoutError):
            while chunk and len(chunk) < way.hold:
                async with asyncio.timeout(0.01):
                    more = await loop.sock_recv(source, 65536)
                if not more:
                    break
                chunk += more
        return chunk

    async def _cut(self, source: socket.socket, sink: socket.socket, ending: Ending) -> None:
        if ending == "half-close":
            sink.shutdown(socket.SHUT_WR)
            while await asyncio.get_running_loop().sock_recv(source, 65536):
                pass  # who speaks is heard, but nobody hears what was said


def _stuttered(chunk: bytes, stutter: tuple[int, int] | None, gone: int) -> bytes:
    """Return the bytes of the stream from `gone` on, some of them twice."""
    if stutter is None or not gone < stutter[0] <= gone + len(chunk):
        return chunk
    at = stutter[0] - gone
    return chunk[:at] + chunk[max(0, at - stutter[1]) : at] + chunk[at:]


def _pieces(chunk: bytes, sizes: tuple[int, ...]) -> Iterator[bytes]:
    at = 0
    for size in cycle(sizes or (len(chunk),)):
        if at >= len(chunk):
            return
        yield chunk[at : at + size]
        at += size


async def _at_once(_number: int) -> None:
    """Wait for nothing."""


@asynccontextmanager
async def proxying(
    front: Path,
    back: Path,
    fate: Callable[[int], Fate] = lambda _number: Fate(),
    turn: Callable[[int], Awaitable[None]] = _at_once,
) -> AsyncGenerator[Proxy]:
    """Carry whoever connects to `front` to `back` until the block ends."""
    proxy = Proxy(back, fate, turn)
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.setblocking(False)
        listener.bind(str(front))
        listener.listen(100)
        welcoming = asyncio.create_task(proxy.welcome(listener))
        try:
            yield proxy
        finally:
            tasks = [welcoming, *proxy.carried]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            front.unlink()  # noqa: ASYNC240 - takes no time
