"""What an agent's events cost: `python evals_events.py WHAT EVENTS` prints one value, in the unit `evals.py` names.

An attempt at a task without tests, in this process, by an agent that only talks. Every event is read from its JSON
text, redacted, counted and appended to the transcript on disk, as those of a real host are.
"""

import sys

sys.path[0] += "/.."  # where `measuring` is; and not the folder of this file, whose `types` is somebody else's name

import argparse
import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Final

from rc_evals.agents.port import AgentEnd, AgentFacts, Stage
from rc_evals.attempt import Assignment, Hooks, Ledger, perform
from rc_evals.languages.model import Toolchain
from rc_evals.languages.registry import load_languages
from rc_evals.redaction import Redaction
from rc_evals.sandbox.none import NoSandbox
from rc_evals.sandbox.port import ProcessIdentity
from rc_evals.testing import make_exercise
from rc_types.events import task_event

from benchmarks.evals_runs import make_home
from measuring import resident

SECRET: Final = "sk-of-the-person-who-measures"

TASK: Final = "0193a5d2-8f4e-7c31-b2aa-6f1e0d9c7b55"


class Talker:
    """Says so much: a tenth first, so that what is made once has been made, and then the rest, which is measured."""

    facts = AgentFacts(name="talker", version="0", works=False)
    redaction = Redaction([SECRET])

    def __init__(self, events: int) -> None:
        self._first, self._rest = events // 10, events - events // 10
        self.milliseconds = 0.0
        """Of each event."""
        self.grown = 0.0
        """Kilobytes that all of them leave in memory."""

    async def solve(self, stage: Stage) -> AgentEnd:
        """Talk."""
        lines = cycle(conversation())
        self._say(stage, islice(lines, self._first))
        began, before = perf_counter(), resident()
        self._say(stage, islice(lines, self._rest))
        self.milliseconds = 1000 * (perf_counter() - began) / self._rest
        self.grown = (resident() - before) / 1000
        return AgentEnd()

    def _say(self, stage: Stage, lines: Iterator[bytes]) -> None:
        for line in lines:
            stage.emit(task_event.from_json(line))


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description="Measure what an agent's events cost by themselves.")
    parser.add_argument("what", choices=MEASURES)
    parser.add_argument("events", type=int)
    given = parser.parse_args()
    talker = Talker(given.events)
    with tempfile.TemporaryDirectory(prefix="rc-evals-benchmark-") as folder:
        asyncio.run(attempt(talker, Path(folder)))
    print(json.dumps({"value": MEASURES[given.what](talker)}))


async def attempt(talker: Talker, folder: Path) -> None:
    """Let the agent make its attempt."""
    home = make_home(folder / "home")
    task = Assignment(
        exercise=make_exercise(folder / "suite", {"answer": ""}, language="untested"),
        language=load_languages(home.languages)["untested"],
        toolchain=Toolchain(language="untested", version="here", programs={}, mounts=()),
        agent=talker,
        sandbox=NoSandbox(),
        agent_seconds=600,
        token="0",
        scratch=folder / "scratch",
        artifacts=folder / "artifacts",
    )
    await perform(task, Hooks(phase=heard, usage=lambda _: None), Ledger())


async def heard(_name: str, _process: ProcessIdentity | None, _agent: Mapping[str, object] | None = None) -> None:
    """Be told of a phase."""


def conversation() -> list[bytes]:
    """Return what a host says: messages of some 400 bytes, and what has been used after every tenth."""
    usage = {"totalTokensIn": 100, "totalTokensOut": 10, "totalCost": 0.01, "contextTokens": 110}
    message = {"ts": 1_760_000_000_000, "type": "say", "say": "text", "text": "the host reads a file and says so " * 8}
    events: list[dict[str, object]] = [
        {"eventName": "message", "payload": [{"taskId": TASK, "action": "updated", "message": message}]}
    ] * 9
    events.append({"eventName": "taskTokenUsageUpdated", "payload": [TASK, usage, {}]})
    return [json.dumps(event, separators=(",", ":")).encode() for event in events]


MEASURES: Final[Mapping[str, Callable[[Talker], float]]] = {
    "time": lambda talker: talker.milliseconds,
    "memory": lambda talker: talker.grown,
}

if __name__ == "__main__":
    main()
