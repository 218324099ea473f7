"""The parts behind live news: transcripts that are read while they grow, viewers that are slow, streams that break."""

import asyncio
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals import Home, Outcome
from rc_evals.artifacts import TRANSCRIPT, attempt_folder
from rc_evals.store.reader import open_reader
from rc_evals.testing import RecordedRun, recorder
from rc_evals.web.live import follower, tail, viewers
from rc_evals.web.live import stream as live_stream
from rc_evals.web.live.activity import EXCERPT, Activity
from rc_evals.web.live.follower import Follower
from rc_evals.web.live.hub import Hub
from rc_evals.web.live.stream import EventStream
from rc_evals.web.live.tail import LONGEST_LINE, Tail
from rc_evals.web.live.viewers import MOST_BYTES, Viewer
from starlette.types import Message

TASK = "5f0c7d0e-6b7a-4c62-9b57-0f6a0a3f1c11"


def message(kind: str, text: str, *, type_: str = "say") -> bytes:
    told = {"ts": 1, "type": type_, type_: kind, "text": text, "partial": False}
    change = {"taskId": TASK, "action": "created", "message": told}
    return json.dumps({"eventName": "message", "payload": [change]}).encode()


def usage(tokens: int, cost: float) -> bytes:
    used = {"totalTokensIn": tokens, "totalTokensOut": 1, "totalCost": cost, "contextTokens": 5}
    return json.dumps({"eventName": "taskTokenUsageUpdated", "payload": [TASK, used, {}]}).encode()


def read(follows: Tail) -> list[bytes]:
    """Look until there is nothing more."""
    lines: list[bytes] = []
    before = -1
    while follows.offset != before:
        before = follows.offset
        lines += follows.look()
    return lines


# Transcripts


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=20), st.data())
def test_lines_are_read_once_however_the_file_grows(lines: list[bytes], data: st.DataObject) -> None:
    """Our rule: a line counts when it is complete."""
    whole = b"".join(line + b"\n" for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "transcript.jsonl")
        follows, heard, written = Tail(path, is_new=True), list[bytes](), 0
        while written < len(whole):
            end = data.draw(st.integers(written + 1, len(whole)))
            with path.open("ab") as file:
                file.write(whole[written:end])
            written = end
            heard += follows.look()
        assert heard == [line for line in lines if line]


def test_what_was_there_before_is_history_and_what_comes_is_news(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"old\n" * 200_000)
    follows = Tail(path, is_new=False)
    assert len(read(follows)) == 200_000
    assert follows.is_history
    with path.open("ab") as file:
        file.write(b"new\n")
    assert follows.look() == [b"new"]
    assert not follows.is_history


def test_a_huge_line_is_left_out_and_what_follows_is_read(tmp_path: Path) -> None:
    """Hostile: 10 MB without an end. No more than a line and a chunk of it is ever held."""
    path = tmp_path / "t"
    path.write_bytes(b"a\n" + b"x" * 10_000_000 + b"\nb\n" + b"y" * (LONGEST_LINE + 1))
    follows = Tail(path, is_new=True)
    assert read(follows) == [b"a", b"b"]
    assert follows.left_out == 1
    assert len(follows._line) == 0, "the last one is too long already"  # pyright: ignore[reportPrivateUsage] - its memory


def test_a_transcript_that_is_told_again_is_read_again(tmp_path: Path) -> None:
    """Adoption: the new controller removes the file, and the agent tells all of it once more."""
    path = tmp_path / "t"
    follows = Tail(path, is_new=True)
    path.write_bytes(b"one\ntwo\n")
    assert follows.look() == [b"one", b"two"]
    path.unlink()
    assert follows.look() == []
    path.write_bytes(b"one\n")
    assert follows.look() == [b"one"]
    assert follows.generation == 1


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_a_file_is_read(tmp_path: Path, kind: str) -> None:
    """Hostile: a link to elsewhere, or a pipe that would keep its reader waiting for ever."""
    path, secret = tmp_path / "t", tmp_path / "secret"
    secret.write_bytes(b"secret\n")
    if kind == "link":
        path.symlink_to(secret)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    assert Tail(path, is_new=True).look() == []


# What an agent does


