"""Who gets in over ZeroMQ, who does not, and what both sides learn of it; with real sockets and real keys."""

import asyncio
import os
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rc_ipc import (
    AddressError,
    AddressInUseError,
    AuthenticationError,
    ClientOptions,
    IpcServer,
    PermissionDeniedError,
    connect,
    serve,
)
from rc_ipc._zap import zap_answer
from rc_ipc.zmq import CurveClient, CurveServer, fingerprint, generate_keys, read_keys
from rc_types.ipc import ClientId, TaskCommand
from structlog.testing import capture_logs

LOOPBACK = "zmq+tcp://127.0.0.1:0"


async def host(_command: TaskCommand, _client_id: ClientId, /) -> None:
    return None


class Keys:
    """Key files of a host and of two clients, one of which is on the list."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host, self.friend, self.stranger = (
            generate_keys(folder / name) for name in ("host", "friend", "stranger")
        )

    def client(self, name: str, server_key: str) -> CurveClient:
        return CurveClient(keys=self.folder / name, server_key=server_key)

    @property
    def server(self) -> CurveServer:
        return CurveServer(keys=self.folder / "host", allowed_keys=[self.friend])


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@asynccontextmanager
async def guarded(keys: Keys) -> AsyncGenerator[IpcServer]:
    """A host that lets in the friend; it still does at the end."""
    async with serve(LOOPBACK, host, curve=keys.server) as server:
        yield server
        async with connect(server.endpoint, curve=keys.client("friend", keys.host)) as client:
            assert client.ack is not None


async def test_an_allowed_key_gets_in_and_is_known_by_its_fingerprint(keys: Keys) -> None:
    """IPC spec 15.4."""
    with capture_logs() as logs:
        async with guarded(keys):
            pass
    [accepted] = [line for line in logs if line["event"] == "ipc.key_accepted"]
    assert accepted["key"] == fingerprint(keys.friend)
    assert keys.friend not in repr(logs)


async def test_a_key_that_is_not_on_the_list_is_told_so_within_two_seconds(keys: Keys) -> None:
    """IPC spec 15.4: AuthenticationError, one line in the server's log, and the server stays up."""
    with capture_logs() as logs:
        async with guarded(keys) as server, asyncio.timeout(2):
            with pytest.raises(AuthenticationError, match="does not let our key in"):
                async with connect(server.endpoint, curve=keys.client("stranger", keys.host)):
                    pytest.fail("got in")
    [refused] = [line for line in logs if line["event"] == "ipc.key_refused"]
    assert refused["key"] == fingerprint(keys.stranger)


async def test_a_host_with_another_key_than_the_pinned_one_is_left_within_two_seconds(keys: Keys) -> None:
    """IPC spec 15.4: nothing is ever said to it."""
    with capture_logs() as logs:
        async with guarded(keys) as server, asyncio.timeout(2):
            with pytest.raises(AuthenticationError, match="another key"):
                async with connect(server.endpoint, curve=keys.client("friend", keys.stranger)):
                    pytest.fail("got in")
    assert [line for line in logs if line["event"] == "ipc.handshake_failed"]


async def test_a_client_without_keys_is_told_so_within_two_seconds(keys: Keys) -> None:
    """IPC spec 15.4: missing CURVE."""
    with capture_logs() as logs:
        async with guarded(keys) as server, asyncio.timeout(2):
            with pytest.raises(AuthenticationError):
                async with connect(server.endpoint, insecure=True):
                    pytest.fail("got in")
    assert [line for line in logs if line["event"] == "ipc.handshake_failed"]


async def test_a_host_without_keys_is_not_talked_to_by_a_client_that_expects_them(keys: Keys) -> None:
    """IPC spec 15.4: pinning."""
    async with serve(LOOPBACK, host, insecure=True) as server, asyncio.timeout(2):
        with pytest.raises(AuthenticationError):
            async with connect(server.endpoint, curve=keys.client("friend", keys.host)):
                pytest.fail("got in")


