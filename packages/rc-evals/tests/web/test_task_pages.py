"""The pages of a task and the API beside them, whatever agents have written (spec 16.1, 20)."""

import asyncio
import json
import os
import re
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from markupsafe import escape
from rc_evals.artifacts import attempt_folder
from rc_evals.clock import now_ms
from rc_evals.home import Home
from rc_evals.languages.model import TestResult
from rc_evals.outcomes import Outcome
from rc_evals.suites.registry import open_suite
from rc_evals.testing import Recorder, recorder
from rc_evals.usage import ToolCount, Usage

TASK = "/runs/1/tasks/1"
PARTS = ("", "/tests", "/conversation", "/changes", "/logs", "/setting")
EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"' \u202e\x1b[31m\x1b]8;;javascript:alert(3)\x07 \U0001f600"
)
MOST_BYTES = 100_000
"""Of any page (the goal for pages)."""


def folder(home: Home, attempt: int = 1, exercise: str = "token-bucket", run: int = 1) -> Path:
    """Make the folder in which an attempt leaves its files."""
    path = attempt_folder(home, run, "python", exercise, 1, attempt)
    path.mkdir(parents=True, exist_ok=True)
    return path


def said(text: str, ts: int, kind: str = "text") -> bytes:
    message = {"ts": ts, "type": "say", "say": kind, "text": text}
    change = {"taskId": "root", "action": "created", "message": message}
    return json.dumps({"eventName": "message", "payload": [change]}).encode()


def record(home: Home, write: Callable[[Recorder], Coroutine[Any, Any, object]]) -> None:
    """Write runs into a data folder."""

    async def written() -> None:
        async with recorder(home) as opened:
            await write(opened)

    asyncio.run(written())


async def _three_tasks(opened: Recorder) -> None:
    usage = Usage(tokens_in=182_000, tokens_out=4_100, cost_micros=412_000, tools={"read_file": ToolCount(6, 1)})
    tests = tuple(TestResult(f"test_{n}", passed=n > 3, message="" if n > 3 else f"got {n}") for n in range(30))
    evidence = "4 of 30 tests failed; the first is test_0"
    run = await opened.run(["python/token-bucket", "python/byte-size", "python/free-slots"], name="a run", now=now_ms())
    await run.lose(prepare_ms=300)
    await run.decide(Outcome.FAILED, error=evidence, tests=tests, tests_ran=30, usage=usage)
    await run.decide(Outcome.PASSED)
    await run.claim()


@pytest.fixture
def failed(home: Home) -> Home:
    """A run of three tasks: the first lost an attempt and failed then, the second passed, the third goes on."""
    record(home, _three_tasks)
    return home


def test_the_first_page_says_why_a_task_failed(failed: Home, client: httpx.Client) -> None:
    text = client.get(TASK).text
    assert "The agent ended by itself, and the tests did not pass: 4 of 30 tests failed; the first is test_0." in text
    assert "26 of 30" in text
    assert "got 0" in text
    assert "$0.41" in text
    assert "read_file" in text
    assert "the sandbox broke" in text, "the attempt before it stands beside it"


