"""One side of a conversation that `ipc.py` measures: `python ipc_sides.py KIND ROLE ADDRESS EVENTS COUNT`.

Kinds: `ours` is rc-ipc between Python programs, `mannered` the same with the manners that Node needs, `asyncio` plain
streams that carry the same bytes unread, `pyzmq` plain sockets likewise.
Roles: `serve` answers questions and floods when told to; `flood` and `ping` are its clients, who print their seconds:
from the first event to the last, or for all questions in turn.
"""

import sys

sys.path.append(sys.path.pop(0))  # the folder of this file holds a `types`, which is somebody else's name

import argparse
import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import zmq
import zmq.asyncio
from rc_ipc import Pace, ServerOptions, connect, serve
from rc_types.events import CommandsResponse, MalformedTaskEvent, TaskEvent, UnknownTaskEvent, task_event
from rc_types.ipc import ClientId, GetCommands, SendMessage, TaskCommand

GO: Final = b"go"
NO_PAUSES: Final = Pace(pause=0)
ANSWER: Final = b'{"eventName":"commandsResponse","payload":[[]]}'


def main() -> None:
    """Play the part that the arguments name."""
    parser = argparse.ArgumentParser(description="Measure one side of a conversation.")
    parser.add_argument("kind", choices=sorted({kind for kind, _ in PARTS}))
    parser.add_argument("role", choices=sorted({role for _, role in PARTS}))
    parser.add_argument("address")
    parser.add_argument("events", type=Path, help="a file with one event on each line")
    parser.add_argument("count", type=int)
    given = parser.parse_args()
    part = PARTS[given.kind, given.role]
    value = asyncio.run(part(given.address, given.events.read_bytes().splitlines(), given.count))
    if value is not None:
        print(json.dumps({"value": value}))


async def told_to_stop() -> None:
    """Say that we can be talked to; return when the measuring program has had enough."""
    print("listening", flush=True)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


def frame(event: bytes) -> bytes:
    """Return what carries an event on a stream."""
    return b'{"type":"message","data":{"type":"TaskEvent","origin":"server","data":' + event + b"}}\x0c"


def repeated(events: list[bytes], count: int) -> Iterator[bytes]:
    """Return so many events, over and over."""
    return islice(cycle(events), count)


# rc-ipc


async def our_host(address: str, events: list[bytes], count: int, *, pace: Pace = NO_PAUSES) -> None:
    """Serve with rc-ipc; every event is encoded when it is sent."""
    known = [task_event.from_json(event) for event in events]
    flooding: set[asyncio.Task[None]] = set()

    async def flood() -> None:
        for event in islice(cycle(known), count):
            await server.broadcast(event)

    async def handle(command: TaskCommand, _client_id: ClientId) -> TaskEvent | None:
        if isinstance(command, GetCommands):
            return CommandsResponse.of([])
        flooding.add(asyncio.create_task(flood()))
        return None

    async with serve(address, handle, options=ServerOptions(slow_consumer="block", pace=pace)) as server:
        await told_to_stop()


async def our_reader(address: str, _events: list[bytes], count: int) -> float:
    """Read events with rc-ipc."""
    async with connect(address) as host, host.events() as heard:
        await host.send(SendMessage.of("go"))
        number, began = 0, 0.0
        async for event in heard:
            if isinstance(event, UnknownTaskEvent | MalformedTaskEvent):
                raise SystemExit(f"not understood: {event}")
            began = began or perf_counter()
            number += 1
            if number == count:
                break
        return perf_counter() - began


async def our_asker(address: str, _events: list[bytes], count: int) -> float:
    """Ask with rc-ipc."""
    async with connect(address) as host:
        await host.commands()
        began = perf_counter()
        for _ in range(count):
            await host.commands()
        return perf_counter() - began


# asyncio's streams


async def plain_host(address: str, events: list[bytes], count: int) -> None:
    """Serve with asyncio's streams; the frames are ready."""
    frames = [frame(event) for event in events]
    answer = frame(ANSWER)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                if GO in await reader.readuntil(b"\x0c"):
                    for each in repeated(frames, count):
                        writer.write(each)
                        await writer.drain()
                else:
                    writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async with await asyncio.start_unix_server(serve, address):
        await told_to_stop()


