"""A scripted host, and the recording of a session with one, over every transport that has an address."""

from contextlib import suppress
from pathlib import Path

import pytest
from rc_ipc import (
    AnyTaskEvent,
    ClientOptions,
    ConnectionLostError,
    Gap,
    NotConnectedError,
    RemoteError,
    RequestTimeoutError,
    Subscription,
    TaskStartError,
)
from rc_ipc.testing import behaviour, read_script, recording, scripted_host
from rc_types.events import TaskAborted, TaskCreated, TaskIdle
from rc_types.ipc import StartNewTask
from rc_types.task import TaskId

from .places import Place, new_place

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(params=["unix", "zmq+inproc", "zmq+ipc", "zmq+tcp"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where the host is; there is no memory to meet in without an address."""
    return new_place(request.param, tmp_path, "rc")


async def until(kind: type[AnyTaskEvent], events: Subscription[AnyTaskEvent]) -> list[AnyTaskEvent | Gap]:
    heard: list[AnyTaskEvent | Gap] = []
    while not heard or not isinstance(heard[-1], kind):
        heard.append(await anext(events))
    return heard


async def test_a_task_is_driven_to_its_result(place: Place) -> None:
    """IPC spec 9.3 and R-16: the host behaves alike, whatever carries its words."""
    async with scripted_host(place.address, behaviour("since-3.51"), **place.served) as host, place.connect() as client:
        assert [mode.slug for mode in await client.modes()][:2] == ["architect", "code"]
        task = await client.start("Fix it")
        assert (await task.wait("presented")).kind == "presented"
        assert (await host.heard(StartNewTask)).data.text == "Fix it"
        assert await client.cancel() == task.task_id


async def test_a_command_that_the_host_does_not_know_is_refused_where_there_is_a_word_for_it(place: Place) -> None:
    """IPC spec 15.2: `unknown_command`; on the socket nothing is said, as hosts before 3.48 do."""
    async with scripted_host(place.address, behaviour("legacy"), **place.served), place.connect() as client:
        with pytest.raises(RemoteError if place.has_errors else RequestTimeoutError):
            await client.modes(within=0.3)


@pytest.mark.parametrize("name", ["pieces", "glued"])
async def test_frames_in_pieces_are_heard_whole(place: Place, name: str) -> None:
    """IPC spec 15.1: ZeroMQ keeps the borders of messages, so there is nothing to cut."""
    async with scripted_host(place.address, behaviour(name), **place.served), place.connect() as client:
        task = await client.start("Fix it")
        assert (await task.wait("presented")).kind == "presented"


async def test_what_no_host_may_say_is_survived_and_counted(place: Place) -> None:
    """IPC spec section 17, `hostile`."""
    async with scripted_host(place.address, behaviour("hostile"), **place.served), place.connect() as client:
        events = client.events(TaskCreated)
        assert await anext(events) == TaskCreated.of(TaskId("t-survived"))
        assert client.ack is not None


@pytest.mark.parametrize("name", ["drop", "half-frame"])
async def test_a_connection_that_is_cut_is_made_again(place: Place, name: str) -> None:
    """IPC spec section 17, `drop` and `half-frame`."""
    async with scripted_host(place.address, behaviour(name), **place.served), place.connect() as client:
        outcome = None
        while outcome is None:
            with suppress(ConnectionLostError, NotConnectedError, TaskStartError):
                await client.ready()
                outcome = await (await client.start("Fix it")).wait("presented")
        assert outcome.kind == "presented"


async def test_a_host_that_dies_ends_a_client_that_does_not_reconnect(place: Place) -> None:
    """IPC spec R-10."""
    once = ClientOptions(reconnect=False)
    async with (
        scripted_host(place.address, behaviour("sudden-death"), **place.served) as host,
        place.connect(options=once) as client,
    ):
        events = client.events()
        await client.send(StartNewTask.of("x"))
        with pytest.raises(ConnectionLostError):
            await until(TaskAborted, events)
        await host.ended.wait()


async def test_a_session_is_recorded_and_played_to_the_same_effect(place: Place, tmp_path: Path) -> None:
    """Our rule: a recording is of what was said, not of how it was carried; so it plays everywhere."""
    file = tmp_path / "session.jsonl"
    async with (
        scripted_host(place.address, behaviour("since-3.51"), **place.served),
        recording(place.address, file, **place.connected) as (client, recorder),
    ):
        events = client.events()
        modes = await client.modes()
        await client.send(StartNewTask.of("Fix it"))
        first = await until(TaskIdle, events)
    assert recorder.lines == len(file.read_text(encoding="ascii").splitlines())
    async with scripted_host(place.address, read_script(file), **place.served), place.connect() as client:
        events = client.events()
        assert await client.modes() == modes
        await client.send(StartNewTask.of("Fix it"))
        assert await until(TaskIdle, events) == first


async def test_the_port_that_the_system_chose_is_told() -> None:
    """Our rule: an address with port 0 is one for clients, too, once it is had."""
    async with (
        scripted_host("zmq+tcp://127.0.0.1:0", behaviour("accepting"), insecure=True) as host,
        Place(host.endpoint, connected={"insecure": True}).connect() as client,
    ):
        assert client.ack is not None
        assert not host.endpoint.endswith(":0")
