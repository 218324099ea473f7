"""What rc-ipc costs by itself: `python ipc_alone.py WHAT EVENTS` prints one value, in the unit that `ipc.py` names."""

import sys

sys.path[0] += "/.."  # where `measuring` is; and not the folder of this file, whose `types` is somebody else's name

import argparse
import asyncio
import json
import resource
import socket
import tempfile
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Final

from rc_ipc import IpcClient, IpcServer, ServerOptions, connect, serve
from rc_ipc._codec import FrameSplitter
from rc_types.events import task_event
from rc_types.ipc import ClientId, TaskCommand

from measuring import resident

IDLE: Final = 1_000
"""Clients that say nothing."""


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description="Measure what rc-ipc costs by itself.")
    parser.add_argument("what", choices=MEASURES)
    parser.add_argument("events", type=Path, help="a file with one event on each line")
    given = parser.parse_args()
    value = asyncio.run(MEASURES[given.what](given.events.read_bytes().splitlines()))
    print(json.dumps({"value": value}))


async def late(events: list[bytes]) -> float:
    """Return the milliseconds within which 99 of 100 events arrive, if one thousandth of a second brings ten."""
    known = cycle([task_event.from_json(event) for event in events])
    sent: list[float] = []
    late: list[float] = []
    async with a_pair() as (host, server), host.events() as heard:

        async def speak() -> None:
            began = perf_counter()
            for tick in range(3_000):
                await asyncio.sleep(max(0.0, began + tick / 1000 - perf_counter()))
                for event in islice(known, 10):
                    sent.append(perf_counter())
                    await server.broadcast(event)

        speaking = asyncio.create_task(speak())
        async for _ in heard:
            late.append(perf_counter() - sent[len(late)])
            if len(late) == 30_000:
                break
        await speaking
    return 1000 * quantiles(late, n=100)[-1]


async def frame(_events: list[bytes]) -> float:
    """Return how much longer a frame of 64 MiB takes than four times one of 16 MiB, in chunks of 64 KiB."""

    def seconds(size: int) -> float:
        chunk, splitter = bytes(range(13, 77)) * 1024, FrameSplitter(max_frame=size + 1)
        began = perf_counter()
        for _ in range(size // len(chunk)):
            assert not list(splitter.feed(chunk))
        assert [len(frame) for frame in splitter.feed(b"\x0c")] == [size]
        return perf_counter() - began

    return median(seconds(1 << 26) / seconds(1 << 24) / 4 for _ in range(5))


async def idle_memory(_events: list[bytes]) -> float:
    """Return the kilobytes of each of so many clients that say nothing."""
    async with idle_clients(IDLE) as grown:
        return grown / IDLE


async def idle_work(_events: list[bytes]) -> float:
    """Return the milliseconds of CPU time a second that so many clients cost who say nothing."""
    async with idle_clients(IDLE):
        began = process_time()
        await asyncio.sleep(5)
        return 1000 * (process_time() - began) / 5


@asynccontextmanager
async def a_pair() -> AsyncGenerator[tuple[IpcClient, IpcServer]]:
    """Give a client and a server in this process, at a socket."""
    with tempfile.TemporaryDirectory() as folder:
        async with serve(f"{folder}/s", silent) as server, connect(f"{folder}/s") as host:
            yield host, server


@asynccontextmanager
async def idle_clients(count: int) -> AsyncGenerator[float]:
    """Serve so many clients that say nothing; give the kilobytes by which that made this process larger."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (5 * count, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as clients:
        options = ServerOptions(max_clients=2 * count)
        async with serve(f"{folder}/s", silent, options=options):

            async def come(number: int) -> float:
                for _ in range(number):
                    client = clients.enter_context(socket.socket(socket.AF_UNIX))
                    client.setblocking(False)
                    client.connect(f"{folder}/s")
                    await asyncio.get_running_loop().sock_recv(client, 1000)
                return resident() / 1024

            before = await come(count)  # the first ones make everything that is made once
            yield await come(count) - before


async def silent(_command: TaskCommand, _client_id: ClientId) -> None:
    """Be a host that does nothing."""


MEASURES: Final = {"late": late, "frame": frame, "idle memory": idle_memory, "idle work": idle_work}

if __name__ == "__main__":
    main()
