"""Prove that a host can be listened to for long: `python tools/soak/ipc.py --node FOLDER --json`.

One host broadcasts numbered events to 20 clients: Python ones in two processes of their own, one of them slow; real
ones in Node, if FOLDER has the peers of tests/peers/node installed; one that leaves at random moments and comes back;
one that never reads. Then it is counted what each of them heard (`soak.deliveries`), and how much memory the host took
for it. Ends with 0 only if nothing was lost, repeated or disordered, the one that never reads was cut off, and memory
stayed within bounds.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # where `soak` and `measuring` are

import argparse
import asyncio
import json
import re
import socket
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack, closing
from dataclasses import asdict
from typing import Any, Final

import structlog
from rc_ipc import IpcServer, ServerOptions, serve
from rc_types.events import TaskEvent
from rc_types.ipc import ClientId, TaskCommand

from measuring import resident
from soak.deliveries import ROUND, Verdict, event, judge
from soak.listeners import ARRIVED

GROWTH: Final = 64 * 1024 * 1024
"""Bytes that the host may grow by: 1,000 frames of 500 bytes for each of 20 clients, and what the interpreter keeps."""

OPTIONS: Final = ServerOptions(slow_consumer="block", send_timeout=10.0, flush_within=60.0)
"""The host waits for who reads, so that no client is too slow; who reads nothing at all for so long is cut off."""

NUMBER: Final = re.compile(rb'"(?:payload":\["|text":"|totalTokensIn":|id":")(\d+)[ ",]')
"""Where a line of a Node peer's log has the number of the event."""

Figures = dict[str, Any]


def main() -> None:
    """Run it and tell."""
    parser = argparse.ArgumentParser(description="Broadcast many events to many clients, and count what arrived.")
    parser.add_argument("--events", type=int, default=200_000, help="how many are broadcast")
    parser.add_argument("--python", type=int, default=15, help="good clients in Python")
    parser.add_argument("--node", type=Path, metavar="FOLDER", help="where the Node peers are installed")
    parser.add_argument("--peers", type=int, default=3, help="good clients in Node, if there is a FOLDER")
    parser.add_argument("--seed", type=int, default=1, help="decides when the wanderer leaves")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    arguments = parser.parse_args()
    departures: list[Figures] = []
    structlog.configure(processors=[keeping(departures)])
    figures = asyncio.run(soak(arguments))
    figures |= departed(departures)
    failures = [what for what, is_so in laws(figures).items() if not is_so]
    if arguments.json:
        print(json.dumps({**figures, "failures": failures}))
    else:
        print("\n".join(f"{name}: {figure}" for name, figure in figures.items()))
    sys.exit("; ".join(failures) or None)


