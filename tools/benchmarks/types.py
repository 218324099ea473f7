"""How fast the wire is read, beside upstream's own schemas: `python tools/benchmarks/types.py`.

Both sides read the same recorded lines, from JSON text to a checked object, in turn and round after round, so that
whatever else the machine does hits both; a figure is the median of the rounds. Without Node there is nothing to
compare with, and the goals are left open. Also measured: what importing costs, and what all readers together keep in
memory. The last line is one JSON object with the goals.
"""

import sys

sys.path[0] += "/.."  # where `measuring` is; and not the folder of this file, whose `types` is somebody else's name

import argparse
import json
import os
import subprocess
import tarfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from statistics import median
from typing import IO, Any, Final

from pydantic import BaseModel
from rc_types import InvalidWireError, registry
from rc_types._base import wire_names

from measuring import environment, goal, node_folder

ROOT: Final = Path(__file__).parents[2]
RECORDED: Final = ROOT / "packages" / "rc-types" / "tests" / "data" / "types.tar.xz"

GOALS: Final = {
    "clineMessageSchema": 5,
    "taskEventSchema": 5,
    "ipcMessageSchema": 5,
    "rooCodeSettingsSchema": 5,
    "providerSettingsSchema": 5,
    "modeConfigSchema": 2,
    "organizationSettingsSchema": 5,
}
"""Times upstream's throughput."""

OF_LARGE_MODELS: Final = 3
"""The same for every other schema of more than ten members."""

COSTS: Final = {"import rc_types": (20, "ms"), "first message": (120, "ms"), "all readers": (60, "MB")}
"""What a program pays on top of importing pydantic."""

PROGRAMS: Final = {
    "import rc_types": """
import time, pydantic
began = time.perf_counter()
import rc_types
print(1000 * (time.perf_counter() - began))
""",
    "first message": """
import time, pydantic
began = time.perf_counter()
from rc_types.ipc import IpcMessage, ipc_message
ipc_message.from_json('{"type":"TaskEvent","origin":"server","data":{"eventName":"taskStarted","payload":["t"]}}')
print(1000 * (time.perf_counter() - began))
""",
    "all readers": """
from pathlib import Path
from pydantic import BaseModel, TypeAdapter
def resident(): return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024
before = resident()
import json, sys
from rc_types import registry
for line in sys.stdin:
    name, text = json.loads(line)
    registry.schema(name).from_json(text)
print(resident() - before)
""",
}
"""Programs that print what they spent; the last reads every recorded line, so that every reader is built."""


def main() -> None:
    """Measure, tell, and end with the line of goals."""
    parser = argparse.ArgumentParser(description="Measure how fast the wire is read.")
    parser.add_argument("--rounds", type=int, default=15, help="how often both sides read all lines")
    rounds: int = parser.parse_args().rounds
    names = {**dict.fromkeys(large_models(), OF_LARGE_MODELS), **GOALS}
    texts = {name: lines_of(name) for name in names}
    with zod(texts) as peer:
        timed = {name: race(name, texts[name], peer, rounds) for name in names}
    goals: dict[str, Any] = {}
    for name, (ours, theirs) in timed.items():
        ratio = round(theirs / ours, 2) if theirs else None
        print(f"{name:<42} {ours:>7.1f} us   zod {theirs or float('nan'):>7.1f} us   {ratio} times, goal {names[name]}")
        goals[name] = goal(ratio, names[name], "times zod", met=ratio is not None and ratio >= names[name])
    for name, spent in costs(rounds).items():
        bound, unit = COSTS[name]
        print(f"{name:<42} {spent:>7.1f} {unit}")
        goals[name] = goal(round(spent, 1), bound, unit, met=spent <= bound)
    print(json.dumps({"goals": goals, "environment": {**environment(), "rounds": rounds}}))


