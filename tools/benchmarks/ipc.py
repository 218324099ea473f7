"""How fast rc-ipc talks, beside others that carry the same events: `python tools/benchmarks/ipc.py`.

Host and client are processes of their own; all kinds take turns, round after round, and a figure is the median. The
others are rc-ipc with the manners that Node needs (`mannered`), node-ipc with upstream's schemas (`ipc_node.mjs`),
asyncio's streams and pyzmq's sockets, which do not look into what they carry (`ipc_sides.py`). Without Node, what is
compared with it is left open. The last line is one JSON object with the goals.
"""

import sys

sys.path[0] += "/.."  # where `measuring` is; and not the folder of this file, whose `types` is somebody else's name

import argparse
import json
import shutil
import subprocess
import tempfile
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, Final

from measuring import environment, goal, node_folder

HERE: Final = Path(__file__).parent
NODE: Final = [shutil.which("node") or "node", str(HERE / "ipc_node.mjs")]
OURS: Final = [sys.executable, str(HERE / "ipc_sides.py")]
ALONE: Final = [sys.executable, str(HERE / "ipc_alone.py")]

SIDES: Final = {
    "rc-ipc": ([*OURS, "ours"], "{}/s"),
    "mannered": ([*OURS, "mannered"], "{}/s"),
    "node-ipc": (NODE, "{}/s"),
    "asyncio": ([*OURS, "asyncio"], "{}/s"),
    "rc-ipc zmq": ([*OURS, "ours"], "zmq+ipc://{}/s"),
    "pyzmq": ([*OURS, "pyzmq"], "zmq+ipc://{}/s"),
}
"""How each kind is started, and where its host is, given a folder."""

GOALS: Final = {
    "events, times node-ipc": (5.0, "times"),
    "events, of asyncio's": (0.5, "times"),
    "questions, times node-ipc": (1.0, "times"),
}
"""What comparisons have to reach."""

BOUNDS: Final = {
    "late": (5.0, "ms", "99th percentile of delivery at 10,000 events a second, all on one core"),
    "frame": (1.5, "times", "64 MiB frame, over four times one of 16 MiB"),
    "idle memory": (100.0, "kB", "each of 1,000 idle clients"),
    "idle work": (1.0, "ms", "CPU time a second for 1,000 idle clients"),
}
"""What may not be exceeded."""


def main() -> None:
    """Measure, tell, and end with the line of goals."""
    parser = argparse.ArgumentParser(description="Measure how fast rc-ipc talks, beside node-ipc, asyncio and pyzmq.")
    parser.add_argument("--rounds", type=int, default=7, help="how often every kind takes its turn")
    parser.add_argument("--events", type=int, default=50_000, help="events of one turn")
    parser.add_argument("--questions", type=int, default=3_000, help="questions of one turn, one after the other")
    given = parser.parse_args()
    node = node_folder()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "events.jsonl"
        file.write_text("".join(f"{json.dumps(event, separators=(',', ':'))}\n" for event in session(100)))
        kinds = [kind for kind in SIDES if node is not None or kind != "node-ipc"]
        rates = {
            part: race(part, kinds, folder, node, count, given.rounds)
            for part, count in {"flood": given.events, "ping": given.questions}.items()
        }
        bounds = {name: median(alone(name, file) for _ in range(3)) for name in BOUNDS}
    goals = {name: compared(name, rates) for name in GOALS}
    goals |= {
        name: goal(bounds[name], bound, unit, met=bounds[name] <= bound) for name, (bound, unit, _) in BOUNDS.items()
    }
    tell(rates, bounds)
    print(json.dumps({"goals": goals, "environment": {**environment(), "rounds": given.rounds}}))


def session(count: int) -> list[dict[str, Any]]:
    """Return what a host says while a text grows: messages of 200 to 700 bytes, none of which may be left out."""
    words = cycle(["the", "host", "reads", "a", "file", "and", "says", "what", "it", "has", "found", "in", "there"])
    return [
        {
            "eventName": "message",
            "payload": [
                {
                    "taskId": "0193a5d2-8f4e-7c31-b2aa-6f1e0d9c7b55",
                    "action": "updated",
                    "message": {"ts": 1_760_000_000_000 + 37 * number, "type": "say", "say": "text", "text": text},
                }
            ],
        }
        for number in range(count)
        for text in [" ".join(islice(words, 20 + number % 60))]
    ]


def race(part: str, kinds: list[str], folder: Path, node: Path | None, count: int, rounds: int) -> dict[str, float]:
    """Return how often a second each kind does its part, as medians; the first round warms up and does not count."""
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(rounds + 1):
        for kind in kinds:
            seconds = turn(kind, part, folder, node, count)
            if number:
                rates[kind].append(count / seconds)
    return {kind: median(found) for kind, found in rates.items()}


def turn(kind: str, part: str, folder: Path, node: Path | None, count: int) -> float:
    """Return the seconds that a client of this kind took, with a host that is started for it."""
    command, place = SIDES[kind]
    where = node if command is NODE else None
    arguments = [place.format(folder), str(folder / "events.jsonl"), str(count)]
    with subprocess.Popen(
        [*command, "serve", *arguments], cwd=where, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as host:
        assert host.stdin is not None
        assert host.stdout is not None
        while host.stdout.readline().strip() != "listening":
            if host.poll() is not None:
                raise SystemExit(f"the host of {kind} ended with {host.returncode}")
        client = subprocess.run([*command, part, *arguments], cwd=where, stdout=subprocess.PIPE, text=True, check=True)
        host.stdin.close()
    return float(json.loads(client.stdout.splitlines()[-1])["value"])


def alone(name: str, file: Path) -> float:
    """Return what one program of ours measures of itself."""
    done = subprocess.run([*ALONE, name, str(file)], stdout=subprocess.PIPE, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1])["value"])


def compared(name: str, rates: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Return how we stand beside another kind."""
    part, other = name.split(", ")
    rate = rates["flood" if part == "events" else "ping"]
    theirs = rate.get("asyncio" if "asyncio" in other else "node-ipc")
    bound, unit = GOALS[name]
    value = None if theirs is None else round(rate["rc-ipc"] / theirs, 2)
    return goal(value, bound, unit, met=value is not None and value >= bound)


def tell(rates: dict[str, dict[str, float]], bounds: dict[str, float]) -> None:
    """Print the figures for people."""
    print(f"{'':<12}{'events/s':>12}{'questions/s':>14}{'each':>12}")
    for kind, rate in rates["flood"].items():
        asked = rates["ping"][kind]
        print(f"{kind:<12}{rate:>12,.0f}{asked:>14,.0f}{1e6 / asked:>9,.0f} us")
    for name, value in bounds.items():
        _, unit, what = BOUNDS[name]
        print(f"{what}: {value:,.2f} {unit}")


if __name__ == "__main__":
    main()
