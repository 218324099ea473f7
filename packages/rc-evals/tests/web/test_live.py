"""Live news of runs (spec 16.2, 24.9), heard over real connections."""

import asyncio
import json
import os
import socket
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from rc_evals import Home, Outcome
from rc_evals.artifacts import TRANSCRIPT, attempt_folder
from rc_evals.outcomes import EndReason
from rc_evals.store.attempts import EnterPhase, Lease
from rc_evals.store.runs import RequestCancel
from rc_evals.store.transaction import Transaction
from rc_evals.testing import RecordedRun, recorder
from rc_evals.web.access import Access

from .conftest import Serve, listening
from .sse import stream


@pytest.fixture
async def client(serve: Serve) -> AsyncGenerator[httpx.AsyncClient]:
    """A client that can hear several streams at the same time."""
    async with httpx.AsyncClient(base_url=serve().base_url, timeout=30) as client:
        yield client


async def enter(run: RecordedRun, lease: Lease, phase: str) -> None:
    await run.journal.execute(EnterPhase(lease=lease, phase=phase, now=run.now))


async def test_whoever_comes_is_told_how_things_stand(home: Home, client: httpx.AsyncClient) -> None:
    """Spec 24.9: a snapshot on connect covers whoever makes a new connection."""
    async with recorder(home) as recording, asyncio.timeout(20):
        run = await recording.run(["go/a", "go/b", "go/c"])
        await run.decide(Outcome.PASSED)
        working = await run.claim()
        await enter(run, working, "preparing")
        await enter(run, working, "running")
        async with stream(client, run.id) as heard:
            first = await heard.next()
            assert (first.name, heard.retry, heard.response.headers["content-type"]) == (
                "snapshot",
                2000,
                "text/event-stream; charset=utf-8",
            )
    snapshot = first.data
    assert (snapshot["run"]["done"], snapshot["run"]["total"], snapshot["run"]["queued"]) == (1, 3, 1)
    assert snapshot["figures"]["rate"] == "100.0 %"
    assert snapshot["figures"]["open"] == "2"
    assert snapshot["figures"]["cost"] == "unknown"
    assert [(row["name"], row["phase"], row["waits_for"]) for row in snapshot["tasks"]] == [
        ("go/b", "running", "sandbox")
    ]


async def test_what_happens_is_told_in_order_in_upstreams_words_and_in_ours(
    home: Home, client: httpx.AsyncClient
) -> None:
    """Spec 24.9: upstream's events keep no name, ours have one; only ours have a number."""
    async with recorder(home) as recording, asyncio.timeout(20):
        run = await recording.run(["go/a", "go/b"])
        async with stream(client, run.id) as heard:
            await heard.next("snapshot")
            lease = await run.claim()
            for phase in ("preparing", "running", "testing"):
                await enter(run, lease, phase)
            await run.decide(Outcome.PASSED, lease)
            await run.decide(Outcome.FAILED)
            assert await run.finish()
            events = await heard.rest()
    assert events[-1].name == "done"
    assert events[-1].data == {"state": "complete"}
    told = [(event.data["task"], event.data["kind"]) for event in events if event.name == "task"]
    assert told == [
        *((1, kind) for kind in ("leased", "preparing", "running", "testing", "verdict")),
        *((2, kind) for kind in ("leased", "verdict")),
    ]
    assert [event.data for event in events if event.name == "message"] == [
        {"eventName": "evalPass", "taskId": 1},
        {"eventName": "evalFail", "taskId": 2},
    ]
    ids = [int(event.id) for event in events if event.is_of_journal]
    assert ids == sorted(set(ids))