def large_models() -> list[str]:
    """Return the schemas of more than ten members."""
    shapes = {name: registry.schema(name).shape for name in registry.schema_names()}
    return [
        name
        for name, shape in shapes.items()
        if isinstance(shape, type) and issubclass(shape, BaseModel) and len(wire_names(shape)) > 10
    ]


@cache
def recorded() -> Mapping[str, str]:
    """Return what the published schemas said, by the name of the schema."""
    if folder := os.environ.get("RC_CONFORMANCE_DIR"):
        files = (Path(folder) / "types" / "corpus").glob("*.jsonl")
        return {path.stem: path.read_text(encoding="utf-8") for path in files}
    with tarfile.open(RECORDED) as archive:
        places = {Path(each.name): each for each in archive.getmembers() if each.isfile()}
        read = {
            path.stem: archive.extractfile(member)
            for path, member in places.items()
            if path.suffix == ".jsonl" and path.parts[-3:-1] == ("types", "corpus")
        }
        return {name: file.read().decode() for name, file in read.items() if file}


def lines_of(name: str) -> list[str]:
    """Return the inputs that the published schemas accepted, as JSON text."""
    judged = [json.loads(line) for line in recorded()[name].split("\n") if line]
    return [json.dumps(line["input"], ensure_ascii=False, separators=(",", ":")) for line in judged if line["ok"]]


class Zod:
    """Upstream's schemas in a process of their own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._to: IO[str] = process.stdin  # type: ignore[assignment]  # both are pipes
        self._from: IO[str] = process.stdout  # type: ignore[assignment]

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send one request and return its answer."""
        self._to.write(f"{json.dumps(request)}\n")
        self._to.flush()
        answer: dict[str, Any] = json.loads(self._from.readline())
        return answer


@contextmanager
def zod(texts: dict[str, list[str]]) -> Generator[Zod | None]:
    """Install and start the other side; None where Node is missing."""
    folder = node_folder()
    if folder is None:
        yield None
        return
    command = ["node", str(Path(__file__).with_name("zod.mjs"))]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        peer = Zod(process)
        for name, lines in texts.items():
            peer.ask(schema=name, texts=lines)
        yield peer
        process.stdin.close()  # type: ignore[union-attr]  # it is a pipe


def race(name: str, texts: list[str], peer: Zod | None, rounds: int) -> tuple[float, float | None]:
    """Return the microseconds per line of both sides; the first rounds warm up and do not count."""
    ours: list[float] = []
    theirs: list[float] = []
    passes = max(1, 2000 // len(texts))
    lines = [text.encode() for text in texts]
    for _ in range(rounds + 3):
        ours.append(read_all(name, lines, passes))
        if peer is not None:
            theirs.append(peer.ask(time=name, passes=passes)["ns"] / 1000)
    return median(ours[3:]), median(theirs[3:]) if theirs else None


def read_all(name: str, lines: list[bytes], passes: int) -> float:
    """Return the microseconds that one line takes."""
    read = registry.schema(name).from_json
    began = time.perf_counter()
    for _ in range(passes):
        for line in lines:
            try:
                read(line)
            except InvalidWireError as refused:  # the source has moved on since the recording
                raise SystemExit(f"{name} refused a recorded line: {refused}") from refused
    return 1e6 * (time.perf_counter() - began) / passes / len(lines)


def costs(rounds: int) -> dict[str, float]:
    """Return what fresh processes pay, as medians. Compiled modules are kept, as for everybody who installed it."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    every = "".join(f"{json.dumps([name, text])}\n" for name in registry.schema_names() for text in lines_of(name))
    spent: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for number in range(rounds + 1):
        for name, program in PROGRAMS.items():
            done = subprocess.run(
                [sys.executable, "-c", program], input=every, capture_output=True, text=True, check=True, env=variables
            )
            if number:  # the first round warms the disk
                spent[name].append(float(done.stdout))
    return {name: median(times) for name, times in spent.items()}


if __name__ == "__main__":
    main()