async def test_everybody_gets_in_if_that_was_said(keys: Keys) -> None:
    """IPC spec 15.4: encryption without a list is an explicit opt-in."""
    curve = CurveServer(keys=keys.folder / "host", allow_any=True)
    async with (
        serve(LOOPBACK, host, curve=curve) as server,
        connect(server.endpoint, curve=keys.client("stranger", keys.host)) as client,
    ):
        assert client.ack is not None


async def test_two_hosts_in_one_process_have_lists_of_their_own(keys: Keys) -> None:
    """IPC spec R-16: no shared state."""
    other = CurveServer(keys=keys.folder / "host", allowed_keys=[keys.stranger])
    async with guarded(keys), serve(LOOPBACK, host, curve=other) as server:
        async with connect(server.endpoint, curve=keys.client("stranger", keys.host)) as client:
            assert client.ack is not None
        with pytest.raises(AuthenticationError):
            async with connect(server.endpoint, curve=keys.client("friend", keys.host)):
                pytest.fail("got in")


@pytest.mark.parametrize("address", ["zmq+tcp://*:0", "zmq+tcp://0.0.0.0:0"])
async def test_other_interfaces_are_not_served_without_keys(address: str) -> None:
    """IPC spec 15.4: no override."""
    with pytest.raises(AuthenticationError, match="needs keys"):
        async with serve(address, host, insecure=True):
            pytest.fail("served")


async def test_the_loopback_interface_is_not_used_without_keys_unless_that_was_said() -> None:
    """IPC spec 15.4: every local user can reach it."""
    with pytest.raises(AuthenticationError, match="insecure=True"):
        async with serve(LOOPBACK, host):
            pytest.fail("served")
    with pytest.raises(AuthenticationError, match="insecure=True"):
        async with connect("zmq+tcp://127.0.0.1:1"):
            pytest.fail("connected")


async def test_a_port_that_is_taken_is_said() -> None:
    """IPC spec R-8."""
    async with serve(LOOPBACK, host, insecure=True) as server:
        with pytest.raises(AddressInUseError):
            async with serve(server.endpoint, host, insecure=True):
                pytest.fail("served")


async def test_a_path_is_taken_as_carefully_as_without_zeromq(tmp_path: Path) -> None:
    """IPC spec R-8, R-9 and 15.4: nothing is replaced, only the owner connects, the file goes with the server."""
    path = tmp_path / "rc.sock"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(AddressInUseError):
        async with serve(f"zmq+ipc://{path}", host):
            pytest.fail("served")
    assert path.read_text(encoding="utf-8") == "precious"
    path.unlink()
    async with serve(f"zmq+ipc://{path}", host):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(AddressInUseError):
            async with serve(f"zmq+ipc://{path}", host):
                pytest.fail("served")
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - nobody else is kept waiting


async def test_a_path_that_somebody_else_took_is_noticed(tmp_path: Path) -> None:
    """IPC spec R-8: `endpoint_lost`."""
    path = tmp_path / "rc.sock"
    async with asyncio.timeout(5), serve(f"zmq+ipc://{path}", host) as server:
        path.unlink()
        with socket.socket(socket.AF_UNIX) as newcomer:
            newcomer.bind(str(path))
            await server.endpoint_lost.wait()


async def test_somebody_elses_socket_is_not_told_our_settings(tmp_path: Path) -> None:
    """IPC spec R-9, seen from the client."""
    address = f"zmq+ipc://{tmp_path}/rc.sock"
    async with serve(address, host):
        with pytest.raises(PermissionDeniedError, match="belongs to user"):
            async with connect(address, allowed_uids={-1}):
                pytest.fail("connected")