async def test_news_say_only_what_has_changed(home: Home, client: httpx.AsyncClient) -> None:
    """Our rule: figures are texts that a page puts into place."""
    async with recorder(home) as recording, asyncio.timeout(20):
        run = await recording.run(["go/a", "go/b"])
        async with stream(client, run.id) as heard:
            await heard.next("snapshot")
            lease = await run.claim()
            begun = (await heard.next("now")).data
            assert [row["task"] for row in begun["tasks"]] == [lease.task_id]
            assert begun["figures"] == {"at_work": "1 at work, 1 waiting for a slot"}
            await run.decide(Outcome.PASSED, lease)
            over = (await heard.next("now")).data
            assert over["gone"] == [lease.task_id]
            assert over["figures"] == {
                "passed": "1",
                "done": "1",
                "open": "1",
                "rate": "100.0 %",
                "interval": "20.7-100.0 %",
                "at_work": "0 at work, 1 waiting for a slot",
            }


async def test_a_lost_attempt_waits_on_the_board_for_its_next_try(home: Home, client: httpx.AsyncClient) -> None:
    """Every wait has a reason that is visible live."""
    async with recorder(home) as recording, asyncio.timeout(20):
        run = await recording.run(["go/a"])
        async with stream(client, run.id) as heard:
            await heard.next("snapshot")
            await run.lose(error="no room", end_reason=EndReason.INFRA)
            while not (rows := (await heard.next("now")).data.get("tasks")) or rows[0]["phase"] != "queued":
                pass
            assert (rows[0]["attempt"], rows[0]["trouble"]) == (2, "no room")


async def test_a_run_that_is_over_is_told_once_and_whoever_knows_it_need_not_come_back(
    home: Home, client: httpx.AsyncClient
) -> None:
    """A browser that is answered with 204 does not connect again."""
    async with recorder(home) as recording, asyncio.timeout(20):
        run = await recording.run(["go/a"])
        await run.decide(Outcome.PASSED)
        await run.finish()
        async with stream(client, run.id) as heard:
            events = await heard.rest()
        assert [event.name for event in events] == ["snapshot", "done"]
        again = await client.get(f"/api/runs/{run.id}/stream", headers={"Last-Event-ID": events[-1].id})
        assert (again.status_code, again.content) == (204, b"")


async def test_a_run_that_is_interrupted_says_so_and_goes_on_when_it_is_resumed(
    home: Home, client: httpx.AsyncClient
) -> None:
    async with recorder(home) as recording, asyncio.timeout(20):
        run = await recording.run(["go/a"])
        await run.leave()
        async with stream(client, run.id) as heard:
            assert (await heard.next("snapshot")).data["run"]["state"] == "interrupted"
            await run.journal.execute(RequestCancel(run_id=run.id, now=run.now))
            assert (await heard.next("now")).data["run"]["state"] == "cancelling"


async def test_there_is_no_stream_of_a_run_that_does_not_exist(home: Home, client: httpx.AsyncClient) -> None:
    async with recorder(home):
        pass
    assert (await client.get("/api/runs/7/stream")).status_code == 404
    assert (await client.get("/api/runs/0/stream")).status_code == 422


@pytest.mark.parametrize("last", ["", "x", "-1", "9" * 30, "999999999", "٣"])
async def test_a_number_that_is_none_of_ours_brings_a_snapshot(
    home: Home, client: httpx.AsyncClient, last: str
) -> None:
    async with recorder(home) as recording, asyncio.timeout(20):
        run = await recording.run(["go/a"])
        headers = {b"Last-Event-ID": last.encode()}
        async with client.stream("GET", f"/api/runs/{run.id}/stream", headers=headers) as response:
            assert response.status_code == 200
            assert "event: snapshot" in await anext(response.aiter_text())


async def test_a_run_that_is_deleted_while_somebody_looks_ends_the_stream(
    home: Home, client: httpx.AsyncClient
) -> None:
    async with recorder(home) as recording, asyncio.timeout(20):
        run = await recording.run(["go/a"])
        async with stream(client, run.id) as heard:
            await heard.next("snapshot")
            await run.journal.execute(_Remove(run.id))
            assert [event.data for event in await heard.rest()] == [{"state": "deleted"}]


