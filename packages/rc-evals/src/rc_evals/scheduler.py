"""Works off the tasks of one run: leases, concurrency, retries, cancellation, the end.

All state is in the store; this only decides what to start next.
"""

from __future__ import annotations

import asyncio
import enum
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from rc_evals._errors import DiskError, InfrastructureError, RunBusyError, StoreError
from rc_evals.attempt import Hooks, Ledger
from rc_evals.clock import ticks_ms
from rc_evals.events import Decided, PhaseEntered, Retrying, TaskRef, UsageReported
from rc_evals.outcomes import EndReason, Outcome
from rc_evals.retries import retry_delay
from rc_evals.store.attempts import CancelQueued, Claim, Decide, EnterPhase, Requeue
from rc_evals.store.runs import FinishRun

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from rc_evals.bus import Bus
    from rc_evals.run_lease import RunLease
    from rc_evals.sandbox.port import ProcessIdentity
    from rc_evals.store.attempts import Lease
    from rc_evals.store.closing import AttemptRecord
    from rc_evals.store.journal import Journal
    from rc_evals.usage import Usage

LONGEST_PAUSE: Final = 5.0
"""Seconds between two looks at the queue at most, should the clock be set back while a task waits for its time."""


class _Stop(enum.IntEnum):
    """How the scheduler has been asked to end; it only ever becomes more urgent."""

    NO = 0
    DRAIN = 1
    """Start nothing; finish what runs; the run can be resumed."""
    INTERRUPT = 2
    """Stop what runs as well and queue it again."""
    CANCEL = 3
    """Stop what runs and decide everything as cancelled."""


class _LeaseLostError(Exception):
    """The store knows another holder of the task; nothing more may be written about it."""


