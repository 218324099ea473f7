"""A connection may end at any byte, in any way: what is heard is whole, what was asked ends, and all goes on."""

import asyncio
from pathlib import Path

import pytest
from rc_ipc import AnyTaskEvent, Gap

from .conversation import PATIENCE, check_delivery, converse, hosting, nothing_left
from .proxy import Ending, Fate, Way, proxying

AT_ONCE = 10
"""Conversations at the same time: most of their time they wait before connecting again."""

PARTS = 4
"""Tests that share the bytes."""


async def conversation(folder: Path, name: str, fate: Fate) -> tuple[list[AnyTaskEvent | Gap], dict[str, int]]:
    """Have a conversation whose first connection has this fate; return what was heard and how many bytes passed."""
    front, back = folder / f"{name}.front", folder / f"{name}.back"
    fates = {0: fate}
    async with (
        asyncio.timeout(PATIENCE),
        hosting(back) as host,
        proxying(front, back, lambda number: fates.get(number, Fate())) as proxy,
    ):
        heard = await converse(proxy, host, front)
        check_delivery(heard, host)
        async with asyncio.timeout(PATIENCE):  # and the host serves whoever comes next
            await converse_directly(back)
    return heard, proxy.passed


async def converse_directly(back: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(back)
    assert b'"Ack"' in await reader.readuntil(b"\x0c")
    writer.close()
    await writer.wait_closed()


async def test_on_a_good_way_everything_is_heard(tmp_path: Path) -> None:
    """Our rule: what the cuts are made in is a whole conversation."""
    heard, passed = await conversation(tmp_path, "good", Fate())
    assert len(heard) == 7  # two starts, a task with its prompt, two answers, and the last word
    assert not any(isinstance(event, Gap) for event in heard)
    assert passed["to_client"] > 700
    assert passed["to_host"] > 400


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("ending", "step"), [("close", 1), ("half-close", 5)])
@pytest.mark.parametrize("direction", ["to_client", "to_host"])
async def test_a_cut_at_any_byte_loses_nothing_but_what_was_under_way(
    tmp_path: Path, direction: str, ending: Ending, step: int, part: int
) -> None:
    """IPC spec R-10 to R-13, F11: the greeting, commands, answers and events are each cut at each of their bytes."""
    _, passed = await conversation(tmp_path, "whole", Fate())
    slots = asyncio.Semaphore(AT_ONCE)

    async def cut(at: int) -> None:
        async with slots:
            fate = Fate(**{direction: Way(cut_at=at, ending=ending)})
            heard, _ = await conversation(tmp_path, str(at), fate)
            assert sum(isinstance(event, Gap) for event in heard) <= 1  # a cut greeting was no connection

    async with nothing_left():
        await asyncio.gather(*(cut(at) for at in range(1 + part * step, passed[direction], step * PARTS)))
