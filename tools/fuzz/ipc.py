"""Talk odd messages at rc-ipc: `python tools/fuzz/ipc.py --frames 2000000`.

Each side of the conversation hears as many messages as are asked for: good ones, changed in some places. What must
hold is in `fuzz.sessions`; the rest is watched here: no message takes long (a hang ends the program with a traceback),
and memory does not grow. The batch that broke a law is kept in a file, for `--replay`. The last line is one JSON
object with the goals. `tools/fuzz/guided.py` is the same, guided by coverage.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # where `fuzz` and `measuring` are

import argparse
import faulthandler
import gc
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import structlog

from fuzz.sessions import SESSIONS, Target, mutator_for
from fuzz.sockets import LiveClient, LiveServer
from measuring import environment, goal, resident

TARGETS: Final[Mapping[str, Callable[[], Target]]] = {
    **SESSIONS,
    "live server": LiveServer,
    "live client": LiveClient,
}
"""Who can be talked at, by name."""

BATCH: Final = 50
"""Messages between two good ones."""

HANG: Final = 60.0
"""Seconds that a batch may take before it is called a hang; on a machine that does nothing else it is a hundredth."""

GROWTH: Final = 16 * 1024 * 1024
"""Bytes that the process may grow by after its first tenth."""

BLOCKS: Final = 20_000
"""Blocks of memory that may be left over after the first tenth: what interpreter and libraries cache."""


@dataclass(frozen=True, slots=True)
class Finding(Exception):  # noqa: N818 - a finding, not an error of this program
    """A law that did not hold, and after which messages."""

    target: str
    batch: Sequence[bytes]
    error: Exception


def main() -> None:
    """Talk, watch, tell."""
    parser = argparse.ArgumentParser(description="Talk odd messages at both sides of rc-ipc, and watch what happens.")
    parser.add_argument(
        "--frames", type=int, default=100_000, metavar="N", help="messages for each target; a twentieth for live ones"
    )
    parser.add_argument("--target", action="append", choices=[*TARGETS], help="who hears them; default: all in turn")
    parser.add_argument("--seed", type=int, default=1, help="makes other messages")
    parser.add_argument("--found", type=Path, default=Path(), metavar="DIR", help="where to keep what broke a law")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="hear only what is in such a file")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))  # what is odd is expected here
    try:
        if arguments.replay is not None:
            kept = json.loads(arguments.replay.read_text(encoding="utf-8"))
            hear(kept["target"], TARGETS[kept["target"]](), [bytes.fromhex(text) for text in kept["batch"]], Random(0))
            sys.exit("nothing is wrong with it (any more)")
        figures = {name: talk(name, arguments.frames, arguments.seed) for name in arguments.target or TARGETS}
    except Finding as finding:
        sys.exit(told(finding, arguments.found))
    goals = {
        f"{name}: {what}": goal(figure, bound, unit, met=figure <= bound)
        for name, measured in figures.items()
        for what, figure, bound, unit in measured
    }
    settings = {"frames": arguments.frames, "seed": arguments.seed}
    print(json.dumps({"goals": goals, "environment": environment() | settings}))
    sys.exit(not all(each["met"] for each in goals.values()))


def talk(name: str, count: int, seed: int) -> list[tuple[str, float, float, str]]:
    """Let one target hear so many odd messages; return what was measured, with its bounds."""
    chance = Random(f"{name} {seed}")
    mutator, target = mutator_for(name, chance), TARGETS[name]()
    slowest, size, began = 0.0, 0, time.process_time()
    batches = max(1, count // BATCH)
    base = memory()
    for number in range(batches):
        batch = [mutator.text() for _ in range(BATCH)]
        size += sum(map(len, batch))
        slowest = max(slowest, hear(name, target, batch, chance))
        if number == batches // 10:
            base = memory()
    target.close()
    blocks, resident = (now - before for now, before in zip(memory(), base, strict=True))
    seconds = time.process_time() - began
    heard = ", ".join(f"{kind} {number}" for kind, number in target.tally.most_common())
    print(f"{name}: {batches * BATCH} messages, {size / 1e6:.0f} MB, {seconds:.0f} s of CPU; {heard}", flush=True)
    return [
        ("slowest batch", round(slowest, 3), HANG, "s"),
        ("blocks left over", blocks, BLOCKS, "blocks"),
        ("growth", resident, GROWTH, "bytes"),
    ]


def hear(name: str, target: Target, batch: Sequence[bytes], chance: Random) -> float:
    """Let the target hear a batch and return the seconds that it took; raise Finding if a law did not hold."""
    faulthandler.dump_traceback_later(HANG, exit=True)
    began = time.thread_time()
    try:
        target.hear(batch, chance)
    except Exception as exc:
        raise Finding(name, batch, exc) from exc
    finally:
        faulthandler.cancel_dump_traceback_later()
    return time.thread_time() - began


def told(finding: Finding, folder: Path) -> str:
    """Keep the batch in a file, and return what to say about it."""
    path = folder / f"found-{os.getpid()}.json"
    kept = {"target": finding.target, "batch": [text.hex() for text in finding.batch]}
    path.write_text(json.dumps(kept), encoding="utf-8")
    return f"{finding.target}: {type(finding.error).__name__}: {finding.error}\nkept in {path}; see it with --replay"


def memory() -> tuple[int, int]:
    """Return how many blocks of memory Python holds, and how many bytes the process has resident."""
    gc.collect()
    return sys.getallocatedblocks(), resident()


if __name__ == "__main__":
    main()
