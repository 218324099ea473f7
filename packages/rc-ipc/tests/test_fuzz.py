"""Whatever a peer says, a session bears it: nothing but FrameTooLargeError, and the next good message is understood.

`tools/fuzz` asks the same millions of times; what it found is here for good.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_ipc import FrameLimits, FrameTooLargeError
from rc_ipc._codec import FRAME_END, encode_frame, encode_json
from rc_ipc._session import ClientSession, Received, ServerSession
from rc_ipc._zmq_codec import PROTOCOL, Kind, encode_parts
from rc_ipc._zmq_session import ZmqClientSession, ZmqServerSession
from rc_types.events import TaskStarted
from rc_types.ipc import Ack, ClientId, GetModes, ResumeTask
from rc_types.ipc import ipc_message as any_message
from rc_types.task import TaskId
from rc_types.testing import mutants

LIMITS = FrameLimits(received=4000)
ACK = Ack(client_id=ClientId("9f86d081884c"), pid=1, ppid=1)
EVENT, COMMAND = TaskStarted.of(TaskId("good")), ResumeTask.of(TaskId("good"))
EVENT_MESSAGE = {"type": "TaskEvent", "origin": "server", "data": EVENT.to_wire()}
COMMAND_MESSAGE = {"type": "TaskCommand", "origin": "client", "clientId": "c", "data": COMMAND.to_wire()}

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
nearly_messages = mutants(any_message) | json_values
"""A message that is wrong in one place, or no message at all."""

frames = st.binary(max_size=60) | nearly_messages.map(lambda message: encode_frame({"data": message})[:-1]) | (
    nearly_messages.map(lambda message: encode_json({"type": "message", "data": message}))
)  # fmt: skip


def hear(session: ClientSession | ServerSession, stream: bytes, size: int) -> Iterable[object]:
    for at in range(0, len(stream), size):
        yield from session.receive(stream[at : at + size])


def new_sessions() -> tuple[ClientSession, ServerSession]:
    client, server = ClientSession(limits=LIMITS), ServerSession(ACK, limits=LIMITS)
    assert list(client.receive(server.greeting())) == [ACK]
    return client, server


@settings(max_examples=300)
@given(odd=st.lists(frames, max_size=6), size=st.integers(1, 5000))
def test_odd_frames_do_not_keep_a_good_one_from_being_understood(odd: list[bytes], size: int) -> None:
    """IPC spec R-2, R-14 and section 10."""
    client, server = new_sessions()
    stream = b"".join(frame.replace(FRAME_END, b" ")[:3000] + FRAME_END for frame in odd)
    *_, event = hear(client, stream + encode_frame(EVENT_MESSAGE), size)
    assert event == EVENT
    *_, received = hear(server, stream + encode_frame(COMMAND_MESSAGE), size)
    assert isinstance(received, Received)
    assert received.command == COMMAND


@given(stream=st.binary(max_size=3000), size=st.integers(1, 3000))
def test_bytes_of_any_sort_raise_nothing(stream: bytes, size: int) -> None:
    """IPC spec 3.3: never crash on any byte sequence."""
    for session in new_sessions():
        list(hear(session, stream, size))


@given(size=st.integers(1, 500))
def test_only_a_frame_over_the_limit_ends_a_session(size: int) -> None:
    """IPC spec R-4."""
    for session in new_sessions():
        with pytest.raises(FrameTooLargeError):
            list(hear(session, b"x" * 4001, size))


parts = st.tuples(
    st.just(PROTOCOL) | st.binary(max_size=9),
    st.sampled_from([kind.encode() for kind in Kind]) | st.binary(max_size=9),
    st.sampled_from([b"", bytes(16), (1).to_bytes(16, "big"), (2).to_bytes(16, "big")]) | st.binary(max_size=17),
    nearly_messages.map(encode_json) | st.binary(max_size=60),
)


@settings(max_examples=300)
@given(odd=st.lists(parts | st.lists(st.binary(max_size=9), max_size=6).map(tuple), max_size=6))
def test_odd_messages_over_zeromq_do_not_keep_a_good_one_from_being_understood(odd: list[tuple[bytes, ...]]) -> None:
    """IPC spec 15.2."""
    numbers = iter(range(1, 10))
    client = ZmqClientSession(
        ClientSession(limits=LIMITS), hello={}, limits=LIMITS, new_correlation=lambda: next(numbers).to_bytes(16, "big")
    )
    server = ZmqServerSession(ACK, hello=client.opening()[2], limits=LIMITS)
    assert list(client.receive(server.greeting())) == [ACK]
    client.command(GetModes.of())
    for message in odd:
        list(client.receive(message))
        list(server.receive(message))
    assert list(client.receive(encode_parts(Kind.EVENT, body=EVENT_MESSAGE))) == [EVENT]
    [received] = server.receive(encode_parts(Kind.COMMAND, correlation=b"c" * 16, body=COMMAND_MESSAGE))
    assert isinstance(received, Received)
    assert received.command == COMMAND


@pytest.mark.parametrize("name", [{}, [], {"a": []}, None, 5])
def test_the_name_of_a_command_may_be_anything(name: object) -> None:
    """Found by `tools/fuzz/ipc.py`: a name that cannot be looked up in a table ended the host's side over ZeroMQ."""
    server = ZmqServerSession(ACK, hello=b"h" * 16, limits=LIMITS)
    message = {**COMMAND_MESSAGE, "data": {"commandName": name}}
    assert len(list(server.receive(encode_parts(Kind.COMMAND, correlation=b"c" * 16, body=message)))) == 2
