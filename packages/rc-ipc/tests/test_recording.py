"""Sessions written down, and played again."""

import io
import itertools
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import AnyTaskEvent, ClientOptions, ConnectionLostError, Gap, NotConnectedError, Subscription, connect
from rc_ipc.testing import Recorder, ScriptError, behaviour, read_script, recording, scripted_host, scripted_pair
from rc_ipc.testing._tap import StreamEar
from rc_types.events import TaskIdle
from rc_types.global_settings import SENSITIVE_KEYS, RooCodeSettings
from rc_types.ipc import StartNewTask
from rc_types.task import TaskId

pytestmark = pytest.mark.timeout(30)

SECRETS = RooCodeSettings(api_key="sk-1", open_ai_headers={"Authorization": "sk-2"}, api_provider="anthropic")


def frame(message: object) -> bytes:
    return json.dumps({"type": "message", "data": message}).encode()


def said(*frames: bytes) -> list[dict[str, Any]]:
    sink = io.StringIO()
    recorder = Recorder(sink, clock=itertools.count().__next__)
    for each in frames:
        recorder.note("client", each)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


async def until_idle(events: Subscription[AnyTaskEvent]) -> list[AnyTaskEvent | Gap]:
    heard: list[AnyTaskEvent | Gap] = []
    while not heard or not isinstance(heard[-1], TaskIdle):
        heard.append(await anext(events))
    return heard


async def test_a_session_is_played_as_it_was(tmp_path: Path) -> None:
    """Our rule: what a client heard then, it hears again; the commands that it gave are waited for."""
    live, played, file = tmp_path / "live.sock", tmp_path / "played.sock", tmp_path / "session.jsonl"
    async with scripted_host(live, behaviour("since-3.51")), recording(live, file) as (client, recorder):
        events = client.events()
        modes = await client.modes()
        await client.send(StartNewTask.of("Fix it", configuration=SECRETS))
        first = await until_idle(events)
    text = file.read_text(encoding="ascii")
    assert recorder.lines == len(text.splitlines())
    assert "sk-" not in text
    assert file.stat().st_mode & 0o777 == 0o600
    async with scripted_host(played, read_script(file)):
        for _ in range(2):
            async with connect(played) as client:
                events = client.events()
                assert await client.modes() == modes
                await client.send(StartNewTask.of("Fix it"))
                assert await until_idle(events) == first


async def test_the_pauses_of_a_recording_can_be_kept(tmp_path: Path) -> None:
    """`ms` says when; a player keeps to it if it shall."""
    file = tmp_path / "session.jsonl"
    idle = {"type": "TaskEvent", "origin": "server", "data": {"eventName": "taskIdle", "payload": ["t-1"]}}
    lines = [{"from": "host", "ms": 0, "message": {"type": "Ack"}}, {"from": "host", "ms": 50, "message": idle}]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    path = tmp_path / "host.sock"
    async with scripted_host(path, read_script(file), pace="recorded"), connect(path) as client:
        assert await anext(client.events()) == TaskIdle.of(TaskId("t-1"))


async def test_a_recording_never_overwrites_a_file(tmp_path: Path) -> None:
    """Our rule: nothing is lost silently."""
    file = tmp_path / "session.jsonl"
    file.touch()
    with pytest.raises(FileExistsError):
        async with recording(tmp_path / "nobody.sock", file):
            pass


async def test_a_host_that_is_not_there_leaves_no_file(tmp_path: Path) -> None:
    """Otherwise the next try would find one."""
    hasty = ClientOptions(ready_within=0.1, reconnect=False)
    with pytest.raises(NotConnectedError):
        async with recording(tmp_path / "nobody.sock", tmp_path / "session.jsonl", options=hasty):
            pass
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - a look at a local folder


async def test_a_host_that_ends_ends_a_recording(tmp_path: Path) -> None:
    """A recording is of one connection."""
    path = tmp_path / "host.sock"
    async with scripted_host(path, behaviour("sudden-death")), recording(path, tmp_path / "s.jsonl") as (client, _):
        events = client.events()
        await client.send(StartNewTask.of("x"))
        with pytest.raises(ConnectionLostError):
            await until_idle(events)


async def test_a_toml_file_is_a_script(tmp_path: Path) -> None:
    """`read_script` goes by the name of the file."""
    file = tmp_path / "mine.toml"
    file.write_text('extends = "since-3.51"\ntask_ids = ["t-1"]\n', encoding="utf-8")
    async with scripted_pair(read_script(file)) as (client, _), client.events() as events:
        await client.send(StartNewTask.of("x"))
        assert (await until_idle(events))[-1] == TaskIdle.of(TaskId("t-1"))


def test_what_is_no_message_is_kept_byte_for_byte() -> None:
    """So that a player can say it again."""
    odd = [b"{nope", b"\xff\xfe", b"5", b'{"type":"chat","data":{}}', b'{"type":"message","data":5}']
    assert [line["bytes"].encode("latin-1") for line in said(*odd)] == odd


def test_messages_that_go_out_in_one_piece_are_written_down_one_by_one() -> None:
    """A client whose host needs no pauses sends bursts so; ZeroMQ has no such thing."""
    piece = b"".join(frame({"type": "x", "n": n}) + b"\x0c" for n in range(3))
    assert list(StreamEar().said(piece)) == [{"message": {"type": "x", "n": n}} for n in range(3)]


def test_a_message_of_any_depth_is_written_down() -> None:
    """IPC spec section 10: nesting exhausts no stack."""
    deep = [b'{"type":"message","data":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}" for depth in (700, 20_000)]
    assert [line["bytes"].encode("latin-1") for line in said(*deep)] == deep


@given(key=st.sampled_from([*sorted(SENSITIVE_KEYS), "fooApiKey", "newAccessToken"]), value=st.text())
def test_no_secret_is_written_down(key: str, value: str) -> None:
    """IPC spec R-18."""
    data = {"commandName": "StartNewTask", "data": {"configuration": {key: value, "mode": "code"}, "text": "x"}}
    (line,) = said(frame({"type": "TaskCommand", "origin": "client", "clientId": "c", "data": data}))
    assert line["message"]["data"]["data"]["configuration"] == {key: "[redacted]", "mode": "code"}


@given(data=st.binary(max_size=100))
def test_whatever_is_sent_can_be_written_down(data: bytes) -> None:
    """A recorder meets hosts of every kind."""
    assert len(said(data)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "5",
        "{}",
        '{"ms":"x"}',
        '{"ms":2,"bytes":"\u65e5"}',
        '{"from":"host","ms":2,"message":5}',
        '{"from":"client","ms":1,"message":{"data":{"commandName":"Dance"}}}',
        "[" * 9999,
    ],
)
def test_a_line_that_is_none_is_named(line: str, tmp_path: Path) -> None:
    """Our rule: bad input is one clear line."""
    file = tmp_path / "session.jsonl"
    file.write_text('{"from":"host","ms":1,"message":{"type":"Ack"}}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(ScriptError, match=r"session\.jsonl:2: not a line of a recording"):
        read_script(file)
