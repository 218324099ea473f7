"""Where a host and the platform meet: what was looked at is what is connected to."""

import asyncio
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from rc_evals.agents.meeting import SOCKET, meeting_at

from .scene import make_scene


def listening(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    listener.setblocking(False)
    return listener


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def same_file(one: Path, other: Path) -> bool:
    return one.samefile(other)


async def test_a_socket_is_not_left_for_what_takes_its_place(tmp_path: Path) -> None:
    """Security posture: a link to the socket of another attempt would have us start our task there."""
    stage = make_scene(tmp_path).stage
    place = stage.channel / SOCKET
    with ExitStack() as opened:
        host = opened.enter_context(listening(place))
        other = opened.enter_context(listening(tmp_path / "other"))
        address = await opened.enter_context(meeting_at(stage)).address()
        place.unlink()
        place.symlink_to(tmp_path / "other")
        opened.enter_context(socket.socket(socket.AF_UNIX)).connect(address)
        opened.enter_context(host.accept()[0])
        with pytest.raises(BlockingIOError):
            other.accept()


async def test_nothing_is_left_open(tmp_path: Path) -> None:
    """An attempt more must not be a file more."""
    stage = make_scene(tmp_path).stage
    before = open_files()
    with listening(stage.channel / SOCKET):
        for _ in range(3):
            with meeting_at(stage) as meeting:
                await meeting.address()
    assert open_files() == before


async def test_a_link_to_a_socket_is_not_followed(tmp_path: Path) -> None:
    stage = make_scene(tmp_path).stage
    with listening(tmp_path / "other"), meeting_at(stage) as meeting:
        (stage.channel / SOCKET).symlink_to(tmp_path / "other")
        looking = asyncio.create_task(meeting.address())
        await asyncio.sleep(0)
        (stage.channel / SOCKET).unlink()
        with listening(stage.channel / SOCKET):
            address = await looking
            assert same_file(Path(address), stage.channel / SOCKET)
