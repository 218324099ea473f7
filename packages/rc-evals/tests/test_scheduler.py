"""The scheduler: how many at a time, what is tried again, how it ends. The store is real, the attempts are short."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rc_evals import Outcome, RunBusyError, SandboxStartError, StoreError
from rc_evals.agents.port import AgentEnd
from rc_evals.attempt import Hooks, Ledger
from rc_evals.bus import Bus
from rc_evals.clock import now_ms
from rc_evals.events import Decided, Retrying
from rc_evals.run_lease import RunLease
from rc_evals.scheduler import Scheduler
from rc_evals.store.attempts import Lease
from rc_evals.store.journal import Journal, open_journal
from rc_evals.store.queries import tally, tasks
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import CreateRun, NewTask, RequestCancel, TakeRun

Perform = Callable[[Lease, Hooks, Ledger], Awaitable[Outcome]]


@dataclass
class Bench:
    """A run in a real store, and a scheduler for it."""

    path: Path
    journal: Journal
    lease: RunLease
    bus: Bus = field(default_factory=Bus)
    tidied: list[str] = field(default_factory=list[str])

    @property
    def run_id(self) -> int:
        return self.lease.run_id

    def scheduler(self, perform: Perform, *, concurrency: int = 3) -> Scheduler:
        return Scheduler(
            journal=self.journal,
            bus=self.bus,
            lease=self.lease,
            concurrency=concurrency,
            perform=perform,
            tidy=self.tidy,
            now=now_ms,
            chance=lambda: -0.499,  # retries follow within milliseconds
        )

    async def tidy(self, lease: Lease) -> None:
        self.tidied.append(lease.exercise)

    def verdicts(self) -> Counter[str | None]:
        with open_reader(self.path) as reader:
            return Counter(task["verdict"] for task in tasks(reader, self.run_id))

    def state(self) -> str:
        with open_reader(self.path) as reader:
            return str(reader.run(self.run_id)["state"])


@asynccontextmanager
async def bench(tmp_path: Path, count: int) -> AsyncGenerator[Bench]:
    path = tmp_path / "evals.db"
    async with open_journal(path) as journal, asyncio.timeout(20):
        new = [NewTask(language="go", exercise=f"e{i}", iteration=1, digest="d") for i in range(count)]
        create = CreateRun(
            uuid="u", name=None, suite="s", suite_path="s", agent="nop", agent_args={}, settings=None, sandbox="none",
            concurrency=3, timeout_seconds=300, iterations=1, environment={}, tasks=new, now=now_ms(),
        )  # fmt: skip
        run_id = await journal.execute(create)
        await journal.execute(TakeRun(run_id=run_id, owner="{}", token="token", now=now_ms()))
        lease = RunLease(journal, run_id, "token", now_ms)
        keeper = asyncio.create_task(lease.keep())
        yield Bench(path, journal, lease)
        keeper.cancel()


async def solved(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
    await hooks.phase("running", None)
    ledger.end = AgentEnd()
    return Outcome.PASSED


async def test_every_task_is_attempted_once_and_the_run_is_complete(tmp_path: Path) -> None:
    """Spec 24.5: no task is lost, none is run twice."""
    seen: Counter[int] = Counter()

    async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
        seen[lease.task_id] += 1
        return await solved(lease, hooks, ledger)

    async with bench(tmp_path, 40) as it:
        assert await it.scheduler(perform).work()
        assert set(seen.values()) == {1}
        assert it.verdicts() == {"passed": 40}
        assert it.state() == "complete"


async def test_what_an_attempt_worked_with_goes_once_its_end_is_stored_and_stays_when_it_cannot_be(
    tmp_path: Path,
) -> None:
    """Spec 24.5: a task that was in its tests is only tested again, as long as its workspace is there."""
    async with bench(tmp_path, 2) as it:

        async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
            verdict = await solved(lease, hooks, ledger)
            if lease.exercise == "e1":
                it.journal.close()
            return verdict

        with pytest.raises(StoreError, match="closed"):
            await it.scheduler(perform, concurrency=1).work()
        assert it.tidied == ["e0"]


async def test_no_more_attempts_run_at_once_than_allowed(tmp_path: Path) -> None:
    """Requirement 51: the concurrency limit; and it is used."""
    running, most = 0, 0
    full = asyncio.Event()

    async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 4:
            full.set()
        await full.wait()
        verdict = await solved(lease, hooks, ledger)
        running -= 1
        return verdict

    async with bench(tmp_path, 20) as it:
        assert await it.scheduler(perform, concurrency=4).work()
    assert most == 4


async def test_a_failure_of_the_platform_is_tried_again_and_then_said(tmp_path: Path) -> None:
    """Spec 24.5 and quirk Q7: infrastructure is never a model failure, and exhausted retries are recorded."""

    async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
        if lease.exercise == "e0" or lease.number == 1:
            raise SandboxStartError("no room")
        return await solved(lease, hooks, ledger)

    async with bench(tmp_path, 3) as it:
        with it.bus.listen() as news:
            assert await it.scheduler(perform).work()
            heard = news.take()
        assert it.verdicts() == {"infra_failed": 1, "passed": 2}
        with open_reader(it.path) as reader:
            attempts = {task["exercise"]: (task["attempts"], task["error"]) for task in tasks(reader, it.run_id)}
    assert attempts == {"e0": (3, "no room"), "e1": (2, None), "e2": (2, None)}
    assert sum(isinstance(event, Retrying) for event in heard) == 4
    assert sum(isinstance(event, Decided) for event in heard) == 3


async def test_a_bug_in_one_attempt_spoils_no_other(tmp_path: Path) -> None:
    """Requirement 83: one failed task does not affect others."""

    async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
        if lease.exercise == "e1":
            raise ZeroDivisionError("oops")
        return await solved(lease, hooks, ledger)

    async with bench(tmp_path, 5) as it:
        assert await it.scheduler(perform).work()
        assert it.verdicts() == {"infra_failed": 1, "passed": 4}


async def test_draining_finishes_what_runs_and_starts_nothing(tmp_path: Path) -> None:
    """Issue: Ctrl-C once is graceful; the rest can be resumed."""
    async with bench(tmp_path, 10) as it:

        async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
            scheduler.drain()
            return await solved(lease, hooks, ledger)

        scheduler = it.scheduler(perform, concurrency=2)
        assert not await scheduler.work()
        assert it.verdicts() == {"passed": 2, None: 8}
        assert it.state() == "active"
        assert await it.scheduler(solved).work()
        assert it.verdicts() == {"passed": 10}


async def test_interrupting_stops_what_runs_and_queues_it_again(tmp_path: Path) -> None:
    """Issue: Ctrl-C twice stops now; nothing is lost."""
    stopped: list[int] = []
    async with bench(tmp_path, 3) as it:

        async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
            try:
                scheduler.interrupt()
                await asyncio.Event().wait()
            finally:
                stopped.append(lease.task_id)
            return Outcome.PASSED

        scheduler = it.scheduler(perform)
        assert not await scheduler.work()
        assert len(stopped) == 3
        with open_reader(it.path) as reader:
            assert {(task["state"], task["end_reason"]) for task in tasks(reader, it.run_id)} == {
                ("queued", "cancelled")
            }
        assert await it.scheduler(solved).work()
        assert it.verdicts() == {"passed": 3}


async def test_a_cancelled_run_stops_its_attempts_and_decides_everything(tmp_path: Path) -> None:
    """Spec 24.13: stop leasing, stop what runs, keep what is decided, state cancelled."""
    async with bench(tmp_path, 6) as it:

        async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
            if lease.exercise == "e0":
                return await solved(lease, hooks, ledger)
            await it.journal.execute(RequestCancel(run_id=it.run_id, now=now_ms()))
            await asyncio.Event().wait()
            return Outcome.PASSED

        assert await it.scheduler(perform, concurrency=2).work()
        assert it.verdicts() == {"passed": 1, "cancelled": 5}
        assert it.state() == "cancelled"
        with open_reader(it.path) as reader:
            assert tally(reader, it.run_id) == {"go": {"passed": 1, "cancelled": 5}}


async def test_a_controller_that_lost_its_run_stops_and_writes_nothing_more(tmp_path: Path) -> None:
    """Spec 24.15 n. 3 and 24.5: fencing."""
    async with bench(tmp_path, 2) as it:

        async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
            later = now_ms() + 3_600_000
            await it.journal.execute(TakeRun(run_id=it.run_id, owner="{}", token="newer", now=later))
            await asyncio.Event().wait()
            return Outcome.PASSED

        with pytest.raises(RunBusyError):
            await it.scheduler(perform, concurrency=1).work()
        assert it.state() == "active"
        assert it.verdicts() == {None: 2}


async def test_a_wish_to_stop_that_comes_while_tasks_are_claimed_is_heard(tmp_path: Path) -> None:
    """Our rule: no signal is lost, whenever it comes."""
    async with bench(tmp_path, 3) as it:

        async def perform(lease: Lease, hooks: Hooks, ledger: Ledger) -> Outcome:
            await asyncio.Event().wait()
            return Outcome.PASSED

        scheduler = it.scheduler(perform)
        work = asyncio.create_task(scheduler.work())
        await asyncio.wait({work}, timeout=0)  # it is claiming now
        scheduler.interrupt()
        assert not await work
        with open_reader(it.path) as reader:
            assert {(task["state"], task["verdict"]) for task in tasks(reader, it.run_id)} == {("queued", None)}


async def test_a_run_that_was_being_cancelled_is_cancelled_by_whoever_resumes_it(tmp_path: Path) -> None:
    """Spec 24.13: repeatable, also after a restart."""
    async with bench(tmp_path, 4) as it:
        await it.journal.execute(RequestCancel(run_id=it.run_id, now=now_ms()))
        assert await it.scheduler(solved).work()
        assert it.verdicts() == {"cancelled": 4}
        assert it.state() == "cancelled"
