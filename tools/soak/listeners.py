"""The Python clients of the soak, in a process of their own: `python tools/soak/listeners.py SOCKET --last 199999`.

The good ones listen from the first event to the last; dawdlers among them rest now and then. Wanderers
leave at random moments and come back. The last line is one JSON object: a verdict for each.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # where `soak` is

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from random import Random
from typing import Final

import structlog
from rc_ipc import ClientOptions, Gap, connect

from soak.deliveries import Verdict, judge, judge_visit, number_of

ARRIVED: Final = "arrived"
"""What is printed once all good ones listen."""

REST: Final = 3000
"""Events after which a dawdler rests."""

LAG: Final = 1800
"""Events that the others are ahead when it goes on: more than fit a queue of 1,000 frames and what lies behind it, so
that some had to give way; less than a queue of those that never give way stands for."""


class Front:
    """How far the first of the good ones is that does not dawdle."""

    def __init__(self) -> None:
        self._number = -1
        self._moved = asyncio.Event()

    def move_to(self, number: int) -> None:
        """Note that it has heard this event."""
        self._number = number
        self._moved.set()

    async def reaches(self, number: int) -> None:
        """Wait until it has heard this event, or a later one."""
        while self._number < number:
            self._moved.clear()
            await self._moved.wait()


def main() -> None:
    """Listen, then tell."""
    parser = argparse.ArgumentParser(description="Listen to the numbered events of tools/soak/ipc.py.")
    parser.add_argument("socket", help="where the host is")
    parser.add_argument("--good", type=int, default=1, help="how many listen all the time")
    parser.add_argument("--dawdlers", type=int, default=0, help="how many of these are slow")
    parser.add_argument("--wanderers", type=int, default=0, help="how many leave and come back")
    parser.add_argument("--last", type=int, required=True, help="number of the last event")
    parser.add_argument("--seed", type=int, default=1, help="decides when wanderers leave")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    print(json.dumps(asyncio.run(listen(arguments))))


async def listen(arguments: argparse.Namespace) -> dict[str, list[dict[str, int]]]:
    """Return the verdicts, once the good ones have heard the last event."""
    everybody = asyncio.Barrier(arguments.good + 1)
    front, last = Front(), arguments.last
    visits: list[Verdict] = []

    async def keep_up(number: int) -> None:
        front.move_to(number)

    async def dawdle(number: int) -> None:
        if number % REST == REST // 2:
            await front.reaches(min(number + LAG, last))

    async with asyncio.TaskGroup() as group:
        good = [
            group.create_task(stay(arguments.socket, last, everybody, dawdle if is_slow else keep_up))
            for is_slow in (number < arguments.dawdlers for number in range(arguments.good))
        ]
        await everybody.wait()
        print(ARRIVED, flush=True)
        wanderers = [
            group.create_task(wander(arguments.socket, Random(arguments.seed + number), visits))
            for number in range(arguments.wanderers)
        ]
        verdicts = [await task for task in good]
        for wanderer in wanderers:
            wanderer.cancel()
    return {"good": [asdict(verdict) for verdict in verdicts], "visits": [asdict(verdict) for verdict in visits]}


async def stay(address: str, last: int, everybody: asyncio.Barrier, then: Callable[[int], Awaitable[None]]) -> Verdict:
    """Listen up to the last event, or to the first gap, and do something after each event."""
    heard: list[int] = []
    async with connect(address, options=ClientOptions(waiting_events=50)) as client, client.events() as events:
        await everybody.wait()
        async for event in events:
            if isinstance(event, Gap):
                break
            heard.append(number_of(event))
            await then(heard[-1])
            if heard[-1] == last:
                break
    return judge(heard, range(last + 1))


async def wander(address: str, chance: Random, visits: list[Verdict]) -> None:
    """Come, listen for a while, leave in the middle of it, and again."""
    while True:
        async with connect(address, options=ClientOptions(ready_within=None)) as client, client.events() as events:
            heard: list[int] = []
            until = chance.randrange(1, 3000)
            async for event in events:
                if not isinstance(event, Gap):
                    heard.append(number_of(event))
                if len(heard) >= until:
                    break
            visits.append(judge_visit(heard))
        await asyncio.sleep(chance.random() / 5)


if __name__ == "__main__":
    main()
