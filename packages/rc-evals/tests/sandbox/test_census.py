"""Looking for what jobs have left, for many of them at once."""

import asyncio
import os
import subprocess

from rc_evals.sandbox import processes
from rc_evals.sandbox.census import Census, look
from rc_evals.sandbox.port import ProcessIdentity


def test_whoever_lives_is_in_it_and_nobody_who_has_ended() -> None:
    """Our rule: by the session of a job or by its token; the session of a foreign job may be somebody else's now."""
    with subprocess.Popen(["sleep", "60"], env={processes.TOKEN: "t-census"}, start_new_session=True) as sleeper:
        present = look()
        assert present.has(ProcessIdentity(0, 0, "t-census"), own=False)
        assert present.has(ProcessIdentity(sleeper.pid, 0, "t-other"), own=True)
        assert not present.has(ProcessIdentity(sleeper.pid, 0, "t-other"), own=False)
        sleeper.kill()
    assert not look().has(ProcessIdentity(sleeper.pid, 0, "t-census"), own=True)


async def test_those_who_ask_before_a_look_has_begun_share_it() -> None:
    """Our rule: 25 jobs that end together cost one look."""
    census = Census()
    first = await asyncio.gather(*(census.taken() for _ in range(25)))
    assert all(present is first[0] for present in first)
    assert await census.taken() is not first[0]


async def test_who_asks_while_a_look_goes_on_gets_the_next_one() -> None:
    """Our rule: what has been looked at already may have forked since."""
    census = Census()
    earlier = asyncio.create_task(census.taken())
    later: asyncio.Task[object] | None = None
    while not earlier.done():  # asks at every turn of the loop, so also while the look goes on
        later = asyncio.create_task(census.taken())
        await asyncio.sleep(0)
    assert later is not None
    assert await later is not await earlier


async def test_a_caller_that_is_cancelled_takes_nothing_from_the_others() -> None:
    census = Census()
    asking = [asyncio.create_task(census.taken()) for _ in range(3)]
    await asyncio.sleep(0)
    asking[0].cancel()
    assert await asking[1] is await asking[2]


def test_it_outlives_the_event_loop_that_it_was_first_used_in() -> None:
    """Our rule: a sandbox is made once, whatever it is used in."""
    census = Census()
    for _ in range(2):
        present = asyncio.run(census.taken())
        assert os.getsid(0) in present.sessions or os.getsid(0) == os.getpid()
