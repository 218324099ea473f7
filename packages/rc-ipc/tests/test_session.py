"""Both protocol state machines, without a socket."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import FrameLimits, FrameTooLargeError, ProtocolViolationError
from rc_ipc._codec import decode_frame, encode_frame
from rc_ipc._session import ClientSession, Ignored, Received, ServerSession, event_frame, subject_of
from rc_types.events import MalformedTaskEvent, Message, TaskCreated, TaskTokenUsageUpdated, UnknownTaskEvent
from rc_types.ipc import Ack, CancelTask, ClientId, GetModes, ResumeTask, StartNewTask, ipc_message
from rc_types.task import TaskId

FRAMES = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "frames.tsv").read_text(encoding="utf-8").splitlines()
]
ACK = Ack(client_id=ClientId("9f86d081884c"), pid=4242, ppid=4100)


def server_session() -> ServerSession:
    return ServerSession(ACK, limits=FrameLimits())


def greeted_session() -> ClientSession:
    session = ClientSession(limits=FrameLimits())
    assert list(session.receive(server_session().greeting())) == [ACK]
    return session


def frame(**message: Any) -> bytes:
    return encode_frame(message)


@pytest.mark.parametrize(("name", "digest", "text"), FRAMES, ids=[name for name, _, _ in FRAMES])
def test_the_wire_examples_survive_decoding_and_encoding_byte_for_byte(name: str, digest: str, text: str) -> None:
    """IPC spec section 16 and R-3: through the codec, and through the models."""
    raw = text.encode() + b"\x0c"
    assert hashlib.sha256(raw).hexdigest() == digest
    message = decode_frame(raw[:-1])["data"]
    assert encode_frame(message) == raw
    assert encode_frame(ipc_message.from_wire(message).to_wire()) == raw


def test_the_greeting_is_the_first_wire_example() -> None:
    """IPC spec W1."""
    assert server_session().greeting() == FRAMES[0][2].encode() + b"\x0c"


def test_commands_go_out_under_the_name_that_the_host_gave() -> None:
    """IPC spec section 8.1 and W3."""
    command = ResumeTask.of(TaskId("0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77"))
    assert greeted_session().command(command) == FRAMES[2][2].encode() + b"\x0c"


def test_events_go_out_as_the_wire_example_shows() -> None:
    """IPC spec W7."""
    event = TaskCreated.of(TaskId("0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77"))
    assert event_frame(event, limits=FrameLimits()) == FRAMES[6][2].encode() + b"\x0c"


def test_a_cancellation_carries_the_task_for_hosts_that_insist() -> None:
    """IPC spec section 5, compatibility rule."""
    sent = json.loads(greeted_session().command(CancelTask.of(TaskId("t-1")))[:-1])
    assert sent["data"]["data"] == {"commandName": "CancelTask", "data": "t-1"}


def test_nothing_is_sent_before_the_greeting() -> None:
    """IPC spec section 8.1: the host would drop it in silence."""
    with pytest.raises(ProtocolViolationError):
        ClientSession(limits=FrameLimits()).command(GetModes.of())


def test_a_task_that_could_never_start_is_refused() -> None:
    """IPC spec Q19."""
    with pytest.raises(ProtocolViolationError, match="neither text nor images"):
        greeted_session().command(StartNewTask.of(""))
    assert greeted_session().command(StartNewTask.of("", images=["data:image/png;base64,"]))


def test_a_command_over_the_limit_is_refused_and_the_session_goes_on() -> None:
    """IPC spec R-4."""
    session = ClientSession(limits=FrameLimits(sent=300))
    list(session.receive(server_session().greeting()))
    with pytest.raises(FrameTooLargeError):
        session.command(StartNewTask.of("x" * 300))
    assert session.command(GetModes.of())


def test_events_before_the_greeting_are_ignored() -> None:
    """IPC spec R-10."""
    session = ClientSession(limits=FrameLimits())
    [ignored] = session.receive(event_frame(TaskCreated.of(TaskId("t")), limits=FrameLimits()))
    assert isinstance(ignored, Ignored)
    assert ignored.reason == "before_ack"


def test_a_second_greeting_changes_nothing() -> None:
    """Our rule: a connection keeps its name."""
    session = greeted_session()
    other = ServerSession(ACK.model_copy(update={"client_id": "other"}), limits=FrameLimits())
    [ignored] = session.receive(other.greeting())
    assert isinstance(ignored, Ignored)
    assert session.client_id == ACK.client_id


def test_a_server_hears_a_command_and_who_it_claims_to_be_from() -> None:
    """IPC spec section 10: a foreign client id is accepted."""
    [received] = server_session().receive(greeted_session().command(GetModes.of()))
    assert received == Received(GetModes.of(), ACK.client_id)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x0c", "not_json"),
        (b"null\x0c", "not_a_frame"),
        (b"5\x0c", "not_a_frame"),
        (b"[1,2]\x0c", "not_a_frame"),
        (b'{"data":{}}\x0c', "not_a_frame"),
        (b'{"type":7,"data":{}}\x0c', "not_a_frame"),
        (b'{"type":"__proto__","data":{}}\x0c', "unknown_frame_type"),
        (b'{"type":"connect","data":{}}\x0c', "unknown_frame_type"),
        (b'{"type":"message"}\x0c', "not_a_message"),
        (b'{"type":"message","data":[]}\x0c', "not_a_message"),
        (b'{"type":"message","data":{"a":' + b"[" * 20_000 + b"\x0c", "not_json"),
    ],
)
def test_what_carries_no_message_is_ignored_on_both_sides(raw: bytes, reason: str) -> None:
    """IPC spec section 10 and F6 to F8."""
    for heard in (*server_session().receive(raw), *greeted_session().receive(raw)):
        assert isinstance(heard, Ignored)
        assert heard.reason == reason


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"type": "Nope", "origin": "client"}, "schema"),
        ({"type": "TaskCommand", "origin": "server", "clientId": "c", "data": {"commandName": "GetModes"}}, "schema"),
        ({"type": "TaskCommand", "origin": "client", "data": {"commandName": "GetModes"}}, "schema"),
        ({"type": "TaskCommand", "origin": "client", "clientId": "c", "data": {"commandName": "FormatDisk"}}, "schema"),
        ({"type": "TaskCommand", "origin": "client", "clientId": "c", "data": {"commandName": "ResumeTask"}}, "schema"),
        ({"type": "Ack", "origin": "server", "data": {"clientId": "c", "pid": 1, "ppid": 1}}, "wrong_direction"),
    ],
)
def test_a_server_ignores_what_upstream_refuses(message: dict[str, Any], reason: str) -> None:
    """IPC spec section 10."""
    [ignored] = server_session().receive(encode_frame(message))
    assert isinstance(ignored, Ignored)
    assert ignored.reason == reason


def test_a_refused_command_does_not_put_its_keys_into_the_reason() -> None:
    """IPC spec R-18: reasons are logged."""
    data = {"configuration": {"apiKey": 5, "openRouterApiKey": "sk-secret", "mode": 7}, "text": "private"}
    raw = frame(type="TaskCommand", origin="client", clientId="c", data={"commandName": "StartNewTask", "data": data})
    [ignored] = server_session().receive(raw)
    assert isinstance(ignored, Ignored)
    assert "sk-secret" not in ignored.detail
    assert "private" not in ignored.detail


def test_a_client_keeps_what_it_does_not_understand() -> None:
    """IPC spec R-14."""
    unknown = frame(type="TaskEvent", origin="server", data={"eventName": "taskExploded", "payload": ["t"]})
    malformed = frame(type="TaskEvent", origin="server", data={"eventName": "taskCreated", "payload": [17]})
    heard = list(greeted_session().receive(unknown + malformed))
    assert isinstance(heard[0], UnknownTaskEvent)
    assert isinstance(heard[1], MalformedTaskEvent)


@given(noise=st.binary(max_size=200), step=st.integers(1, 50))
def test_no_bytes_make_a_session_fail(noise: bytes, step: int) -> None:
    """IPC spec 3.3: never crash on any byte sequence; what comes after is heard."""
    client, server = greeted_session(), server_session()
    event = event_frame(TaskCreated.of(TaskId("t")), limits=FrameLimits())
    stream = noise + b"\x0c" + event
    heard = [each for at in range(0, len(stream), step) for each in client.receive(stream[at : at + step])]
    assert heard[-1] == TaskCreated.of(TaskId("t"))
    for at in range(0, len(stream), step):
        assert all(isinstance(each, Ignored) for each in server.receive(stream[at : at + step]))


def message_event(*, action: str = "updated", partial: bool | None = None) -> Message:
    message = {"ts": 5, "type": "say", "say": "text"} | ({} if partial is None else {"partial": partial})
    return Message.from_wire(
        {"eventName": "message", "payload": [{"taskId": "t", "action": action, "message": message}]}
    )


def test_a_partial_update_gives_way_to_the_next_update_of_the_same_message() -> None:
    """IPC spec R-5, step 1."""
    partial, final = subject_of(message_event(partial=True)), subject_of(message_event())
    assert partial is not None
    assert final is not None
    assert partial.key == final.key
    assert (partial.transient, final.transient) == (True, False)


def test_what_is_said_once_gives_way_to_nothing() -> None:
    """IPC spec R-5, step 1: everything else is never dropped."""
    assert subject_of(message_event(action="created", partial=True)) is None
    assert subject_of(TaskCreated.of(TaskId("t"))) is None


def test_usage_gives_way_to_later_usage_of_the_same_task() -> None:
    """IPC spec R-5, step 1."""
    usage = {"totalTokensIn": 1, "totalTokensOut": 1, "totalCost": 0, "contextTokens": 1}
    event = TaskTokenUsageUpdated.from_wire({"eventName": "taskTokenUsageUpdated", "payload": ["t", usage, {}]})
    assert subject_of(event) == (("taskTokenUsageUpdated", "t"), True)
