"""Runs without agents: a store with whatever history a test needs, written by the commands that real runs use."""

from __future__ import annotations

import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rc_evals.outcomes import EndReason, Outcome
from rc_evals.settings import model_of
from rc_evals.store.attempts import Claim, Decide, Requeue
from rc_evals.store.closing import AttemptRecord
from rc_evals.store.journal import open_journal
from rc_evals.store.runs import CreateRun, FinishRun, LeaveRun, NewTask, TakeRun

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Mapping

    from rc_evals.home import Home
    from rc_evals.store.attempts import Lease
    from rc_evals.store.journal import Journal

BEGAN: Final = 1_700_000_000_000
"""14 November 2023, 22:13:20 UTC: when recorded runs are created, unless a test says otherwise."""

_ENDS: Final = {
    Outcome.AGENT_ERROR: EndReason.AGENT_ERROR,
    Outcome.TIMEOUT: EndReason.TIMEOUT,
    Outcome.LIMIT: EndReason.LIMIT,
    Outcome.INFRA_FAILED: EndReason.INFRA,
    Outcome.CANCELLED: EndReason.CANCELLED,
}


@dataclass(slots=True)
class RecordedRun:
    """A run that a test plays the controller of. Its clock only moves when the test moves it."""

    journal: Journal
    id: int
    token: str
    now: int

    async def claim(self) -> Lease:
        """Lease the next task.

        Raises:
            LookupError: none is queued.
        """
        command = Claim(run_id=self.id, run_token=self.token, tokens=[f"{self.token}-{uuid.uuid4().hex}"], now=self.now)
        claimed = await self.journal.execute(command)
        if not claimed.leases:
            raise LookupError(f"run {self.id} has no task that could be claimed now")
        return claimed.leases[0]

    async def decide(self, verdict: Outcome, lease: Lease | None = None, **record: Any) -> Lease:
        """Give the leased task, else the next one, its verdict after one second; `record` as in `AttemptRecord`."""
        lease = lease or await self.claim()
        self.now += 1_000
        known: dict[str, Any] = {"end_reason": _ENDS.get(verdict, EndReason.COMPLETED), "agent_ms": 1_000, **record}
        command = Decide(lease=lease, verdict=verdict, record=AttemptRecord(**known), now=self.now)
        await self.journal.execute(command)
        return lease

    async def lose(self, lease: Lease | None = None, **record: Any) -> Lease:
        """Let the platform fail an attempt at the leased task, else the next one; the task is queued again."""
        lease = lease or await self.claim()
        known: dict[str, Any] = {"end_reason": EndReason.INFRA, "error": "the sandbox broke", **record}
        command = Requeue(lease=lease, record=AttemptRecord(**known), not_before=0, now=self.now)
        await self.journal.execute(command)
        return lease

    async def finish(self) -> bool:
        """Close the run; False when a task is undecided."""
        return await self.journal.execute(FinishRun(run_id=self.id, token=self.token, now=self.now))

    async def leave(self) -> None:
        """Stop controlling the run, as an interrupted controller does."""
        await self.journal.execute(LeaveRun(run_id=self.id, token=self.token, now=self.now))


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes runs into a data folder. Get one from `recorder`."""

    journal: Journal

    async def run(
        self,
        tasks: Iterable[str],
        *,
        iterations: int = 1,
        name: str | None = None,
        suite: str = "bundled",
        agent: str = "oracle",
        agent_args: Mapping[str, str] | None = None,
        settings: Mapping[str, object] | None = None,
        not_runnable: Iterable[dict[str, Any]] = (),
        now: int = BEGAN,
    ) -> RecordedRun:
        """Create a run and control it.

        Args:
            tasks: ids like `go/ring-log`; each is tried in all iterations.
            iterations: how often.
            name: what people call the run.
            suite: what the run says it was about; likewise `agent`, `agent_args` and `settings`.
            agent: see `suite`.
            agent_args: see `suite`.
            settings: see `suite`.
            not_runnable: entries of the environment's record: `language`, `exercises`, `reason`, `remedy`.
            now: when; a run of long ago has lost its controller in the eyes of all who look at the clock.
        """
        ids = [task.split("/", 1) for task in tasks]
        create = CreateRun(
            uuid=str(uuid.uuid4()),
            name=name,
            suite=suite,
            suite_path=suite,
            agent=agent,
            agent_args=agent_args or {},
            settings=settings,
            sandbox="bubblewrap",
            concurrency=2,
            timeout_seconds=300,
            iterations=iterations,
            environment={"rc_evals": "0", "not_runnable": list(not_runnable)},
            tasks=[
                NewTask(language=language, exercise=exercise, iteration=iteration, digest=f"{language}/{exercise}")
                for language, exercise in ids
                for iteration in range(1, iterations + 1)
            ],
            now=now,
            model=model_of(settings, agent_args or {}),
        )
        run_id = await self.journal.execute(create)
        token = uuid.uuid4().hex
        await self.journal.execute(TakeRun(run_id=run_id, owner="{}", token=token, now=now))
        return RecordedRun(self.journal, run_id, token, now)


@asynccontextmanager
async def recorder(home: Home) -> AsyncGenerator[Recorder]:
    """Open a data folder for recording, making it when it does not exist."""
    home.ensure()
    async with open_journal(home.database) as journal:
        yield Recorder(journal)