def test_every_part_has_a_page_whatever_was_left(failed: Home, client: httpx.Client) -> None:
    for part in PARTS:
        for address in (f"{TASK}{part}", f"{TASK}{part}?attempt=1", f"/runs/1/tasks/2{part}", f"/runs/1/tasks/3{part}"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "aria-current" in answer.text


def test_tasks_lead_to_those_beside_them(failed: Home, client: httpx.Client) -> None:
    first, second = client.get(TASK).text, client.get("/runs/1/tasks/2/logs").text
    assert 'href="/runs/1/tasks/2" rel="next"' in first
    assert 'rel="prev"' not in first
    assert re.search(r'href="/runs/1/tasks/1/logs">. Failed before', second)
    assert "Failed after" not in second


def test_a_task_that_is_not_there_or_of_another_run_has_no_page(failed: Home, client: httpx.Client) -> None:
    record(failed, lambda opened: opened.run(["python/free-slots"]))
    for path in ("/runs/1/tasks/99", "/runs/2/tasks/1", "/runs/7/tasks/1"):
        for address in (*(path + part for part in PARTS), f"/api{path}", f"/api{path}/tests"):
            answer = client.get(address)
            assert answer.status_code == 404
            assert "has no task" in answer.text or "there is no run 7" in answer.text


def test_an_attempt_that_is_not_there_has_no_page(failed: Home, client: httpx.Client) -> None:
    for query in ("attempt=3", "attempt=2000000000"):
        assert client.get(f"{TASK}?{query}").status_code == 404


def test_a_number_that_is_none_is_named(failed: Home, client: httpx.Client) -> None:
    for query in ("attempt=0", "attempt=x", "attempt=9999999999999999999999"):
        answer = client.get(f"{TASK}?{query}")
        assert answer.status_code == 422
        assert "attempt" in answer.text


async def _evil_task(opened: Recorder) -> None:
    run = await opened.run([f"python/{EVIL}"], name=EVIL)
    await run.lose(error=EVIL)
    tests = (TestResult(EVIL, passed=False, message=EVIL), TestResult("x" * 10_000, passed=True))
    used = Usage(tools={EVIL: ToolCount(1, 0)})
    await run.decide(Outcome.AGENT_ERROR, error=EVIL, tests=tests, tests_ran=2, tests_modified=(EVIL,), usage=used)


def test_nothing_that_an_agent_wrote_becomes_a_part_of_a_page(home: Home, client: httpx.Client) -> None:
    record(home, _evil_task)
    left = folder(home, 2, EVIL)
    (left / "transcript.jsonl").write_bytes(b"\n".join([said(EVIL, 1), said(EVIL, 2, "error"), EVIL.encode()]))
    (left / "agent.log").write_text(EVIL * 50, encoding="utf-8")
    (left / "tests.log").write_text("</pre></script>" + EVIL, encoding="utf-8")
    patch = f"--- /dev/null\n+++ b/a{EVIL}.py\n@@ -0,0 +1,1 @@\n+{EVIL}\nBinary file {EVIL} differs\n"
    (left / "diff.patch").write_text(patch, encoding="utf-8")
    for part in (*PARTS, "/logs?file=agent.log", "/conversation/1", "/logs/more?attempt=2&offset=0"):
        answer = client.get(TASK + part)
        assert answer.status_code == 200
        assert "alert(" in answer.text or part == "/setting"
        assert not re.search(r"<script>|<img|onerror=alert\(2\)>\"|[\u202e\x1b\x07]|href=\"javascript", answer.text)


async def _long_task(opened: Recorder) -> None:
    run = await opened.run([f"python/{'x' * 10_000}"], name="&" * 10_000)
    tests = tuple(TestResult(f"{n} " + "'" * 290, passed=False, message="&" * 2_000) for n in range(300))
    await run.decide(Outcome.FAILED, error="300 of 300 tests failed", tests=tests, tests_ran=300)


def test_long_names_and_many_results_fit_on_a_page(home: Home, client: httpx.Client) -> None:
    record(home, _long_task)
    seen, at = 0, f"{TASK}/tests"
    while at:
        answer = client.get(at)
        assert len(answer.content) <= MOST_BYTES
        seen += answer.text.count('<span class="test">')
        following = re.search(r'rel="next" href="\?(after=\d+)"', answer.text)
        at = f"{TASK}/tests?{following[1]}" if following else ""
    assert seen == 300
    assert all(len(client.get(TASK + part).content) <= MOST_BYTES for part in PARTS)


def test_a_log_of_50_megabytes_is_shown_from_its_end(failed: Home, client: httpx.Client) -> None:
    log = folder(failed, 2) / "agent.log"
    with log.open("wb") as out:
        out.truncate(50_000_000)
        out.seek(0, os.SEEK_END)
        out.write(b"\nthe very last line\n")
    page = client.get(f"{TASK}/logs?file=agent.log")
    assert "the very last line" in page.text
    assert len(page.content) <= MOST_BYTES
    first = client.get(f"{TASK}/logs?file=agent.log&offset=0")
    assert "\\x00" in first.text
    assert len(first.content) <= MOST_BYTES


def test_links_pipes_and_folders_in_the_place_of_files_show_nothing(failed: Home, client: httpx.Client) -> None:
    left = folder(failed, 2)
    (left / "agent.log").symlink_to("/etc/passwd")
    os.mkfifo(left / "tests.log")
    (left / "transcript.jsonl").symlink_to(left / "transcript.jsonl")
    (left / "diff.patch").mkdir()
    for part in (*PARTS, "/logs?file=agent.log", "/logs?file=tests.log"):
        answer = client.get(TASK + part)
        assert answer.status_code == 200
        assert "root:" not in answer.text
    assert client.get("/api/runs/1/tasks/1").json()["files"] == {}
    assert client.get("/api/runs/1/tasks/1/files/agent.log").status_code == 404


def test_a_log_that_grows_is_followed_to_the_end_of_its_attempt(failed: Home, client: httpx.Client) -> None:
    log = folder(failed, exercise="free-slots") / "agent.log"
    log.write_text("first\n", encoding="utf-8")
    page = client.get("/runs/1/tasks/3/logs").text
    assert "first" in page
    asked = re.search(r'hx-get="([^"]+)"', page)
    assert asked is not None
    address = asked[1].replace("&amp;", "&")
    with log.open("a", encoding="utf-8") as out:
        out.write("\x1b[32msecond\x1b[0m\n")
    came = client.get(address).text
    assert '<span class="green">second</span>' in came
    assert "first" not in came
    assert f"offset={log.stat().st_size}" in came


def test_who_cannot_keep_up_with_a_log_is_told_what_was_passed_over(failed: Home, client: httpx.Client) -> None:
    (folder(failed, exercise="free-slots") / "agent.log").write_text("much\n" * 1_000_000, encoding="utf-8")
    came = client.get("/runs/1/tasks/3/logs/more?attempt=1&offset=10").text
    assert "passed over" in came
    assert "offset=5000000" in came


def test_the_prompt_is_shown_while_the_suite_still_has_it(failed: Home, client: httpx.Client) -> None:
    assert "suite bundled has changed" in client.get(f"{TASK}/setting").text


def test_the_prompt_of_a_task_that_the_suite_still_has_is_shown(failed: Home, client: httpx.Client) -> None:
    suite = open_suite("bundled", home=failed)
    exercise = suite.load(next(entry for entry in suite.entries() if entry.id == "python/token-bucket"))
    with closing(sqlite3.connect(failed.database)) as database, database:
        database.execute("UPDATE tasks SET digest = ? WHERE id = 1", [exercise.digest])
    page = client.get(f"{TASK}/setting").text
    assert str(escape(exercise.prompt)) in page
    assert "None, not even that of this machine." in page


def test_the_api_tells_everything_of_a_task(failed: Home, client: httpx.Client) -> None:
    folder(failed, 2).joinpath("agent.log").write_bytes(b"log")
    told = client.get("/api/runs/1/tasks/1").json()
    assert (told["verdict"], told["reason"], told["files"]) == ("failed", "some tests failed", {"agent.log": 3})
    lost, last = told["attempts"]
    assert (lost["end_reason"], lost["usage"]) == ("infra", None)
    assert (last["tests_passed"], last["usage"]["cost_usd"]) == (26, 0.412)
    assert last["tools"] == {"read_file": {"attempts": 6, "failures": 1}}


def test_the_api_tells_tests_that_failed_first_a_page_at_a_time(failed: Home, client: httpx.Client) -> None:
    seen: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = client.get("/api/runs/1/tasks/1/tests", params={"after": after, "limit": 7}).json()
        seen += page["tests"]
        after = page["after"]
    assert [test["name"] for test in seen] == [f"test_{number}" for number in range(30)]
    assert [test["passed"] for test in seen] == [False] * 4 + [True] * 26


def test_the_log_of_a_task_is_answered_as_upstream_does(failed: Home, client: httpx.Client) -> None:
    """Spec 16.1: a missing file is no error, an id that is no number is a bad request."""
    missing = client.get("/api/runs/1/logs/1")
    assert missing.status_code == 200
    assert missing.json()["logContent"] is None
    assert missing.json()["error"] == "attempt 2 left no agent.log"
    (folder(failed, 2) / "agent.log").write_text("one\ntwo\n", encoding="utf-8")
    told = client.get("/api/runs/1/logs/1").json()
    assert (told["logContent"], told["end"], told["is_complete"]) == ("one\ntwo\n", 8, True)
    assert "error" not in told
    assert client.get("/api/runs/1/logs/1?offset=4").json()["logContent"] == "two\n"
    assert client.get("/api/runs/1/logs/1?offset=400").json()["logContent"] == ""
    for path in ("/api/runs/1/logs/x", "/api/runs/x/logs/1", "/api/runs/1/logs/1.5", "/api/runs/1/logs/0"):
        answer = client.get(path)
        assert answer.status_code == 400
        assert "whole numbers" in answer.json()["detail"]
    assert client.get("/api/runs/1/logs/99").status_code == 404


def test_no_other_file_can_be_asked_for(failed: Home, client: httpx.Client) -> None:
    for file in ("../../../evals.db", "%2e%2e%2fevals.db", "/etc/passwd", "controller.log", ""):
        assert client.get("/api/runs/1/logs/1", params={"file": file}).status_code == 422
        assert client.get(f"/api/runs/1/tasks/1/files/{file}").status_code in {404, 422}
        assert client.get(f"{TASK}/logs", params={"file": file}).status_code == 422


def test_a_file_is_handed_out_as_it_is_and_never_as_a_page(failed: Home, client: httpx.Client) -> None:
    content = b"<html>\xff\x00" * 100_000
    (folder(failed, 2) / "diff.patch").write_bytes(content)
    answer = client.get("/api/runs/1/tasks/1/files/diff.patch")
    assert answer.content == content
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_long_passage_is_a_page_of_its_own_or_a_part_for_htmx(failed: Home, client: httpx.Client) -> None:
    (folder(failed, 2) / "transcript.jsonl").write_bytes(said("x" * 50_000, 1))
    page = client.get(f"{TASK}/conversation").text
    link = re.search(r'href="([^"]+passage=0[^"]+)"', page)
    assert link is not None
    address = link[1].replace("&amp;", "&")
    whole = client.get(address).text
    part = client.get(address, headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert "<html" in whole
    assert "<html" not in part
    assert "x" * 16_000 in part
    assert "offset=20000" in part
