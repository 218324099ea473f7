"""Plays a run in a data folder without end, and says after every step what is durable now. Argument: the data folder.

One JSON object per line: the numbers of tasks that are decided and of those that are leased, and where the last
commit ends in the write-ahead log, with the salt that this log has had since it was last started over.
"""

import asyncio
import json
import sys
from pathlib import Path

from rc_evals import Home, Outcome
from rc_evals.languages.model import TestResult
from rc_evals.testing.runs import recorder
from rc_evals.usage import ToolCount, Usage

HEADER = 32
"""Bytes at the start of a write-ahead log. Source: sqlite.org/fileformat2.html, section 4.1."""
FRAME = 24
"""Bytes before every page in it."""
TASKS = 1000


def last_commit(log: bytes) -> tuple[str, int]:
    """Return the salt of a write-ahead log, and where its last complete transaction ends."""
    if len(log) < HEADER:
        return "", 0
    salt, page = log[16:24], int.from_bytes(log[8:12], "big")
    end = at = HEADER
    while at + FRAME + page <= len(log) and log[at + 8 : at + 16] == salt:
        at += FRAME + page
        if log[at - page - FRAME + 4 : at - page - FRAME + 8] != bytes(4):  # the size of the database: a commit
            end = at
    return salt.hex(), end


def say(home: Home, **known: int) -> None:
    """Tell what is durable now. Nothing is being written meanwhile."""
    salt, end = last_commit(Path(f"{home.database}-wal").read_bytes())
    sys.stdout.write(json.dumps({**known, "salt": salt, "end": end}) + "\n")
    sys.stdout.flush()


async def play(home: Home) -> None:
    decided = leased = 0
    async with recorder(home) as scribe:
        while True:
            run = await scribe.run([f"go/e{number}" for number in range(TASKS)])
            for first in range(0, TASKS, 4):
                leases = [await run.claim() for _ in range(4)]
                leased += 4
                evidence = TestResult(name="t" * (first % 997), passed=False, message="m" * first)
                usage = Usage(tokens_in=first, cost_micros=1, tools={"read": ToolCount(1, 0)})
                results = {"tests_ran": 1, "tests": (evidence,), "usage": usage}
                await asyncio.gather(*(run.decide(Outcome.FAILED, lease, **results) for lease in leases))
                decided += 4
                say(home, decided=decided, leased=leased)


if __name__ == "__main__":
    asyncio.run(play(Home(Path(sys.argv[1]))))
