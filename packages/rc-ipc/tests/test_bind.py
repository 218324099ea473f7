"""Taking a path and giving it back."""
# ruff: noqa: ASYNC240 - the files are the subject, and nobody else is kept waiting

import asyncio
import gc
import os
import socket
import stat
from contextlib import closing
from pathlib import Path

import pytest
from rc_ipc import AddressError, AddressInUseError, PermissionDeniedError, connect, serve
from rc_ipc._bind import UnixListener, listen_unix
from rc_ipc._local import trusted_uids
from rc_ipc._unix import dial_unix
from rc_types.events import TaskEvent
from rc_types.ipc import ClientId, TaskCommand


async def silent(_command: TaskCommand, _client_id: ClientId, /) -> TaskEvent | None:
    return None


def listen(path: Path, *, takeover: bool = False) -> UnixListener:
    return listen_unix(str(path), allowed_uids=trusted_uids(None), takeover=takeover)


def dead_socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as sock:
        sock.bind(str(path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rc.sock"


async def test_nobody_else_can_connect_and_nothing_is_left(path: Path) -> None:
    """IPC spec R-9 and R-13."""
    async with serve(path, silent):
        mode = path.lstat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
    assert list(path.parent.iterdir()) == []


async def test_a_wide_umask_does_not_widen_the_socket(path: Path) -> None:
    """IPC spec R-9."""
    before = os.umask(0)
    try:
        listener = listen(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.lstat().st_mode) == 0o600
    assert stat.S_IMODE(Path(f"{path}.lock").lstat().st_mode) == 0o600
    await listener.aclose()


async def test_a_dead_socket_is_replaced(path: Path) -> None:
    """IPC spec R-8, third row."""
    dead_socket(path)
    async with serve(path, silent), connect(path):
        pass


async def test_a_live_socket_is_respected(path: Path) -> None:
    """IPC spec R-8, second row: here somebody who takes no lock, such as an upstream host."""
    with closing(socket.socket(socket.AF_UNIX)) as other:
        other.bind(str(path))
        other.listen()
        with pytest.raises(AddressInUseError, match="listening"):
            listen(path)
        assert path.exists()
    assert list(path.parent.iterdir()) == [path]


async def test_a_live_socket_with_a_full_backlog_is_respected(path: Path) -> None:
    """IPC spec R-8: when in doubt, somebody lives there."""
    with closing(socket.socket(socket.AF_UNIX)) as other:
        other.bind(str(path))
        other.listen(0)
        waiting: list[socket.socket] = []
        while not waiting or waiting[-1].connect_ex(str(path)) == 0:
            waiting.append(socket.socket(socket.AF_UNIX))
            waiting[-1].setblocking(False)
        with pytest.raises(AddressInUseError):
            listen(path)
        for sock in waiting:
            sock.close()


async def test_a_second_server_of_ours_is_refused_without_a_race(path: Path) -> None:
    """IPC spec R-8: the lock decides."""
    async with serve(path, silent), connect(path):
        with pytest.raises(AddressInUseError, match="lock"):
            listen(path)


async def test_a_takeover_leaves_the_former_server_its_clients_and_tells_it(path: Path) -> None:
    """IPC spec R-8: noticed within five seconds; the newcomer's file survives the end of the former."""
    async with serve(path, silent, takeover=True) as newcomer_later, serve(path, silent, takeover=True) as newcomer:
        async with connect(path) as client:
            assert newcomer.client_ids
            assert not newcomer_later.client_ids
            assert client.ack is not None
        await newcomer_later.endpoint_lost.wait()
        await newcomer_later.aclose()
        assert path.exists()
        async with connect(path):
            assert not newcomer.endpoint_lost.is_set()
    assert not path.exists()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
async def test_what_is_not_a_socket_is_never_removed(path: Path, kind: str) -> None:
    """IPC spec R-8, fourth row; a link, even to a dead socket, is not a socket."""
    if kind == "file":
        path.write_text("precious", encoding="utf-8")
    elif kind == "folder":
        path.mkdir()
    else:
        dead_socket(path.with_name("dead"))
        path.symlink_to("dead")
    with pytest.raises(AddressInUseError, match="not a socket"):
        listen(path)
    assert os.path.lexists(path)
    assert not Path(f"{path}.lock").exists()


async def test_a_lock_that_is_a_link_is_not_followed(path: Path) -> None:
    """Our rule: in a shared folder others can prepare links."""
    victim = path.with_name("victim")
    Path(f"{path}.lock").symlink_to(victim)
    with pytest.raises(PermissionDeniedError):
        listen(path)
    assert not victim.exists()


async def test_a_left_over_lock_file_is_no_lock(path: Path) -> None:
    """IPC spec R-8: the lock is advisory and dies with its holder."""
    Path(f"{path}.lock").touch()
    await listen(path).aclose()
    assert list(path.parent.iterdir()) == []


async def test_a_folder_that_everybody_can_write_to_is_refused(path: Path) -> None:
    """IPC spec R-9."""
    path.parent.chmod(0o777)
    with pytest.raises(PermissionDeniedError, match="everybody"):
        listen(path)


async def test_a_sticky_folder_is_fine(path: Path) -> None:
    """IPC spec R-9: /tmp is one."""
    path.parent.chmod(0o1777)
    await listen(path).aclose()


async def test_a_missing_folder_is_named(path: Path) -> None:
    """IPC spec Q9: listen errors are not silent."""
    with pytest.raises(AddressError, match="No such file"):
        listen(path.parent / "missing" / "rc.sock")


async def test_a_listener_of_another_user_is_not_told_our_settings(path: Path) -> None:
    """IPC spec R-9, seen from the client: configuration holds keys."""
    async with serve(path, silent):
        with pytest.raises(PermissionDeniedError, match="belongs to user"):
            await dial_unix(str(path), allowed_uids={-1})
        with pytest.raises(PermissionDeniedError):
            async with connect(path, allowed_uids={-1}):
                pytest.fail("connected to a stranger")


async def test_a_stranger_is_closed_before_a_word_is_said(path: Path) -> None:
    """IPC spec R-9."""
    async with serve(path, silent, allowed_uids={-1}):
        transport = await dial_unix(str(path), allowed_uids=trusted_uids(None))
        assert await transport.receive() == b""
        await transport.aclose()


async def test_closing_twice_does_not_remove_the_next_server(path: Path) -> None:
    """Our rule: by then the path belongs to somebody else."""
    first = listen(path)
    await first.aclose()
    second = listen(path)
    await first.aclose()
    assert path.exists()
    await second.aclose()


@pytest.mark.parametrize("steps", range(5))
async def test_a_connection_that_comes_while_nobody_accepts_any_more_is_closed(path: Path, steps: int) -> None:
    """Our rule: whichever step of the loop the cancellation falls on. A socket that is lost unclosed is a warning."""
    listener = listen(path)
    accepting = asyncio.create_task(listener.accept())
    await asyncio.sleep(0)
    client = await dial_unix(str(path), allowed_uids=trusted_uids(None))
    for _ in range(steps):
        await asyncio.sleep(0)
    accepting.cancel()
    (accepted,) = await asyncio.gather(accepting, return_exceptions=True)
    await listener.aclose()
    if not isinstance(accepted, BaseException):
        await accepted.aclose()
    async with asyncio.timeout(5):
        assert await client.receive() == b""
    await client.aclose()
    gc.collect()
