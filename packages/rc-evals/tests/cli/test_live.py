"""The live view: lines for files, a picture for terminals, and never a burden for the run."""

import asyncio
import fcntl
import io
import os
import pty
import re
import select
import struct
import termios
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest
from rc_evals import Home, Outcome
from rc_evals.bus import BACKLOG, Bus
from rc_evals.cli.live import watch
from rc_evals.events import Decided, PhaseEntered, Retrying, TaskRef, UsageReported
from rc_evals.store.attempts import Lease
from rc_evals.testing import RecordedRun, recorder
from rc_evals.usage import Usage

_STYLES = re.compile(rb"\x1b\[[0-9;]*m")


def ref(lease: Lease) -> TaskRef:
    return TaskRef(lease.task_id, lease.language, lease.exercise, lease.iteration, lease.number)


async def play(run: RecordedRun, bus: Bus, verdict: Outcome, explanation: str = "") -> None:
    """Do one attempt as the scheduler reports it: store first, then the news."""
    lease = await run.claim()
    bus.publish(PhaseEntered(ref(lease), "running", run.now))
    await run.decide(verdict, lease)
    bus.publish(Decided(ref(lease), verdict, explanation, None, run.now))


@contextmanager
def terminal(rows: int = 24, columns: int = 80) -> Generator[tuple[TextIO, int]]:
    """A real one: yields the program's end as a stream, and the file descriptor of the person's end."""
    person, program = pty.openpty()
    fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    with os.fdopen(program, "w", encoding="utf-8") as stream:
        yield stream, person
    os.close(person)


def drawn(person: int, *, until: str, seconds: float = 20) -> str:
    """Return what the terminal was sent, up to and with `until`; styles left out. Blocks."""
    seen = b""
    while until.encode() not in _STYLES.sub(b"", seen):
        ready, _, _ = select.select([person], [], [], seconds)
        assert ready, f"{until!r} was not drawn within {seconds} s, but {seen[-2_000:]!r}"
        seen += os.read(person, 65_536)
    return seen.decode()


async def test_a_file_gets_one_line_per_verdict_and_retry_and_a_closing_one(tmp_path: Path) -> None:
    home, bus, stream = Home(tmp_path), Bus(), io.StringIO()
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b", "go/c"])
        async with watch(home, run.id, bus, stream=stream):
            await play(run, bus, Outcome.PASSED)
            lost = await run.lose()
            bus.publish(Retrying(ref(lost), "no \x1b[2Jroom", 1.25))
            await play(run, bus, Outcome.FAILED, "1 of 2 tests failed")
            await play(run, bus, Outcome.INFRA_FAILED, "no room")
            await run.finish()
    *lines, closing = stream.getvalue().splitlines()
    assert lines == [
        "run 1: suite bundled, agent oracle, sandbox bubblewrap, 3 tasks, 2 at a time",
        "[1/3] passed         go/a  0:00:01",
        r"go/b: attempt 1 is lost, the next follows in 1.2 s (no \x1b[2Jroom)",
        "[2/3] failed         go/b  0:00:01  1 of 2 tests failed",
        "[3/3] infra_failed   go/c  0:00:01  no room",
    ]
    assert re.fullmatch(r"run 1: 3 of 3 done in 0:00:\d\d: 1 passed, 1 failed, 1 not counted", closing)


async def test_a_terminal_sees_counts_and_what_runs_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    home, bus = Home(tmp_path), Bus()
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b", "go/c"])
        with terminal() as (stream, person):
            async with watch(home, run.id, bus, stream=stream):
                await play(run, bus, Outcome.PASSED)
                bus.publish(PhaseEntered(ref(await run.claim()), "testing", run.now))
                picture = await asyncio.to_thread(drawn, person, until="go/b   testing")
            picture += await asyncio.to_thread(drawn, person, until="1 passed, 0 failed")
    assert "1 of 3" in picture
    assert "1 passed" in picture
    assert "run 1: 1 of 3 done" in picture
    assert not re.search(r"\x1b\[[34]\d", picture), "NO_COLOR"


async def test_a_terminal_shows_what_an_agent_uses_while_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spec 9.4: usage counts as it comes."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    home, bus = Home(tmp_path), Bus()
    async with recorder(home) as recording:
        run = await recording.run(["go/a"])
        with terminal() as (stream, person):
            async with watch(home, run.id, bus, stream=stream):
                working = ref(await run.claim())
                bus.publish(PhaseEntered(working, "running", run.now))
                usage = Usage(tokens_in=72_500, tokens_out=340, cost_micros=1_230_000)
                bus.publish(UsageReported(working, usage))
                picture = await asyncio.to_thread(drawn, person, until="73k tokens in, 340 out")
    assert "$1.23" in picture


async def test_a_terminal_without_cursor_movement_gets_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    home, bus = Home(tmp_path), Bus()
    async with recorder(home) as recording:
        run = await recording.run(["go/a"])
        with terminal() as (stream, person):
            async with watch(home, run.id, bus, stream=stream):
                await play(run, bus, Outcome.PASSED)
            picture = await asyncio.to_thread(drawn, person, until="1 passed, 0 failed")
    assert "[1/1] passed" in picture
    assert "\x1b" not in picture


async def test_a_reader_that_goes_away_does_not_disturb_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, bus = Home(tmp_path), Bus()
    reading, writing = os.pipe()
    os.close(reading)
    async with recorder(home) as recording:
        run = await recording.run(["go/a"])
        stream = os.fdopen(writing, "w", encoding="utf-8", buffering=1)
        async with watch(home, run.id, bus, stream=stream):
            await play(run, bus, Outcome.PASSED)
            assert await run.finish()
        with pytest.raises(BrokenPipeError):
            stream.close()
    assert "the view of run 1 ended, the run goes on (BrokenPipeError" in capsys.readouterr().err


async def test_a_terminal_that_was_stopped_does_not_hold_the_run_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-S: writing to the terminal blocks until somebody reads; the run must not."""
    monkeypatch.setenv("TERM", "xterm")
    home, bus = Home(tmp_path), Bus()
    async with recorder(home) as recording:
        run = await recording.run(["go/a"])
        with terminal() as (stream, person):
            async with watch(home, run.id, bus, stream=stream):
                for task in range(500):  # far more than the terminal's buffer takes
                    bus.publish(Decided(TaskRef(task, "go", "b", 1, 1), Outcome.FAILED, "x" * 400, None, run.now))
                await play(run, bus, Outcome.PASSED)
                assert await run.finish()
                person_comes_back = asyncio.create_task(asyncio.to_thread(drawn, person, until="1 passed, 0 failed"))
            await person_comes_back


async def test_events_that_were_missed_are_made_up_for_from_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    home, bus = Home(tmp_path), Bus()
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b"])
        with terminal() as (stream, person):
            async with watch(home, run.id, bus, stream=stream):
                await asyncio.to_thread(drawn, person, until="0 of 2")
                lease = await run.decide(Outcome.PASSED)
                for _ in range(BACKLOG + 1):
                    bus.publish(PhaseEntered(ref(lease), "running", run.now))
                await asyncio.to_thread(drawn, person, until="1 of 2")
                await play(run, bus, Outcome.PASSED)
                await asyncio.to_thread(drawn, person, until="2 of 2")
            await asyncio.to_thread(drawn, person, until="2 passed, 0 failed")