class Scheduler:
    """Drives a run to its end.

    Args:
        journal: the store.
        bus: hears what happens.
        lease: the caller's claim on the run, which somebody keeps alive.
        concurrency: how many attempts run at the same time, at most.
        adopted: attempts of a dead controller that are gone on with, before anything else.
        perform: does one attempt; raises InfrastructureError or OSError when the platform failed it.
        tidy: removes what an attempt worked with, once its end is stored.
        now: clock, in milliseconds since the epoch.
        chance: random numbers from [0, 1).
    """

    def __init__(
        self,
        *,
        journal: Journal,
        bus: Bus,
        lease: RunLease,
        concurrency: int,
        perform: Callable[[Lease, Hooks, Ledger], Awaitable[Outcome]],
        tidy: Callable[[Lease], Awaitable[None]],
        now: Callable[[], int],
        chance: Callable[[], float],
        adopted: Sequence[Lease] = (),
    ) -> None:
        self._journal, self._bus = journal, bus
        self._lease, self._run_id, self._concurrency = lease, lease.run_id, concurrency
        self._perform, self._tidy, self._now, self._chance = perform, tidy, now, chance
        self._adopted = adopted
        self._stop = _Stop.NO
        self._running: set[asyncio.Task[None]] = set()
        self._ended: list[asyncio.Task[None]] = []
        self._wake = asyncio.Event()
        self._failure: InfrastructureError | None = None

    def drain(self) -> None:
        """Start nothing more and return when what runs is done."""
        self._escalate(_Stop.DRAIN)

    def interrupt(self) -> None:
        """Stop what runs, queue it again, and return."""
        self._escalate(_Stop.INTERRUPT)

    def fail(self, error: InfrastructureError) -> None:
        """Stop what runs, queue it again, and have `work` raise the error."""
        self._failure = self._failure or error
        self._escalate(_Stop.INTERRUPT)

    async def work(self) -> bool:
        """Run until every task is decided, or until asked to stop. Returns whether the run is finished.

        Raises:
            RunBusyError: the lease was lost to another controller; nothing of this one runs any more.
            StoreError: the store cannot be written.
            InfrastructureError: `fail` was told of it.
        """
        self._lease.on_change = self._heed
        self._heed()
        try:
            for lease in self._adopted:
                self._begin(lease)
            await self._drive()
        finally:
            await self._stop_running()
        if (failure := self._failure or self._lease.failure) is not None:
            raise failure
        await self._lease.look()  # what came since the last look must not be missed
        if self._lease.lost:
            raise RunBusyError(f"run {self._run_id} was taken over by another controller; this one has stopped")
        if self._lease.cancelling:
            await self._journal.execute(CancelQueued(run_id=self._run_id, now=self._now()))
        return await self._journal.execute(FinishRun(run_id=self._run_id, token=self._lease.token, now=self._now()))

    async def _drive(self) -> None:
        while True:
            self._wake.clear()  # first: whatever comes from here on ends the wait
            if self._stop > _Stop.DRAIN:
                return
            next_due = await self._start_more() if self._stop is _Stop.NO else None
            if not self._running and next_due is None:
                return
            await self._wait(next_due)

    async def _start_more(self) -> int | None:
        """Fill the free slots and return when to look again, if it is not only when an attempt ends."""
        free = self._concurrency - len(self._running)
        if free == 0:
            return None
        tokens = [f"{self._lease.token}-{secrets.token_hex(6)}" for _ in range(free)]
        claim = Claim(run_id=self._run_id, run_token=self._lease.token, tokens=tokens, now=self._now())
        claimed = await self._journal.execute(claim)
        for lease in claimed.leases:
            self._begin(lease)
        return claimed.next_due

    def _begin(self, lease: Lease) -> None:
        task = asyncio.create_task(self._attempt(lease), name=f"rc-evals-attempt-{lease.task_id}")
        self._running.add(task)
        task.add_done_callback(self._note_end)

    async def _wait(self, next_due: int | None) -> None:
        """Return when an attempt has ended, when asked to stop, or when a task is due."""
        pause = None if next_due is None else min(max(0.0, (next_due - self._now()) / 1000), LONGEST_PAUSE)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._wake.wait()
        while self._ended:
            task = self._ended.pop()
            self._running.discard(task)
            task.result()  # a store that cannot be written ends the work

    def _note_end(self, task: asyncio.Task[None]) -> None:
        self._ended.append(task)
        self._wake.set()

    async def _stop_running(self) -> None:
        await asyncio.sleep(0)  # each has begun: one that is cancelled before would not close what was claimed for it
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()

    def _heed(self) -> None:
        """Act on what has become of the lease."""
        if self._lease.lost or self._lease.failure is not None:
            self._escalate(_Stop.INTERRUPT)
        if self._lease.cancelling:
            self._escalate(_Stop.CANCEL)

    def _escalate(self, stop: _Stop) -> None:
        self._stop = max(self._stop, stop)
        self._wake.set()

    async def _attempt(self, lease: Lease) -> None:
        """Do one attempt, store how it ended, and tidy up. Raises only StoreError: then all stays for who goes on."""
        await self._perform_and_store(lease)
        await self._tidy(lease)

    async def _perform_and_store(self, lease: Lease) -> None:
        ref = TaskRef(lease.task_id, lease.language, lease.exercise, lease.iteration, lease.number)
        ledger = Ledger()
        try:
            verdict = await self._perform(lease, self._hooks(lease, ref), ledger)
            await self._decide(lease, ref, verdict, ledger.record())
        except _LeaseLostError:
            return
        except asyncio.CancelledError:
            if self._stop is _Stop.CANCEL:
                await self._decide(lease, ref, Outcome.CANCELLED, ledger.record(EndReason.CANCELLED))
            else:
                await self._requeue(lease, ledger.record(EndReason.CANCELLED, "the controller was stopped"), delay=0)
        except StoreError:
            raise
        except DiskError as error:
            self.fail(error)
            await self._requeue(lease, ledger.record(EndReason.CANCELLED, str(error)), delay=0)
        except (InfrastructureError, OSError) as error:
            await self._retry(lease, ref, ledger, str(error))
        except Exception as error:  # noqa: BLE001 - a fault in one attempt must not take the others along
            await self._retry(lease, ref, ledger, f"{type(error).__name__}: {error}")

    def _hooks(self, lease: Lease, ref: TaskRef) -> Hooks:
        async def phase(name: str, process: ProcessIdentity | None, agent: Mapping[str, object] | None = None) -> None:
            now = self._now()
            entered = EnterPhase(lease=lease, phase=name, process=process, agent=agent, now=now)
            if not await self._journal.execute(entered):
                raise _LeaseLostError
            self._bus.publish(PhaseEntered(ref, name, ticks_ms()))

        def usage(used: Usage) -> None:
            self._bus.publish(UsageReported(ref, used))

        return Hooks(phase=phase, usage=usage)

    async def _retry(self, lease: Lease, ref: TaskRef, ledger: Ledger, problem: str) -> None:
        record = ledger.record(EndReason.INFRA, problem)
        delay = retry_delay(lease.failures + 1, chance=self._chance())
        if delay is None:
            await self._decide(lease, ref, Outcome.INFRA_FAILED, record)
            return
        await self._requeue(lease, record, delay=delay)
        self._bus.publish(Retrying(ref, problem, delay))

    async def _requeue(self, lease: Lease, record: AttemptRecord, *, delay: float) -> None:
        now = self._now()
        await self._journal.execute(
            Requeue(lease=lease, record=record, not_before=now + round(1000 * delay), now=now),
        )

    async def _decide(self, lease: Lease, ref: TaskRef, verdict: Outcome, record: AttemptRecord) -> None:
        now = self._now()
        if await self._journal.execute(Decide(lease=lease, verdict=verdict, record=record, now=now)):
            self._bus.publish(Decided(ref, verdict, record.error, record.usage, ticks_ms()))