def test_what_an_agent_does_is_told_by_its_latest_words() -> None:
    activity = Activity()
    for line in (
        message("api_req_started", "{}"),
        message("text", "First I look.\nThen I write."),
        message("tool", json.dumps({"tool": "readFile", "path": "a.py"}), type_="ask"),
        usage(1_000, 0.25),
        usage(2_000, 0.5),
        message("api_req_started", "{}"),
    ):
        assert activity.hear(line) is not None
    assert (activity.text, activity.tool, activity.waits_for) == (
        "First I look. Then I write.",
        "readFile a.py",
        "model",
    )
    assert activity.usage is not None
    assert (activity.usage.tokens_in, activity.usage.cost_micros) == (2_000, 500_000)
    activity.hear(message("api_req_rate_limit_wait", "5"))
    assert (activity.waits_for, activity.rate_limits) == ("rate limit", 1)
    activity.hear(message("command", "go test ./...", type_="ask"))
    assert (activity.tool, activity.waits_for) == ("execute_command go test ./...", "")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\x00\xff\xfe",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"eventName": "message"}',
        b'{"eventName": "nobody knows", "payload": []}',
        b'{"eventName": "taskStarted", "payload": [1e999]}',
        b"[... 1,234 bytes cut here by rc-evals ...]",
        b'"\\ud800"',
        b"123",
    ],
)
def test_lines_that_are_no_events_are_counted(line: bytes) -> None:
    activity = Activity()
    assert activity.hear(line) is None
    assert activity.broken == 1


@given(st.text(max_size=2_000), st.sampled_from(["text", "reasoning", "completion_result"]))
def test_whatever_an_agent_says_is_short_harmless_and_on_one_line(text: str, kind: str) -> None:
    activity = Activity()
    activity.hear(json.dumps(json.loads(message(kind, text))).encode())
    assert len(activity.text) <= EXCERPT
    assert all(character.isprintable() or ord(character) > 0xFF for character in activity.text)
    activity.text.encode()


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_tool_call_can_be_told(call: Any) -> None:
    activity = Activity()
    activity.hear(message("tool", json.dumps(call), type_="ask"))
    assert len(activity.tool) <= EXCERPT


# Viewers


