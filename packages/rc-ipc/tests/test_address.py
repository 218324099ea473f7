"""What an address says, and how paths become names of Windows pipes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import AddressError
from rc_ipc._address import (
    MAX_PATH,
    MAX_PIPE_NAME,
    Address,
    parse_address,
    pipe_candidates,
    pipe_name,
    upstream_pipe_name,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("/run/rc.sock", Address("unix", "/run/rc.sock")),
        ("./odd:name.sock", Address("unix", "./odd:name.sock")),
        ("unix:rc.sock", Address("unix", "rc.sock")),
        ("zmq+ipc:///run/rc.sock", Address("zmq+ipc", "/run/rc.sock")),
        ("zmq+tcp://127.0.0.1:5555", Address("zmq+tcp", "127.0.0.1:5555")),
        ("zmq+tcp://[::1]:5555", Address("zmq+tcp", "[::1]:5555")),
        ("zmq+tcp://*:5555", Address("zmq+tcp", "*:5555")),
        ("zmq+inproc://name", Address("zmq+inproc", "name")),
    ],
)
def test_an_address_names_a_transport_and_a_place(text: str, address: Address) -> None:
    """IPC spec R-16."""
    assert parse_address(text, has_pipes=False) == address
    assert parse_address(str(address), has_pipes=False) == address


@pytest.mark.parametrize(
    ("text", "address", "name"),
    [
        ("pipe:roo-code-1", Address("pipe", "roo-code-1"), r"\\.\pipe\roo-code-1"),
        (r"\\.\pipe\x", Address("pipe", r"\\.\pipe\x"), r"\\.\pipe\x"),
        ("pipe:/tmp/a.sock", Address("pipe", "/tmp/a.sock"), r"\\.\pipe\tmp-a.sock"),
        ("/tmp/a.sock", Address("pipe", "/tmp/a.sock"), r"\\.\pipe\tmp-a.sock"),
        ("C:\\a.sock", Address("pipe", "C:\\a.sock"), "\\\\.\\pipe\\C:\\a.sock"),
        ("zmq+tcp://127.0.0.1:5555", Address("zmq+tcp", "127.0.0.1:5555"), "zmq+tcp://127.0.0.1:5555"),
    ],
)
def test_on_windows_a_path_names_a_pipe(text: str, address: Address, name: str) -> None:
    """IPC spec 2.3: as upstream's client, in both roles."""
    assert parse_address(text, has_pipes=True) == address
    assert str(address) == name
    assert str(parse_address(str(address), has_pipes=True)) == name


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("unix:/run/a.sock", "Python has no Unix sockets on Windows"),
        ("pipe:", "a name is missing"),
        ("\\\\.\\pipe\\", "a name is missing"),
        ("pipe:" + "x" * MAX_PIPE_NAME, f"may have {MAX_PIPE_NAME}"),
        ("pipe:" + "😀" * (MAX_PIPE_NAME // 2), f"may have {MAX_PIPE_NAME}"),
    ],
)
def test_what_can_be_no_pipe_is_refused(text: str, why: str) -> None:
    """IPC spec 2.3 and R-16."""
    with pytest.raises(AddressError, match=why):
        parse_address(text, has_pipes=True)


@pytest.mark.parametrize("text", ["pipe:roo-code-1", r"\\.\pipe\roo-code-1", r"unix:\\.\pipe\roo-code-1"])
def test_where_there_are_no_pipes_that_is_said(text: str) -> None:
    """IPC spec R-16: never a socket with a strange name."""
    with pytest.raises(AddressError, match="named pipes are of Windows"):
        parse_address(text, has_pipes=False)


def test_a_path_over_the_systems_limit_is_refused_with_the_limit() -> None:
    """IPC spec Q23: bytes, not characters."""
    assert parse_address("/" + "x" * (MAX_PATH - 1), has_pipes=False).scheme == "unix"
    with pytest.raises(AddressError, match=str(MAX_PATH)):
        parse_address("/" + "ü" * (MAX_PATH // 2 + 1), has_pipes=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unix:",
        "pipe:",
        "a\0b",
        "zmq+ipc:/run/rc.sock",
        "zmq+ipc://rc.sock",
        "zmq+ipc://@abstract",
        "zmq+ipc://*",
        "zmq+ipc:///" + "x" * MAX_PATH,
        "zmq+tcp://127.0.0.1",
        "zmq+tcp://:5555",
        "zmq+tcp://::1:5555",
        "zmq+tcp://host:65536",
        "zmq+tcp://host:٣",
        "zmq+tcp://eth0;host:1",
        "zmq+inproc://",
    ],
)
def test_what_names_no_place_is_refused(text: str) -> None:
    """IPC spec 15.4: above all, no names that libzmq would bind without a file and its mode."""
    with pytest.raises(AddressError):
        parse_address(text)


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", True), ("[::1]", True), ("localhost", True), ("*", False)]
)
def test_loopback_is_told_from_the_rest_of_the_world(host: str, expected: bool) -> None:
    """IPC spec 15.4."""
    assert parse_address(f"zmq+tcp://{host}:1").is_loopback is expected


@pytest.mark.parametrize(
    ("path", "ours", "upstream"),
    [
        ("/tmp/evals-1-2.sock", r"\\.\pipe\tmp-evals-1-2.sock", r"\\.\pipe\tmp-evals-1-2.sock"),
        (r"\\.\pipe\x", r"\\.\pipe\x", r"\\.\pipe\\\.\pipe\x"),
        (r"C:\a\x.sock", r"\\.\pipe\C:\a\x.sock", r"\\.\pipe\C:\a\x.sock"),
        ("//a/b", r"\\.\pipe\-a-b", r"\\.\pipe\-a-b"),
    ],
)
def test_a_path_becomes_a_pipe_as_upstream_makes_it(path: str, ours: str, upstream: str) -> None:
    """IPC spec 2.3: the client's column for us, the server's as a second candidate."""
    assert pipe_name(path) == ours
    assert upstream_pipe_name(path) == upstream
    assert pipe_candidates(path) == ((ours,) if ours == upstream else (ours, upstream))


@given(path=st.text(max_size=40))
def test_a_pipes_name_is_left_alone(path: str) -> None:
    """IPC spec 2.3: what has the prefix is a name already."""
    assert pipe_name(pipe_name(path)) == pipe_name(path)
