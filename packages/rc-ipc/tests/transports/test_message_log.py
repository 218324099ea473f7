"""The conversation in the log, for whoever asks for it (IPC spec R-18)."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import ClientOptions, Handlers, ServerOptions
from rc_ipc._message_log import LoggedCarrier, transport_of
from rc_ipc._redaction import REDACTED
from rc_ipc.testing import transport_pair
from rc_types.events import ModeInfo, TaskCreated
from rc_types.global_settings import SENSITIVE_KEYS, RooCodeSettings
from rc_types.ipc import ClientId, GetModes, StartNewTask
from rc_types.task import TaskId
from structlog.testing import capture_logs

from .places import Place

NAMED_BY_THE_SPEC = """apiKey openRouterApiKey awsAccessKey awsApiKey awsSecretKey awsSessionToken openAiApiKey
    ollamaApiKey geminiApiKey openAiNativeApiKey deepSeekApiKey moonshotApiKey mistralApiKey minimaxApiKey
    requestyApiKey unboundApiKey xaiApiKey litellmApiKey codeIndexOpenAiKey codeIndexQdrantApiKey
    codebaseIndexOpenAiCompatibleApiKey codebaseIndexGeminiApiKey codebaseIndexMistralApiKey
    codebaseIndexVercelAiGatewayApiKey codebaseIndexOpenRouterApiKey sambaNovaApiKey zaiApiKey fireworksApiKey
    vercelAiGatewayApiKey basetenApiKey openRouterImageApiKey poeApiKey rooApiKey vertexJsonCredentials openAiHeaders"""


def small_host() -> Handlers:
    host = Handlers()

    @host.on(GetModes)
    async def modes(_command: GetModes, _client_id: ClientId) -> list[ModeInfo]:
        return [ModeInfo(slug="code", name="Code")]

    @host.on(StartNewTask)
    async def start(_command: StartNewTask, _client_id: ClientId) -> TaskId | None:
        return TaskId("t")

    return host


async def test_both_sides_log_every_message_without_its_secrets(place: Place) -> None:
    """IPC spec R-18: who said what to whom over which wire, and how much of it; keys never, long texts in part."""
    settings = RooCodeSettings.from_wire({"apiKey": "sk-secret", "mode": "code", "openAiHeaders": {"x": "sk-secret"}})
    with capture_logs() as logs:
        async with (
            asyncio.timeout(10),
            place.pair(
                small_host(), client=ClientOptions(log_messages=True), server=ServerOptions(log_messages=True)
            ) as (client, server),
        ):
            assert client.ack is not None
            name = client.ack.client_id
            events = client.events(TaskCreated)
            await client.send(StartNewTask.of("x" * 1000, configuration=settings))
            await client.modes()
            await server.broadcast(TaskCreated.of(TaskId("t")))
            await anext(events)
    lines = [line for line in logs if line["event"] == "ipc.message"]
    assert {line["log_level"] for line in lines} == {"debug"}
    assert {line["transport"] for line in lines} == {transport_of(place.address.removeprefix("unix:"))}
    started = [line for line in lines if line.get("command") == "StartNewTask"]
    assert sorted(line["direction"] for line in started) == ["received", "sent"]
    for line in started:
        assert (line["message_type"], line["client_id"]) == ("TaskCommand", name)
        assert line["bytes"] > 1000
        told = line["payload"]["data"]
        assert told["configuration"] == {"apiKey": REDACTED, "mode": "code", "openAiHeaders": REDACTED}
        assert told["text"] == "x" * 80 + "… (1000 characters)"
    created = [line for line in lines if line["message_type"] == "TaskEvent" and line["task_event"] == "taskCreated"]
    assert sorted(line["direction"] for line in created) == ["received", "sent"]
    assert "sk-secret" not in repr(logs)


async def test_nobody_who_has_not_asked_finds_messages_in_the_log(place: Place) -> None:
    """IPC spec R-18: payloads only for whoever wants them."""
    with capture_logs() as logs:
        async with place.pair(small_host()) as (client, _server):
            await client.modes()
    assert not [line for line in logs if "payload" in line]


@given(frames=st.lists(st.binary(max_size=30) | st.sampled_from([b"{}", b'{"data":{"type":"x","data":[1]}}', b"[]"])))
def test_whatever_is_said_can_be_logged(frames: list[bytes]) -> None:
    """Our rule: looking on changes nothing."""
    stream = b"".join(frame + b"\x0c" for frame in frames)

    async def pass_on() -> None:
        ours, theirs = transport_pair()
        logged = LoggedCarrier(ours, "memory")
        await logged.send(stream)
        assert await theirs.receive() == stream
        await theirs.send(stream)
        assert await logged.receive() == stream
        await logged.aclose()

    with capture_logs():
        asyncio.run(pass_on())


@pytest.mark.parametrize("depth", [20, 400, 700, 950, 20_000])
@pytest.mark.parametrize(("begin", "end"), [('{"a":', "}"), ("[", "]"), ('{"configuration":{"b":', "}}")])
def test_a_message_of_any_depth_can_be_logged_and_takes_one_short_line(depth: int, begin: str, end: str) -> None:
    """IPC spec section 10: nesting exhausts no stack, also where somebody looks on."""
    frame = f'{{"type":"message","data":{{"type":"x","data":{begin * depth}1{end * depth}}}}}'.encode()
    (line,) = logged(frame)
    assert len(repr(line)) < 1_000


def test_a_message_of_any_width_takes_a_line_of_bounded_length() -> None:
    """IPC spec R-18: payloads are shortened."""
    members = ",".join(f'"{"k" * 1_000}{n}":1' for n in range(5_000))
    (line,) = logged(f'{{"type":"message","data":{{"type":"x","data":{{{members}}}}}}}'.encode())
    assert len(repr(line)) < 50_000
    assert line["payload"]["and more"] == 4_800


def test_messages_that_go_out_in_one_piece_are_a_line_each() -> None:
    """IPC spec R-18: who said what, also in a burst to a reader that minds nothing."""
    frames = [f'{{"type":"message","data":{{"type":"Ack","data":{{"pid":{n}}}}}}}'.encode() for n in range(3)]
    lines = logged(*frames)
    assert [(line["payload"], line["bytes"]) for line in lines] == [({"pid": n}, len(frames[n]) + 1) for n in range(3)]


def test_secrets_are_found_wherever_settings_hide_them() -> None:
    """IPC spec R-18: in profiles within settings, in lists, and in a name that is none."""
    hidden = '{"configuration":{"profiles":{"a":{"apiKey":"sk"}},"list":[{"apiKey":"sk"}],"myTokens":["sk"]}}'
    frame = f'{{"type":"message","data":{{"type":"x","data":{{"commandName":{hidden},"payload":[{hidden}]}}}}}}'
    (line,) = logged(frame.encode())
    assert "sk" not in repr(line)
    assert repr(line).count(REDACTED) == 9


def logged(*frames: bytes) -> list[MutableMapping[str, Any]]:
    """Return what the log says of frames that are sent in one piece."""

    async def pass_on() -> None:
        ours, _theirs = transport_pair()
        await LoggedCarrier(ours, "memory").send(b"".join(frame + b"\x0c" for frame in frames))

    with capture_logs() as lines:
        asyncio.run(pass_on())
    return lines


@pytest.mark.parametrize("key", NAMED_BY_THE_SPEC.split())
def test_every_secret_that_the_spec_names_is_one(key: str) -> None:
    """IPC spec R-18, the list."""
    assert key in SENSITIVE_KEYS
