"""What an address says, and how paths become names of Windows pipes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import AddressError
from rc_ipc._address import MAX_PATH, Address, parse_address, pipe_candidates, pipe_name, upstream_pipe_name


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("/run/rc.sock", Address("unix", "/run/rc.sock")),
        ("./odd:name.sock", Address("unix", "./odd:name.sock")),
        ("unix:rc.sock", Address("unix", "rc.sock")),
        ("pipe:roo-code-1", Address("pipe", "roo-code-1")),
        ("zmq+ipc:///run/rc.sock", Address("zmq+ipc", "/run/rc.sock")),
        ("zmq+tcp://127.0.0.1:5555", Address("zmq+tcp", "127.0.0.1:5555")),
        ("zmq+tcp://[::1]:5555", Address("zmq+tcp", "[::1]:5555")),
        ("zmq+tcp://*:5555", Address("zmq+tcp", "*:5555")),
        ("zmq+inproc://name", Address("zmq+inproc", "name")),
    ],
)
def test_an_address_names_a_transport_and_a_place(text: str, address: Address) -> None:
    """IPC spec R-16."""
    assert parse_address(text) == address
    assert parse_address(str(address)) == address


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