async def plain_reader(address: str, _events: list[bytes], count: int) -> float:
    """Cut frames with asyncio's streams, and look into none."""
    reader, writer = await asyncio.open_unix_connection(address)
    writer.write(GO + b"\x0c")
    await reader.readuntil(b"\x0c")
    began = perf_counter()
    for _ in range(count - 1):
        await reader.readuntil(b"\x0c")
    writer.close()
    return perf_counter() - began


async def plain_asker(address: str, _events: list[bytes], count: int) -> float:
    """Ask with asyncio's streams."""
    reader, writer = await asyncio.open_unix_connection(address)
    began = perf_counter()
    for _ in range(count):
        writer.write(b'{"type":"message","data":{"commandName":"GetCommands"}}\x0c')
        await reader.readuntil(b"\x0c")
    writer.close()
    return perf_counter() - began


# pyzmq's sockets


@asynccontextmanager
async def zmq_socket(kind: int) -> AsyncGenerator[zmq.asyncio.Socket]:
    """Give a socket of pyzmq's asyncio, with nothing of it left afterwards."""
    with zmq.asyncio.Context() as context, context.socket(kind) as socket:
        socket.linger = 0
        socket.sndhwm = 0  # a ROUTER drops what is too much
        yield socket


async def send(socket: zmq.asyncio.Socket, *parts: bytes) -> None:
    """Send a message in these parts."""
    await socket.send_multipart(parts)  # pyright: ignore[reportUnknownMemberType] - pyzmq's parameter is untyped


async def zmq_host(address: str, events: list[bytes], count: int) -> None:
    """Serve with a ROUTER; the bodies are ready."""
    bodies = [b'{"type":"TaskEvent","origin":"server","data":' + event + b"}" for event in events]

    async def serve(socket: zmq.asyncio.Socket) -> None:
        while True:
            peer, *parts = await socket.recv_multipart()
            if GO not in parts[-1]:
                await send(socket, peer, b"RCIPC/1", b"RESULT", parts[2], b'{"value":[]}')
                continue
            for body in repeated(bodies, count):
                await send(socket, peer, b"RCIPC/1", b"EVENT", b"", body)

    async with zmq_socket(zmq.ROUTER) as socket:
        socket.bind(address.removeprefix("zmq+"))
        serving = asyncio.create_task(serve(socket))
        await told_to_stop()
        serving.cancel()


async def zmq_reader(address: str, _events: list[bytes], count: int) -> float:
    """Take messages with a DEALER, and look into none."""
    async with zmq_socket(zmq.DEALER) as socket:
        socket.connect(address.removeprefix("zmq+"))
        await send(socket, b"RCIPC/1", b"COMMAND", b"", GO)
        await socket.recv_multipart()
        began = perf_counter()
        for _ in range(count - 1):
            await socket.recv_multipart()
        return perf_counter() - began


async def zmq_asker(address: str, _events: list[bytes], count: int) -> float:
    """Ask with a DEALER."""
    async with zmq_socket(zmq.DEALER) as socket:
        socket.connect(address.removeprefix("zmq+"))
        began = perf_counter()
        for _ in range(count):
            await send(socket, b"RCIPC/1", b"COMMAND", bytes(16), b'{"commandName":"GetCommands"}')
            await socket.recv_multipart()
        return perf_counter() - began


Part = Callable[[str, list[bytes], int], Coroutine[Any, Any, float | None]]

PARTS: Final[dict[tuple[str, str], Part]] = {
    ("ours", "serve"): our_host,
    ("ours", "flood"): our_reader,
    ("ours", "ping"): our_asker,
    ("mannered", "serve"): partial(our_host, pace=Pace()),
    ("mannered", "flood"): our_reader,
    ("mannered", "ping"): our_asker,
    ("asyncio", "serve"): plain_host,
    ("asyncio", "flood"): plain_reader,
    ("asyncio", "ping"): plain_asker,
    ("pyzmq", "serve"): zmq_host,
    ("pyzmq", "flood"): zmq_reader,
    ("pyzmq", "ping"): zmq_asker,
}

if __name__ == "__main__":
    main()
