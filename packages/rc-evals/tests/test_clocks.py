"""Clocks are set, forwards and backwards, by hours, at any moment: no claim, no retry and no number goes by that."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals import EndReason, Home, Outcome, RunBusyError, formats
from rc_evals.cli.progress import Plan, Progress
from rc_evals.clock import now_ms
from rc_evals.events import Decided, PhaseEntered, RunEvent, TaskRef
from rc_evals.ownership import hold, is_kept
from rc_evals.report import standing
from rc_evals.retries import LONGEST_DELAY, RETRIES, retry_delay
from rc_evals.run_lease import RunLease
from rc_evals.store.attempts import Claim, Requeue
from rc_evals.store.closing import AttemptRecord
from rc_evals.store.journal import Journal, open_journal
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import TakeRun
from rc_evals.testing import recorder

HOURS = 3_600_000

ELSEWHERE = json.dumps({"host": "elsewhere", "boot": "", "pid": 1, "started": 1})
"""A controller of which nothing can be seen from here but its lease."""


@asynccontextmanager
async def controlled(home: Home, *, at: int, renewed: Callable[[], int] | None) -> AsyncGenerator[Journal]:
    """Make a run whose controller is elsewhere: it took its lease at a time, and renews it by a clock, if it lives."""
    async with recorder(home) as recording:
        run = await recording.run(["go/a"], now=at)
        await run.leave()
    async with open_journal(home.database) as journal:
        assert await journal.execute(TakeRun(run_id=1, owner=ELSEWHERE, token="theirs", now=at))
        keeping = asyncio.create_task(RunLease(journal, 1, "theirs", renewed).keep()) if renewed else None
        yield journal
        if keeping is not None:
            keeping.cancel()
            await asyncio.wait({keeping})


@pytest.mark.parametrize("set_by", [-5 * HOURS, -HOURS, HOURS, 5 * HOURS])
async def test_a_controller_that_lives_keeps_its_run_whatever_its_clock_says(tmp_path: Path, set_by: int) -> None:
    """Our rule: whoever renews, lives; as many hosts, as many clocks."""
    home = Home(tmp_path)
    async with controlled(home, at=now_ms() + set_by, renewed=lambda: now_ms() + set_by) as journal:
        with pytest.raises(RunBusyError, match="process 1 on elsewhere"):
            async with hold(journal, home, 1):
                pass


@pytest.mark.parametrize("set_by", [-5 * HOURS, 5 * HOURS])
async def test_a_controller_that_is_gone_keeps_no_run_whatever_its_clock_said(tmp_path: Path, set_by: int) -> None:
    """Our rule: a lease from the future would otherwise hold for hours once a clock is set right."""
    home = Home(tmp_path)
    async with controlled(home, at=now_ms() + set_by, renewed=None) as journal:
        with open_reader(home.database) as reader:
            assert standing(reader.run(1)) == "interrupted"
        async with hold(journal, home, 1) as lease:
            assert lease.token != "theirs"


async def test_a_run_that_its_controller_gives_back_meanwhile_is_free(tmp_path: Path) -> None:
    """Our rule."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a"], now=0)
        with open_reader(home.database) as reader:
            before = reader.run(1)
        looking = asyncio.create_task(is_kept(home, before))
        await run.leave()
        assert await looking is False


def test_no_delay_is_longer_than_the_longest() -> None:
    """Our rule."""
    delays = [retry_delay(failures, chance=0.999_999) for failures in range(1, RETRIES + 1)]
    assert max(delay for delay in delays if delay is not None) <= LONGEST_DELAY


@settings(max_examples=30, deadline=None)
@given(
    failed=st.integers(-9 * HOURS, 9 * HOURS),
    asked=st.integers(-9 * HOURS, 9 * HOURS),
    delay=st.floats(0, LONGEST_DELAY),
)
def test_no_retry_waits_longer_than_retries_do(
    tmp_path_factory: pytest.TempPathFactory, failed: int, asked: int, delay: float
) -> None:
    """Our rule: wherever the clock stands when the queue is looked at again."""

    async def wait() -> int:
        async with recorder(Home(tmp_path_factory.mktemp("home"))) as recording:
            run = await recording.run(["go/a"])
            lease = await run.claim()
            record = AttemptRecord(end_reason=EndReason.INFRA)
            not_before = run.now + failed + round(1000 * delay)
            await run.journal.execute(Requeue(lease=lease, record=record, not_before=not_before, now=run.now + failed))
            claim = Claim(run_id=run.id, run_token=run.token, tokens=["t"], now=run.now + asked)
            claimed = await run.journal.execute(claim)
            if claimed.leases:
                return 0
            assert claimed.next_due is not None
            return claimed.next_due - claim.now

    assert 0 <= asyncio.run(wait()) <= 1000 * LONGEST_DELAY


@given(steps=st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.integers(0, 9 * HOURS)), max_size=20))
def test_no_time_that_is_shown_is_negative(steps: list[tuple[int, bool, int]]) -> None:
    """Our rule: what is shown goes by a clock that nobody sets."""
    plan = Plan(
        run_id=1, suite="s", agent="a", sandbox="none", concurrency=2, total=9, verdicts={}, cost_micros=None
    )  # fmt: skip
    progress, now = Progress(plan, began=0), 0
    for number, ends, later in steps:
        now += later
        task = TaskRef(number, "go", "a", 1, 1)
        event: RunEvent = Decided(task, Outcome.FAILED, "", None, now) if ends else PhaseEntered(task, "running", now)
        progress.observe(event)
        left = progress.milliseconds_left(now)
        assert left is None or left >= 0
        assert "-" not in formats.duration(now - progress.began)
        assert all(attempt.began <= attempt.since <= now for attempt in progress.running.values())