def keeping(departures: list[Figures]) -> structlog.typing.Processor:
    """Return what keeps what the host says about clients that leave; nothing is printed."""

    def keep(_logger: object, _level: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if line["event"] == "ipc.client_left":
            departures.append(dict(line))
        raise structlog.DropEvent

    return keep


async def soak(arguments: argparse.Namespace) -> Figures:
    """Broadcast, and return what was measured and heard."""
    last = -(-arguments.events // ROUND) * ROUND - 1
    peers: int = arguments.peers if arguments.node else 0
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rc-soak-")))
        path = folder / "host.sock"
        server = await stack.enter_async_context(serve(path, ignore, options=OPTIONS))
        halves = arguments.python - arguments.python // 2, arguments.python // 2
        listeners = [
            await start_listeners(
                path, count, last, dawdlers=int(number and count > 1), wanderers=1 - number, seed=arguments.seed
            )
            for number, count in enumerate(halves)
        ]
        nodes = [await start_node(arguments.node, path, folder / f"{number}.log") for number in range(peers)]
        mute = stack.enter_context(closing(socket.socket(socket.AF_UNIX)))
        mute.connect(str(path))
        others = 2  # the wanderer and the mute one
        while len(server.client_ids) < arguments.python + peers + others:  # noqa: ASYNC110 - nobody announces who has come
            await asyncio.sleep(0.01)
        for process in (*listeners, *nodes):
            stack.callback(end, process)
        figures = await broadcast(server, last)
        outputs = [await listener.communicate() for listener in listeners]
        await server.aclose()
        codes = [await node.wait() for node in nodes]
        reports = [json.loads(output.splitlines()[-1]) for output, _ in outputs]
        figures["python"] = [verdict for report in reports for verdict in report["good"]]
        figures["visits"] = total([verdict for report in reports for verdict in report["visits"]])
        figures["node"] = [asdict(judge(numbers_in(folder / f"{n}.log"), range(last + 1))) for n in range(peers)]
        figures["node exit codes"] = codes
        return figures


async def ignore(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    """Do nothing: nobody asks for anything."""
    return None


async def start_listeners(path: Path, good: int, last: int, **more: int) -> asyncio.subprocess.Process:
    """Start Python clients, and return once the good ones listen."""
    program = Path(__file__).with_name("listeners.py")
    options = [f"--{name}={number}" for name, number in {"good": good, "last": last, **more}.items()]
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program), str(path), *options, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    if (line := await process.stdout.readline()).decode().strip() != ARRIVED:
        sys.exit(f"the clients did not start: {line.decode()}")
    return process


async def start_node(folder: Path, path: Path, log: Path) -> asyncio.subprocess.Process:
    """Start a real client that listens, and writes down what it hears."""
    command = ("node", "peer-client.mjs", str(path), "--script", "listen", "--timeout", "3600000")
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=output)


def end(process: asyncio.subprocess.Process) -> None:
    """Kill the process if it is still there."""
    if process.returncode is None:
        process.kill()


async def broadcast(server: IpcServer, last: int) -> Figures:
    """Say everything; return how long that took, and what it did to our memory."""
    before, peak = resident(), 0
    began, used = time.perf_counter(), time.process_time()
    clients = len(server.client_ids)
    for number in range(last + 1):
        await server.broadcast(event(number))
        if number % 1000 == 0:
            peak = max(peak, resident())
    seconds = time.perf_counter() - began
    return {
        "events": last + 1,
        "clients": clients,
        "seconds": round(seconds, 1),
        "seconds of CPU": round(time.process_time() - used, 1),
        "events per second": round((last + 1) / seconds),
        "resident before": before,
        "resident at most": peak,
        "resident after": resident(),
    }


def numbers_in(log: Path) -> list[int]:
    """Return the numbers of the events that a Node peer has heard and found valid."""
    with log.open("rb") as lines:
        heard = (line for line in lines if b'"what":"recv"' in line and b'"TaskEvent"' in line)
        return [int(found[1]) for found in map(NUMBER.search, heard) if found]


def total(verdicts: list[dict[str, int]]) -> dict[str, int]:
    """Return the sum of some verdicts, and how many there were."""
    sums: Counter[str] = Counter({"count": len(verdicts)})
    for verdict in verdicts:
        sums.update(verdict)
    return dict(sums)


def departed(departures: list[Figures]) -> Figures:
    """Return what the host knows about the clients that have left."""
    return {
        "cut off": sum(line["reason"] == "slow_consumer" for line in departures),
        "most frames waiting": max(line["high_water"] for line in departures),
        "coalesced": sum(line["coalesced"] for line in departures),
    }


def laws(figures: Figures) -> dict[str, bool]:
    """Return what must be so."""
    good = [Verdict(**verdict) for verdict in figures["python"] + figures["node"]]
    visits = figures["visits"]
    return {
        "a good client missed something": all(verdict.is_good for verdict in good),
        "the wanderer missed something while it was there": not any(
            visits.get(what) for what in ("lost", "repeated", "disordered")
        ),
        "nobody but the one that never reads may be cut off": figures["cut off"] == 1,
        "a Node peer was not content": not any(figures["node exit codes"]),
        "the host grew too much": figures["resident at most"] - figures["resident before"] <= GROWTH,
        "a queue was longer than its limit": figures["most frames waiting"] <= OPTIONS.queue.frames,
        "no good client was slow enough to have something coalesced": any(verdict.coalesced for verdict in good),
        "what was missed is more than what was coalesced": figures["coalesced"] >= sum(each.coalesced for each in good),
    }


if __name__ == "__main__":
    main()