class _Remove:
    def __init__(self, run_id: int) -> None:
        self._run_id = run_id

    def apply(self, tx: Transaction) -> None:
        for table, column in (("journal", "run_id"), ("tasks", "run_id"), ("runs", "id")):
            tx.change(f"DELETE FROM {table} WHERE {column} = :id", id=self._run_id)


# Many, slow and gone viewers


def transcript(home: Home, lease: Lease) -> Path:
    path = attempt_folder(home, lease.run_id, lease.language, lease.exercise, lease.iteration, lease.number)
    path.mkdir(parents=True)
    return path / TRANSCRIPT


async def test_a_viewer_that_reads_nothing_is_not_waited_for(home: Home, client: httpx.AsyncClient) -> None:
    """Our rule: it is told how things stand when it reads again; others are told everything."""
    failed = {"eventName": "taskToolFailed", "payload": ["t", "read_file", "x" * 30_000]}
    line = json.dumps(failed).encode() + b"\n"
    async with recorder(home) as recording, asyncio.timeout(60):
        run = await recording.run(["go/a"])
        path = transcript(home, await run.claim())
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect((client.base_url.host, client.base_url.port))
            slow.sendall(b"GET /api/runs/%d/stream HTTP/1.1\r\nHost: localhost\r\n\r\n" % run.id)
            async with stream(client, run.id) as heard:
                await heard.next("snapshot")
                for _ in range(40):
                    with path.open("ab") as file:
                        file.write(line * 7)  # no more than one look takes
                    for _ in range(7):
                        assert (await heard.next("message")).data["taskId"] == 1
            told = await asyncio.to_thread(read_until_snapshot, slow)
    assert 0 < told < 40 * 7, "it was told some, then how things stand"


def read_until_snapshot(connection: socket.socket) -> int:
    """Read until a viewer is told that it was too slow and how things stand; returns how many events came before."""
    connection.settimeout(30)
    heard = b""
    while b"event: snapshot" not in heard.partition(b"updates were left out for a slow connection")[2]:
        heard += connection.recv(2**20)
    return heard.count(b"taskToolFailed")


def held() -> tuple[int, list[str]]:
    """Return how many files this process has open, and which threads watch."""
    files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - nothing but their number
    return files, [thread.name for thread in threading.enumerate() if "watch" in thread.name]


def until_nothing_is_held(files: int) -> None:
    deadline = time.monotonic() + 20
    while (now := held())[0] > files + 5 or now[1]:
        assert time.monotonic() < deadline, f"{now} is held, {files} files before"
        time.sleep(0.05)


async def test_a_thousand_viewers_that_come_and_go_leave_nothing_behind(home: Home, serve: Serve) -> None:
    """Browsers go away at any moment; some do before they were told anything."""
    address = serve().base_url

    async def come_and_go(number: int) -> None:
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(b"GET /api/runs/1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        if number % 4:
            await reader.readuntil(b"event: snapshot")
        writer.transport.abort()

    async with recorder(home) as recording:
        await recording.run(["go/a"])
    async with asyncio.timeout(100):
        await come_and_go(1)
        before, _ = held()
        for start in range(0, 1_000, 50):
            await asyncio.gather(*(come_and_go(number) for number in range(start, start + 50)))
        await asyncio.to_thread(until_nothing_is_held, before)  # the watcher stays a while, should they come back


async def test_a_server_that_ends_ends_its_streams_at_once(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """Streams would go on for ever; nobody who ends the dashboard waits for them."""
    async with recorder(home) as recording, asyncio.timeout(30):
        run = await recording.run(["go/a"])
        server = ExitStack()
        address = server.enter_context(listening(home, Access()))
        async with httpx.AsyncClient(base_url=address) as client, stream(client, run.id) as heard:
            await heard.next("snapshot")
            ending = asyncio.create_task(asyncio.to_thread(server.close))
            assert [event.name for event in await heard.rest()] == []
            await ending
    assert "graceful shutdown exceeded" not in caplog.text
