"""Bad ways of all sorts: slow, in pieces, glued, stuttering, cut again and again, or in another order."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rc_ipc import ConnectionLostError, Gap, connect
from rc_types.events import TaskStarted

from .conversation import (
    IMPATIENT,
    OPTIONS,
    PATIENCE,
    UNHEARD,
    check_delivery,
    converse,
    hosting,
    nothing_left,
    until_well,
)
from .proxy import Fate, Way, proxying

slow = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For examples that take as long as real connections take."""

pieces = st.lists(st.integers(1, 300), max_size=3).map(tuple)
pauses = st.sampled_from([0.0, 0.0, 0.0005])
holds = st.sampled_from([0, 0, 200, 5000])
endings = st.sampled_from(["close", "half-close"])
whole = st.builds(Way, pieces=pieces, pause=pauses, hold=holds)
ways = st.builds(Way, cut_at=st.none() | st.integers(1, 1500), ending=endings, pieces=pieces, pause=pauses, hold=holds)
fates = st.builds(Fate, to_client=ways, to_host=ways)
stuttering = st.builds(Way, stutter=st.tuples(st.integers(1, 1500), st.integers(1, 400)))


@slow
@given(bad=st.lists(fates, max_size=3))
def test_however_the_bytes_arrive_they_are_whole_in_order_and_heard_once(bad: list[Fate]) -> None:
    """IPC spec R-1, R-10 to R-13: the first connections are bad, each in its own way, then comes a good one."""

    async def talk(folder: Path) -> None:
        async with (
            nothing_left(),
            asyncio.timeout(PATIENCE),
            hosting(folder / "back") as host,
            proxying(folder / "front", folder / "back", lambda n: bad[n] if n < len(bad) else Fate()) as proxy,
        ):
            check_delivery(await converse(proxy, host, folder / "front"), host)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(talk(Path(folder)))


@slow
@given(to_client=stuttering, to_host=stuttering)
def test_bytes_that_come_twice_are_survived(to_client: Way, to_host: Way) -> None:
    """IPC spec section 10: what they make of the frames that they hit is their affair; the rest is understood."""

    async def talk(folder: Path) -> None:
        fate = Fate(to_client=to_client, to_host=to_host)
        async with (
            nothing_left(),
            asyncio.timeout(PATIENCE),
            hosting(folder / "back") as host,
            proxying(folder / "front", folder / "back", lambda number: Fate() if number else fate) as proxy,
        ):
            await converse(proxy, host, folder / "front", within=0.2, failures=UNHEARD, options=IMPATIENT)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(talk(Path(folder)))


@slow
@given(order=st.permutations(range(5)), bad=st.lists(whole, min_size=5, max_size=5))
def test_clients_that_arrive_in_another_order_are_not_mixed_up(order: list[int], bad: list[Way]) -> None:
    """IPC spec 8.4 and Q7: everybody is answered by name, and hears the same events in the same order."""

    async def talk(folder: Path) -> None:
        async with nothing_left(), asyncio.timeout(PATIENCE), hosting(folder / "back") as host:

            async def turn(number: int) -> None:
                assert host.server is not None
                while len(host.server.client_ids) < order.index(number):  # noqa: ASYNC110 - nobody announces who has come
                    await asyncio.sleep(0.001)

            async def one() -> None:
                async with connect(folder / "front", options=OPTIONS) as client, client.events() as events:
                    assert client.ack is not None
                    await everybody.wait()
                    check_delivery(await until_well(client, host, events), host)
                    await everybody.wait()
                    assert [mode.slug for mode in await client.modes()] == [client.ack.client_id]

            everybody = asyncio.Barrier(len(order))
            fated = [Fate(to_client=way) for way in bad]
            async with (
                proxying(folder / "front", folder / "back", lambda number: fated[number], turn),
                asyncio.TaskGroup() as clients,
            ):
                for _ in order:
                    clients.create_task(one())

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(talk(Path(folder)))


async def test_what_a_host_never_read_ends_with_its_connection(tmp_path: Path) -> None:
    """IPC spec R-11 and R-12: a reset, with commands of ours unread; none of them is sent again."""
    fates = [Fate(to_host=Way(deaf=True))]
    front, back = tmp_path / "front", tmp_path / "back"
    async with (
        nothing_left(),
        asyncio.timeout(PATIENCE),
        hosting(back) as host,
        proxying(front, back, lambda number: fates[number] if number < 1 else Fate()) as proxy,
        connect(front, options=OPTIONS) as client,
        client.events() as events,
    ):
        questions = [asyncio.create_task(client.modes()), asyncio.create_task(client.start("x"))]
        await asyncio.sleep(0)  # they are asked
        proxy.sever()
        for question in questions:
            with pytest.raises(ConnectionLostError):
                await question
        heard = await until_well(client, host, events)
        assert isinstance(heard[0], Gap)
        assert host.told == []


async def test_a_client_that_is_reset_with_events_unread_disturbs_nobody(tmp_path: Path) -> None:
    """IPC spec R-5, R-13: the host finds out while it writes, and the others hear on."""
    front, back = tmp_path / "front", tmp_path / "back"
    async with (
        nothing_left(),
        asyncio.timeout(PATIENCE),
        hosting(back) as host,
        proxying(front, back, lambda _number: Fate(to_client=Way(pieces=(200,), pause=0.001))) as proxy,
        connect(back) as other,
        other.events(TaskStarted) as events,
        connect(front, options=OPTIONS) as client,
    ):
        said = [TaskStarted.of(host.new_id()) for _ in range(300)]
        for number, event in enumerate(said):
            if number == len(said) // 2:
                proxy.sever()
            await host.say(event)
        assert [await anext(events) for _ in said] == said
        await client.ready(within=PATIENCE)
