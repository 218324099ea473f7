"""What the program's own records tell of tokens and money, and what they may hold instead."""

import json
import os
import stat
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals.agents.roo_cli.history import MESSAGES, MOST_BYTES, MOST_TASKS, TASKS, History, usage_in
from rc_types.message import TokenUsage
from rc_types.task import TaskId
from rc_types.tool import ToolAttempts

REQUEST = {"tokensIn": 100, "tokensOut": 20, "cacheWrites": 5, "cacheReads": 50, "cost": 0.25}


def request(**numbers: Any) -> dict[str, Any]:
    """Return the message about a request to the model."""
    return {"ts": 1, "type": "say", "say": "api_req_started", "text": json.dumps(numbers)}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.joinpath(*TASKS).mkdir(parents=True)
    return folder


@pytest.fixture
def history(home: Path) -> Generator[History]:
    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    yield History(descriptor)
    os.close(descriptor)


def record(home: Path, task: str, *messages: dict[str, Any]) -> Path:
    """Write the records of a task, as the assistant does: a new file every time."""
    path = home.joinpath(*TASKS, task, MESSAGES)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(messages), encoding="utf-8")
    return new.replace(path)


def test_all_requests_add_up_and_so_does_condensing() -> None:
    """Spec 22.6; core spec 3.3. The result's own cost is that of the latest request (quirk Q40)."""
    condensed = {"cost": 0.5, "prevContextTokens": 120, "newContextTokens": 30, "summary": "..."}
    chat = [
        request(**REQUEST),
        {"ts": 2, "type": "say", "say": "condense_context", "contextCondense": condensed},
        request(**{**REQUEST, "tokensIn": 200}),
        request(request="not answered yet"),
        {"ts": 3, "type": "say", "say": "text", "text": "{}"},
    ]
    assert usage_in(json.dumps(chat).encode()) == TokenUsage(
        total_tokens_in=300,
        total_tokens_out=40,
        total_cache_writes=10,
        total_cache_reads=100,
        total_cost=1.0,
        context_tokens=220,
    )


def test_after_condensing_the_context_is_what_is_left_of_it() -> None:
    """Core spec 3.3, context tokens."""
    condensed = {"cost": 0.5, "newContextTokens": 30}
    chat = [request(**REQUEST), {"ts": 2, "type": "say", "say": "condense_context", "contextCondense": condensed}]
    used = usage_in(json.dumps(chat).encode())
    assert used is not None
    assert used.context_tokens == 30


@pytest.mark.parametrize(
    "document",
    [b"", b"{}", b"[]", b"[1, null, []]", b"[" * 100_000, b"\xff", json.dumps([request(request="...")]).encode()],
)
def test_a_chat_without_numbers_says_nothing(document: bytes) -> None:
    """Spec 24.12: unknown is not 0."""
    assert usage_in(document) is None


@settings(deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_number_that_is_claimed_can_be_counted(value: Any) -> None:
    """Our rule: what an agent claims is hostile input."""
    used = usage_in(json.dumps([request(tokensIn=value, cost=value, tokensOut=1)] * 3).encode())
    assert used is not None
    assert used.to_json()


def test_tasks_and_their_sub_tasks_are_told_apart_and_only_when_something_is_new(home: Path, history: History) -> None:
    """Spec 24.7, 9.4: usage is told when tokens or tools have changed."""
    root, child = TaskId("root"), TaskId("child")
    tools = {root: {"read_file": ToolAttempts(attempts=1, failures=0)}}
    history.read()
    (tools_alone,) = history.news(tools)
    assert (tools_alone.token_usage.total_tokens_in, list(tools_alone.tool_usage)) == (0, ["read_file"])
    record(home, "root", request(**REQUEST))
    record(home, "child", request(tokensIn=1, tokensOut=1))
    history.read()
    told = {event.task_id: event.token_usage.total_tokens_in for event in history.news(tools)}
    assert told == {root: 100, child: 1}
    history.read()
    assert list(history.news(tools)) == []
    record(home, "child", request(tokensIn=2, tokensOut=1))
    history.read()
    assert [event.task_id for event in history.news(tools)] == [child]


def test_records_that_are_half_written_do_not_undo_what_was_read(home: Path, history: History) -> None:
    """A program may be killed at any moment."""
    path = record(home, "root", request(**REQUEST))
    history.read()
    path.write_bytes(path.read_bytes()[:-2])
    history.read()
    assert history.used[TaskId("root")].total_tokens_in == 100


def test_records_lead_nowhere_else(home: Path, history: History, tmp_path: Path) -> None:
    """Security posture: links are not followed, a pipe holds nobody up, size and number are bounded."""
    elsewhere = record(tmp_path / "elsewhere", "secret", request(**REQUEST))
    tasks = home.joinpath(*TASKS)
    (tasks / "folder-link").symlink_to(elsewhere.parent, target_is_directory=True)
    (tasks / "file").touch()
    for name in ("link", "pipe", "folder", "huge", "locked"):
        (tasks / name).mkdir()
    (tasks / "link" / MESSAGES).symlink_to(elsewhere)
    os.mkfifo(tasks / "pipe" / MESSAGES)
    (tasks / "folder" / MESSAGES).mkdir()
    (tasks / "huge" / MESSAGES).touch()
    os.truncate(tasks / "huge" / MESSAGES, MOST_BYTES + 1)
    (tasks / "locked").chmod(stat.S_IRUSR)
    history.read()
    assert history.used == {}
    for number in range(MOST_TASKS + 10):
        record(home, f"task-{number}", request(**REQUEST))
    for number in range(2):
        history.read()
        (tasks / "task-1").rename(tasks / f"another-{number}")
        record(home, "task-1", request(**REQUEST))
    assert 0 < len(history.used) <= MOST_TASKS


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_home_that_leads_elsewhere_is_an_empty_one(history: History, home: Path, tmp_path: Path, depth: int) -> None:
    """Security posture: not one folder on the way may be a link."""
    elsewhere = record(tmp_path / "elsewhere", "secret", request(**REQUEST)).parents[3 - depth - 1]
    place = home.joinpath(*TASKS[: depth + 1])
    for folder in [home.joinpath(*TASKS[: count + 1]) for count in reversed(range(depth, 3))]:
        folder.rmdir()
    place.symlink_to(elsewhere, target_is_directory=True)
    history.read()
    assert history.used == {}
