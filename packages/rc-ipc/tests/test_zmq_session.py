"""What is said over ZeroMQ, without a socket."""

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import ConnectionLostError, FrameLimits, FrameTooLargeError, RemoteError
from rc_ipc._session import ClientSession, Ignored, Received
from rc_ipc._wire import Farewell, Reply, Resolved
from rc_ipc._zmq_codec import Defect, Kind, ZmqMessage, decode_parts, encode_parts, error_parts
from rc_ipc._zmq_session import MAX_OPEN, ZmqClientSession, ZmqServerSession, event_parts
from rc_types.events import ModeInfo, ModesResponse, TaskCreated, UnknownTaskEvent
from rc_types.ipc import Ack, ClientId, GetModels, GetModes, ResumeTask, SendMessage, StartNewTask
from rc_types.task import TaskId

if TYPE_CHECKING:
    from rc_ipc._transport import Multipart

ACK = Ack(client_id=ClientId("9f86d081884c"), pid=4242, ppid=4100)
LIMITS = FrameLimits()
CREATED = TaskCreated.of(TaskId("t"))


def new_client(*, limits: FrameLimits = LIMITS) -> ZmqClientSession:
    numbers = itertools.count(1)
    return ZmqClientSession(
        ClientSession(limits=limits),
        hello={"name": "test"},
        limits=limits,
        new_correlation=lambda: next(numbers).to_bytes(16, "big"),
    )


def greeted(*, limits: FrameLimits = LIMITS) -> tuple[ZmqClientSession, ZmqServerSession]:
    client = new_client(limits=limits)
    server = ZmqServerSession(ACK, hello=client.opening()[2], limits=limits)
    assert list(client.receive(server.greeting())) == [ACK]
    return client, server


def command(body: object) -> tuple[bytes, ...]:
    return encode_parts(Kind.COMMAND, correlation=b"c" * 16, body=body)


def task_command(**data: Any) -> dict[str, Any]:
    return {"type": "TaskCommand", "origin": "client", "clientId": "c", "data": data}


def test_messages_have_four_parts_and_their_bodies_are_what_the_socket_says() -> None:
    """IPC spec 15.2."""
    client, server = greeted()
    assert client.client_id == ACK.client_id
    hello, ack = new_client().opening(), server.greeting()
    assert hello == (b"RCIPC/1", b"HELLO", (1).to_bytes(16, "big"), b'{"name":"test"}')
    assert ack[:3] == (b"RCIPC/1", b"ACK", hello[2])
    assert json.loads(ack[3]) == {
        "type": "Ack",
        "origin": "server",
        "data": {"clientId": "9f86d081884c", "pid": 4242, "ppid": 4100},
    }
    event = b'{"type":"TaskEvent","origin":"server","data":{"eventName":"taskCreated","payload":["t"]}}'
    assert event_parts(CREATED, limits=LIMITS) == (b"RCIPC/1", b"EVENT", b"", event)


def test_a_command_is_accepted_and_resolved_under_its_correlation() -> None:
    """IPC spec 15.2: exactly one RESULT or ERROR."""
    client, server = greeted()
    asked = SendMessage.of("x")
    [received] = server.receive(client.command(asked))
    assert isinstance(received, Received)
    assert received.command == asked
    [accepted], [result] = server.acceptance(received), server.answer(received, None)
    assert list(client.receive(accepted)) == []
    [resolved] = client.receive(result)
    assert isinstance(resolved, Resolved)
    assert resolved.command is asked
    assert resolved.error is None
    [again] = client.receive(result)
    assert isinstance(again, Ignored)


def test_a_host_that_never_answers_is_owed_nothing_for_ever() -> None:
    """Our rule: what a silent host costs is bounded; what is given up is the oldest."""
    client, server = greeted()
    results: list[Multipart] = []
    for number in range(MAX_OPEN + 1):
        [received] = server.receive(client.command(SendMessage.of(str(number))))
        assert isinstance(received, Received)
        results += server.answer(received, None)
    [first, *_, last] = [outcome for result in results for outcome in client.receive(result)]
    assert isinstance(first, Ignored)
    assert isinstance(last, Resolved)


@pytest.mark.parametrize(
    ("asked", "answer", "value"),
    [
        (GetModes.of(), ModesResponse.of([ModeInfo(slug="code", name="Code")]), [{"slug": "code", "name": "Code"}]),
        (GetModes.of(), None, []),
        (GetModels.of(), None, {}),
        (StartNewTask.of("x"), TaskId("t-1"), "t-1"),
        (StartNewTask.of("x"), CREATED, "t"),
        (StartNewTask.of("x"), None, None),
        (ResumeTask.of(TaskId("t-2")), None, "t-2"),
        (SendMessage.of("x"), None, None),
    ],
)
def test_a_result_holds_what_was_found(asked: Any, answer: Any, value: object) -> None:
    """IPC spec 15.2, RESULT."""
    client, server = greeted()
    [received] = server.receive(client.command(asked))
    assert isinstance(received, Received)
    *_, result = server.answer(received, answer)
    assert json.loads(result[3]) == {"value": value}