async def test_a_stranger_at_the_path_is_turned_away(tmp_path: Path) -> None:
    """IPC spec R-9: who may connect decides the server, whatever the mode of the file."""
    address = f"zmq+ipc://{tmp_path}/rc.sock"
    async with asyncio.timeout(5), serve(address, host, allowed_uids={os.getuid() + 1}):
        with pytest.raises(AuthenticationError):
            async with connect(address, options=ClientOptions(handshake_timeout=0.5)):
                pytest.fail("got in")


async def test_only_a_path_can_be_taken_over() -> None:
    """Our rule: a port belongs to one process at a time."""
    with pytest.raises(AddressError, match="taken over"):
        async with serve(LOOPBACK, host, insecure=True, takeover=True):
            pytest.fail("served")


def test_a_key_file_is_for_its_owners_eyes_and_is_never_overwritten(tmp_path: Path) -> None:
    """IPC spec 15.4."""
    path = tmp_path / "key"
    public = generate_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = read_keys(path)
    assert found.public == public
    assert found.secret not in repr(found)
    with pytest.raises(AddressInUseError):
        generate_keys(path)
    assert read_keys(path) == found


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """IPC spec 15.4."""
    path = tmp_path / "key"
    generate_keys(path)
    path.chmod(0o640)
    with pytest.raises(PermissionDeniedError, match="chmod 600"):
        read_keys(path)


@pytest.mark.parametrize("text", ["", "public-key = 5", 'public-key = "x"\nsecret-key = "sk-secret"', "sk-secret"])
def test_a_file_without_keys_is_refused_and_not_quoted(tmp_path: Path, text: str) -> None:
    """Law 8 of the architecture."""
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AuthenticationError) as refused:
        read_keys(path)
    assert "sk-secret" not in str(refused.value)


@pytest.mark.parametrize("allowed", [[], ["short"], "x" * 40])
def test_a_list_of_clients_that_lets_nobody_in_is_refused(allowed: list[str]) -> None:
    """Our rule: a mistake is said at once, not by silence on the socket."""
    with pytest.raises(AuthenticationError):
        CurveServer(keys="host", allowed_keys=allowed)


@pytest.mark.parametrize(
    "question",
    [
        (),
        (b"1.0", b"1"),
        (b"2.0", b"1", b"rc", b"::1", b"", b"CURVE", b"k" * 32),
        (b"1.0", b"1", b"rc", b"::1", b"", b"NULL"),
        (b"1.0", b"1", b"rc", b"::1", b"", b"PLAIN", b"user", b"word"),
        (b"1.0", b"1", b"rc", b"::1", b"", b"CURVE", b"short"),
    ],
)
def test_nothing_but_a_key_gets_in(question: tuple[bytes, ...]) -> None:
    """RFC 27: a question that cannot be understood is answered, and not by a yes."""
    answer, key = zap_answer(question, lambda _key: True)
    assert len(answer) == 6
    assert answer[2] in {b"400", b"500"}
    assert key is None


def test_without_pyzmq_one_sentence_says_what_to_install() -> None:
    """IPC spec R-16; a process of its own, in which the import fails."""
    code = """
import asyncio, sys
sys.modules["zmq"] = None
import rc_ipc, rc_ipc.zmq

async def main():
    for address in ("zmq+inproc://x", "zmq+ipc:///tmp/x"):
        for way in (rc_ipc.connect(address), rc_ipc.serve(address, None)):
            try:
                await way.__aenter__()
            except rc_ipc.AddressError as exc:
                print(exc)

asyncio.run(main())
try:
    rc_ipc.zmq.generate_keys("x")
except rc_ipc.AddressError as exc:
    print(exc)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(said) == 5
    assert all("pip install 'rc-ipc[zmq]'" in line for line in said)


def test_pyzmq_is_imported_only_when_it_is_used() -> None:
    """IPC spec R-16."""
    code = "import sys, rc_ipc, rc_ipc.link, rc_ipc.zmq, rc_ipc.testing; sys.exit('zmq' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