async def test_a_slow_viewer_is_told_anew_how_things_stand() -> None:
    """It is never waited for, and never holds more than its share."""
    viewer = Viewer(None)
    viewer.offer(b"too early")
    viewer.greet(b"snapshot 1 ")
    viewer.offer(b"news ")
    assert await viewer.take() == b"snapshot 1 news "
    for _ in range(100):
        viewer.offer(b"x" * (MOST_BYTES // 10))
    assert viewer.dropped == 90
    taking = asyncio.create_task(viewer.take())
    await asyncio.sleep(0)
    assert viewer.needs_greeting
    viewer.greet(b"snapshot 2")
    assert await taking == b": 90 updates were left out for a slow connection\n\nsnapshot 2"
    viewer.offer(b"news")
    viewer.close()
    viewer.offer(b"too late")
    assert (await viewer.take(), await viewer.take()) == (b"news", b"")


# Streams that break


def frames(data: bytes) -> list[bytes]:
    return data.split(b"\n\n")[:-1]


def number(frame: bytes) -> int | None:
    """Return the number of an event, None for one without."""
    return next((int(line[4:]) for line in frame.split(b"\n") if line.startswith(b"id: ")), None)


class Browser:
    """One that loses its connection anywhere, and comes back with the number of the event that it heard last."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._last: int | None = None
        self._is_connected = False
        self.journal: list[int] = []
        """Numbers of the events of the journal that it was told."""
        self.first = 0

    def look(self, heard: float) -> None:
        """Look once; of what is sent then, only a share arrives before the connection breaks, all of it for 1."""
        if self._is_connected:
            sent = frames(self._follower.look([]).batch)
        else:
            (greeting,) = self._follower.look([self._last]).greetings
            sent = frames(greeting)
        arrived = sent[: round(heard * len(sent))]
        self._is_connected = len(arrived) == len(sent)
        for frame in arrived:
            if (told := number(frame)) is not None:
                if b"event: snapshot" not in frame:
                    self.journal.append(told)
                elif self._last is None:
                    self.first = told
                self._last = told


async def go_on(run: RecordedRun, step: str) -> None:
    if step == "pass":
        await run.decide(Outcome.PASSED)
    elif step == "fail":
        await run.decide(Outcome.FAILED)
    else:
        await run.lose()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["pass", "fail", "lose"]), st.integers(0, 2), st.floats(0, 1)), max_size=12))
def test_wherever_a_connection_breaks_nothing_is_lost_and_nothing_told_twice(
    course: list[tuple[str, int, float]],
) -> None:
    """Spec 24.9, 24.15 (10): events have numbers, and `Last-Event-ID` is honoured."""

    async def play(home: Home) -> None:
        async with recorder(home) as recording:
            run = await recording.run([f"go/e{number}" for number in range(13)])
            follower = Follower(home, run.id)
            browser = Browser(follower)
            browser.look(1.0)
            for step, looks, heard in course:
                run.now += 10_000
                await go_on(run, step)
                for _ in range(looks):
                    browser.look(heard)
            browser.look(1.0)
            browser.look(1.0)
            follower.close()
            assert browser.journal == [seq for seq in journal_of(home) if seq > browser.first]

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Home(Path(folder))))


def journal_of(home: Home) -> list[int]:
    with open_reader(home.database) as reader:
        return [row["seq"] for row in reader.rows("SELECT seq FROM journal ORDER BY seq")]


async def test_whoever_is_far_behind_gets_a_snapshot_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our bound; the store has every event."""
    monkeypatch.setattr(follower, "MOST_EVENTS", 5)
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run([f"go/e{number}" for number in range(10)])
        follows = Follower(home, run.id)
        first = follows.look([None])
        for _ in range(4):
            await run.decide(Outcome.PASSED)
        news = follows.look([number(first.greetings[0])])
        follows.close()
    (flood,) = frames(news.batch)
    assert b"event: snapshot" in flood
    assert [b"event: snapshot" in frame for frame in frames(news.greetings[0])] == [False, True], "retry, snapshot"


async def test_events_of_agents_are_passed_on_with_our_number_of_the_task(tmp_path: Path) -> None:
    """Spec 4.2: every event but messages, `taskId` set; what cannot be read or is huge is left out."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a"])
        follows = Follower(home, run.id)
        follows.look([None])
        lease = await run.claim()
        path = attempt_folder(home, run.id, "go", "a", 1, 1) / TRANSCRIPT
        path.parent.mkdir(parents=True)
        huge = json.dumps({"eventName": "taskToolFailed", "payload": [TASK, "read_file", "x" * 100_000]}).encode()
        path.write_bytes(b"\n".join((message("text", "hi"), b"\x00{", usage(5, 0.1), huge, b"")))
        follows.look([])
        with path.open("ab") as file:
            file.write(b'{"eventName":"taskStarted","payload":["%s"]}\n' % TASK.encode())
        await run.decide(Outcome.PASSED, lease)
        news = follows.look([None])
        follows.close()
    events = [json.loads(frame.partition(b"data: ")[2]) for frame in frames(news.batch) if frame.startswith(b"data: ")]
    assert events == [
        {"eventName": "taskStarted", "payload": [TASK], "taskId": 1},
        {"eventName": "evalPass", "taskId": 1},
    ], "the last words of an attempt come before its verdict"


def test_bounds_fit_together() -> None:
    """A message of any agent fits into a line, and a flood into what may wait for a viewer."""
    assert tail.LONGEST_LINE > tail.LOOK_BYTES
    assert viewers.MOST_BYTES > 300 * follower.MOST_EVENTS


async def test_a_connection_that_takes_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half-open: its other end is gone without a word, and nothing it is sent is ever acknowledged."""
    monkeypatch.setattr(live_stream, "SEND_SECONDS", 0.05)
    home = Home(tmp_path)
    async with recorder(home) as recording, asyncio.timeout(20):
        run = await recording.run(["go/a"])
        hub = Hub(home)

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()

        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        await EventStream(hub, run.id, None)({"type": "http"}, receive, send)
        assert hub.viewers == 0
        hub.close()


# What is shown of a run as a whole


async def test_trouble_with_the_model_is_shown_where_it_is_and_for_the_run(tmp_path: Path) -> None:
    """Spec 24.9: API errors and rate limits across runners."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b", "go/c"])
        for _ in range(2):
            lease = await run.claim()
            path = attempt_folder(home, run.id, "go", lease.exercise, 1, 1) / TRANSCRIPT
            path.parent.mkdir(parents=True)
            kinds = ("api_req_started", "api_req_retry_delayed", "api_req_rate_limit_wait")
            path.write_bytes(b"".join(message(kind, "") + b"\n" for kind in kinds) + b"no event\n")
        follows = Follower(home, run.id)
        snapshot = json.loads(frames(follows.look([None]).greetings[0])[1].partition(b"data: ")[2])
        follows.close()
    assert [row["trouble"] for row in snapshot["tasks"]] == ["1 API error, 1 rate limit, 1 event unreadable"] * 2
    assert snapshot["figures"]["at_work"] == "2 at work, 1 waiting for a slot, 2 API errors, 2 rate limits"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([Outcome.PASSED, Outcome.FAILED, Outcome.INFRA_FAILED]), max_size=8), st.integers(1, 3))
def test_what_was_followed_is_what_the_store_says(verdicts: list[Outcome], iterations: int) -> None:
    """Whoever looked on from the start and whoever comes at the end see the same: counts, rate, interval."""

    async def play(home: Home) -> None:
        async with recorder(home) as recording:
            run = await recording.run([f"go/e{number}" for number in range(8)], iterations=iterations)
            early = Follower(home, run.id)
            early.look([None])
            for verdict in verdicts:
                await run.decide(verdict)
                early.look([])
            late = Follower(home, run.id)
            (by_early,), (by_late,) = early.look([None]).greetings, late.look([None]).greetings
            early.close()
            late.close()
        snapshots = [json.loads(frames(each)[1].partition(b"data: ")[2]) for each in (by_early, by_late)]
        assert snapshots[0]["figures"] == snapshots[1]["figures"]
        assert snapshots[0]["run"] == {**snapshots[1]["run"], "ends": snapshots[0]["run"]["ends"]}

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Home(Path(folder))))