def test_the_result_of_a_query_is_the_event_that_the_socket_would_have_sent() -> None:
    """Our rule: who reads events need not know the transport."""
    client, server = greeted()
    answer = ModesResponse.of([ModeInfo(slug="code", name="Code")])
    [received] = server.receive(client.command(GetModes.of()))
    assert isinstance(received, Received)
    [result] = server.answer(received, answer)
    event, resolved = client.receive(result)
    assert event == answer
    assert isinstance(resolved, Resolved)
    assert resolved.error is None


def test_a_result_that_is_no_answer_fails_its_query() -> None:
    """Our rule: nobody waits for what has come already."""
    client, _ = greeted()
    asked = client.command(GetModes.of())
    _, resolved = client.receive(encode_parts(Kind.RESULT, correlation=asked[2], body={"value": 5}))
    assert isinstance(resolved, Resolved)
    assert resolved.error is not None


def test_an_event_that_is_no_answer_goes_before_the_result() -> None:
    """Our rule: nothing that a handler returns is lost."""
    client, server = greeted()
    [received] = server.receive(client.command(SendMessage.of("x")))
    assert isinstance(received, Received)
    event, result = server.answer(received, CREATED)
    assert (event[1], result[1]) == (b"EVENT", b"RESULT")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "invalid_message"),
        ({"type": "Ack"}, "invalid_message"),
        ({**task_command(commandName="GetModes"), "clientId": 5}, "invalid_message"),
        (task_command(commandName="FormatDisk"), "unknown_command"),
        (task_command(commandName={}), "unknown_command"),
        (task_command(commandName="ResumeTask", data=5), "invalid_payload"),
    ],
)
def test_a_command_that_is_none_is_answered_with_its_error(body: object, code: str) -> None:
    """IPC spec 15.2, error codes."""
    _, server = greeted()
    ignored, reply = server.receive(command(body))
    assert isinstance(ignored, Ignored)
    assert isinstance(reply, Reply)
    assert (reply.frame[1], reply.frame[2]) == (b"ERROR", b"c" * 16)
    assert json.loads(reply.frame[3])["code"] == code


def test_an_error_does_not_quote_the_command() -> None:
    """IPC spec 15.2: messages never contain secrets."""
    _, server = greeted()
    body = task_command(commandName="StartNewTask", data={"configuration": {"apiKey": 5, "x": "sk-secret"}, "text": 1})
    for said in server.receive(command(body)):
        assert "sk-secret" not in repr(said)


def test_an_error_belongs_to_its_command() -> None:
    """IPC spec 15.2 and R-17, `RemoteError`."""
    client, server = greeted()
    asked = GetModes.of()
    [received] = server.receive(client.command(asked))
    assert isinstance(received, Received)
    [error] = server.refusal(received, RemoteError("not_found", "no modes here"))
    [resolved] = client.receive(error)
    assert isinstance(resolved, Resolved)
    assert resolved.command is asked
    assert resolved.error is not None
    assert resolved.error.args == ("not_found", "no modes here")


@pytest.mark.parametrize("code", ["hello_required", "shutting_down", "slow_consumer"])
def test_a_host_that_does_not_know_us_any_more_ends_the_connection(code: str) -> None:
    """IPC spec 15.3: then we say HELLO again."""
    client, _ = greeted()
    [farewell] = client.receive(error_parts(code, ""))
    assert isinstance(farewell, Farewell)
    assert isinstance(farewell.reason, ConnectionLostError)


def test_a_version_that_the_host_does_not_speak_ends_more_than_the_connection() -> None:
    """IPC spec 15.2: trying again cannot help."""
    client = new_client()
    [farewell] = client.receive(error_parts("unsupported_version", "", correlation=client.opening()[2]))
    assert isinstance(farewell, Farewell)
    assert isinstance(farewell.reason, RemoteError)


def test_pings_are_echoed_and_goodbyes_understood_on_both_sides() -> None:
    """IPC spec 15.2."""
    ping = encode_parts(Kind.PING, correlation=b"p" * 16)
    for session in greeted():
        [reply] = session.receive(ping)
        assert isinstance(reply, Reply)
        assert reply.frame == (b"RCIPC/1", b"PONG", b"p" * 16, b"")
        assert list(session.receive(reply.frame)) == []
        [farewell] = session.receive(encode_parts(Kind.BYE, body={"reason": "closed"}))
        assert isinstance(farewell, Farewell)


def test_a_second_hello_is_answered_with_the_same_name() -> None:
    """Our rule: asking twice changes nothing."""
    _, server = greeted()
    [reply] = server.receive(encode_parts(Kind.HELLO, correlation=b"h" * 16, body={}))
    assert isinstance(reply, Reply)
    assert reply.frame == server.greeting()
    assert reply.frame[2] == b"h" * 16


def test_what_a_client_does_not_understand_is_kept() -> None:
    """IPC spec R-14."""
    client, _ = greeted()
    body = {"type": "TaskEvent", "origin": "server", "data": {"eventName": "taskExploded", "payload": ["t"]}}
    [event] = client.receive(encode_parts(Kind.EVENT, body=body))
    assert isinstance(event, UnknownTaskEvent)


def test_what_does_not_fit_is_refused_before_it_is_said() -> None:
    """IPC spec R-4."""
    client, server = greeted(limits=FrameLimits(sent=200))
    with pytest.raises(FrameTooLargeError):
        client.command(SendMessage.of("x" * 200))
    with pytest.raises(FrameTooLargeError):
        event_parts(TaskCreated.of(TaskId("x" * 200)), limits=FrameLimits(sent=200))
    [received] = server.receive(client.command(GetModes.of()))
    assert isinstance(received, Received)
    with pytest.raises(FrameTooLargeError):
        server.answer(received, ModesResponse.of([ModeInfo(slug="x" * 200, name="")]))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((), "part_count"),
        ((b"RCIPC/1", b"PING", b"p" * 16), "part_count"),
        ((b"RCIPC/1", b"PING", b"p" * 16, b"", b""), "part_count"),
        ((b"HTTP/1.1", b"PING", b"p" * 16, b""), "protocol"),
        ((b"RCIPC/2", b"PING", b"p" * 16, b""), "unsupported_version"),
        ((b"RCIPC/2",), "unsupported_version"),
        ((b"RCIPC/1", b"ping", b"p" * 16, b""), "kind"),
        ((b"RCIPC/1", b"PING", b"", b""), "correlation"),
        ((b"RCIPC/1", b"EVENT", b"p" * 16, b"{}"), "correlation"),
        ((b"RCIPC/1", b"ERROR", b"short", b"{}"), "correlation"),
        ((b"RCIPC/1", b"PONG", b"p" * 16, b"{}"), "body"),
    ],
)
def test_malformed_messages_are_dropped_and_counted_on_both_sides(parts: tuple[bytes, ...], reason: str) -> None:
    """IPC spec 15.2."""
    assert decode_parts(parts) == Defect(reason)
    for session in greeted():
        [ignored] = session.receive(parts)
        assert isinstance(ignored, Ignored)
        assert ignored.reason == reason


kinds = st.sampled_from(list(Kind))


@given(kind=kinds, correlation=st.binary(min_size=16, max_size=16), body=st.dictionaries(st.text(), st.integers()))
def test_what_is_encoded_is_decoded(kind: Kind, correlation: bytes, body: dict[str, int]) -> None:
    """IPC spec 15.2."""
    fits = {Kind.EVENT: b"", Kind.BYE: b""}.get(kind, correlation)
    said = None if kind in {Kind.PING, Kind.PONG} else body
    message = decode_parts(encode_parts(kind, correlation=fits, body=said))
    assert isinstance(message, ZmqMessage)
    assert (message.kind, message.correlation, message.json()) == (kind, fits, said)


parts_of_a_message = st.tuples(
    st.just(b"RCIPC/1") | st.binary(max_size=8),
    kinds.map(str.encode) | st.binary(max_size=8),
    st.sampled_from([b"", b"c" * 16, (1).to_bytes(16, "big")]),
    st.binary(max_size=40) | st.sampled_from([b"{}", b"[]", b'{"code":5}', b'{"value":[]}', b"[" * 20_000]),
)


@given(noise=st.lists(parts_of_a_message | st.lists(st.binary(max_size=8), max_size=6).map(tuple), max_size=5))
def test_no_parts_make_a_session_fail(noise: list[tuple[bytes, ...]]) -> None:
    """Our rule: nothing that a peer sends is an accident; what comes after is heard."""
    client, server = greeted()
    for parts in noise:
        list(client.receive(parts))
        list(server.receive(parts))
    assert list(client.receive(event_parts(CREATED, limits=LIMITS))) == [CREATED]
