"""What the commands do: start a run, go on with one, cancel one."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rc_evals import artifacts
from rc_evals._errors import BrokenSuiteError, EvalsError, RunBusyError, ToolchainError
from rc_evals.adoption import abandon, go_on, take_over
from rc_evals.agents.registry import make_agent, reference_pack
from rc_evals.attempt import Assignment, Hooks, Ledger, perform, tidy
from rc_evals.bus import Bus
from rc_evals.clock import now_ms
from rc_evals.disk_watch import watched
from rc_evals.languages.waiting import breakable
from rc_evals.outcomes import Outcome
from rc_evals.ownership import clear_up, hold, is_kept
from rc_evals.planning import Equipment, Request, agent_seconds, equip, plan_run
from rc_evals.run_owner import refuse_imported
from rc_evals.sandbox.choose import choose
from rc_evals.scheduler import Scheduler
from rc_evals.scratch import make_scratch
from rc_evals.stopping import Stopping
from rc_evals.store.attempts import CancelQueued
from rc_evals.store.journal import open_journal
from rc_evals.store.queries import undecided
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import FinishRun, RequestCancel
from rc_evals.suites.registry import open_suite
from rc_evals.threads import in_thread, to_its_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from rc_evals.adoption import Left
    from rc_evals.agents.port import Agent
    from rc_evals.home import Home
    from rc_evals.run_lease import RunLease
    from rc_evals.store.attempts import Lease
    from rc_evals.store.journal import Journal

CANCEL_SECONDS: Final = 60.0
"""How long `cancel` waits for a living controller to obey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who looks on: `say` is given sentences, `watch` shows a run for as long as its block lasts."""

    say: Callable[[str], None]
    watch: Callable[[int, Bus], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command left its run."""

    run_id: int
    finished: bool
    """Every task has its verdict; otherwise the run was interrupted and can be resumed."""
    stopped: bool = False
    """Somebody asked to stop, which need not have kept the run from its end."""


async def start(home: Home, request: Request, audience: Audience) -> Ending:
    """Create a run and work it off.

    Raises:
        EvalsError: nothing was created when the request or the machine is at fault; a run that exists can be resumed.
    """
    with breakable() as break_off, Stopping(audience.say, break_off) as stopping:
        command, equipment = await plan_run(home, request, now=now_ms(), say=audience.say)
        async with open_journal(home.database) as journal:
            run_id = await journal.execute(command)
            async with hold(journal, home, run_id) as lease:
                return await _work(journal, home, lease, equipment, audience, stopping)


async def resume(home: Home, run_id: int, audience: Audience) -> Ending:
    """Go on with a run that was interrupted, or whose controller died.

    Raises:
        EvalsError: unknown run, another controller, a suite that is no longer the same; nothing is lost.
    """
    with open_reader(home.database) as reader:
        run = reader.run(run_id)
    if run["finished_at"] is not None:
        audience.say(f"run {run_id} is over already ({run['state']})")
        return Ending(run_id, finished=True)
    with breakable() as break_off, Stopping(audience.say, break_off) as stopping:
        async with open_journal(home.database) as journal, hold(journal, home, run_id) as lease:
            agent = _agent_at_hand(run)
            try:
                left = await take_over(journal, home, lease, agent, audience.say)
                equipment = await _equip_again(home, run, agent, audience)
                return await _work(journal, home, lease, equipment, audience, stopping, left)
            except BaseException:
                await to_its_end(abandon(journal, home, lease, agent))
                raise


async def cancel(home: Home, run_id: int, *, say: Callable[[str], None]) -> None:
    """End a run: a living controller is asked to, the place of a dead or hung one is taken.

    Raises:
        EvalsError: unknown run, or a living controller that does not obey in time.
    """
    with open_reader(home.database) as reader:
        run = reader.run(run_id)
    if run["finished_at"] is None:
        refuse_imported(run)
    async with open_journal(home.database) as journal:
        if not await journal.execute(RequestCancel(run_id=run_id, now=now_ms())):
            say(f"run {run_id} was over already ({run['state']})")
            return
        if not await _is_ended_by_its_controller(home, run_id):
            async with hold(journal, home, run_id) as lease:
                await clear_up(journal, home, run_id, agent=_agent_at_hand(run), verdict=Outcome.CANCELLED)
                await journal.execute(CancelQueued(run_id=run_id, now=now_ms()))
                if not await journal.execute(FinishRun(run_id=run_id, token=lease.token, now=now_ms())):
                    raise RunBusyError(f"run {run_id} was taken over by another controller; cancel it again")
    say(f"run {run_id} is cancelled")


async def _is_ended_by_its_controller(home: Home, run_id: int) -> bool:
    """Wait until a run has ended; returns False as soon as it has no controller that could end it."""
    try:
        async with asyncio.timeout(CANCEL_SECONDS):
            while True:
                with open_reader(home.database) as reader:
                    run = reader.run(run_id)
                if run["finished_at"] is not None:
                    return True
                if not await is_kept(home, run):
                    with open_reader(home.database) as reader:  # it may have ended the run meanwhile
                        return reader.run(run_id)["finished_at"] is not None
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise RunBusyError(
            f"run {run_id} is still being cancelled after {CANCEL_SECONDS:g} s; see `rc-evals show {run_id}`"
        ) from None


async def _equip_again(home: Home, run: dict[str, Any], agent: Agent | None, audience: Audience) -> Equipment:
    """Prepare what the undecided tasks of a run need, and check that it is what the run was created with."""
    with open_reader(home.database) as reader:
        wanted = {f"{row['language']}/{row['exercise']}": row["digest"] for row in undecided(reader, run["id"])}
    suite = open_suite(run["suite_path"], home=home, reference=reference_pack(json.loads(run["agent_args"])))
    equipment = await in_thread(
        equip,
        home,
        suite=suite,
        wanted=wanted,
        agent=agent or _agent_of(run),  # which says what is not at hand
        sandbox=await asyncio.to_thread(choose, run["sandbox"]),
        say=audience.say,
    )
    for missing, _ in equipment.not_runnable:
        raise ToolchainError(f"{missing.language} can no longer be used here: {missing.reason}; {missing.remedy}")
    for exercise_id, digest in wanted.items():
        if equipment.exercises[exercise_id].digest != digest:
            raise BrokenSuiteError(
                f"{exercise_id} in {suite.root} is not what run {run['id']} was created with; "
                "restore it, or start a new run"
            )
    return equipment


def _agent_of(run: dict[str, Any]) -> Agent:
    settings = None if run["settings"] is None else json.loads(run["settings"])
    return make_agent(run["agent"], json.loads(run["agent_args"]), settings)


def _agent_at_hand(run: dict[str, Any]) -> Agent | None:
    """Return the agent of a run; None when something of it is not at hand, such as a key in another shell."""
    try:
        return _agent_of(run)
    except EvalsError:
        return None


async def _work(
    journal: Journal,
    home: Home,
    lease: RunLease,
    equipment: Equipment,
    audience: Audience,
    stopping: Stopping,
    left: Sequence[Left] = (),
) -> Ending:
    with open_reader(home.database) as reader:
        run = reader.run(lease.run_id)
    bus = Bus()
    await in_thread(make_scratch, home.scratch(lease.run_id))
    assign = _assigner(home, run, equipment)
    adopted = {each.lease.attempt_id: each for each in left}
    at_work: dict[int, Assignment] = {}

    def begin(lease: Lease, hooks: Hooks, ledger: Ledger) -> Awaitable[Outcome]:
        task = at_work[lease.attempt_id] = assign(lease)
        before = adopted.get(lease.attempt_id)
        return perform(task, hooks, ledger) if before is None else go_on(task, hooks, ledger, before)

    def end(lease: Lease) -> Awaitable[None]:
        return tidy(at_work.pop(lease.attempt_id))

    scheduler = Scheduler(
        journal=journal,
        bus=bus,
        lease=lease,
        concurrency=run["concurrency"],
        adopted=[each.lease for each in left],
        perform=begin,
        tidy=end,
        now=now_ms,
        chance=random.random,
    )
    stopping.drain, stopping.interrupt = scheduler.drain, scheduler.interrupt
    stopping.hint = f"`rc-evals resume {lease.run_id}` goes on later"
    try:
        async with audience.watch(lease.run_id, bus), watched(home.root, scheduler.fail):
            finished = await scheduler.work()
    finally:
        with suppress(OSError):
            home.scratch(lease.run_id).rmdir()
    return Ending(lease.run_id, finished=finished, stopped=stopping.wanted)


def _assigner(home: Home, run: dict[str, Any], equipment: Equipment) -> Callable[[Lease], Assignment]:
    scratch = home.scratch(run["id"])

    def assign(lease: Lease) -> Assignment:
        language = equipment.languages[lease.language]
        return Assignment(
            exercise=equipment.exercises[f"{lease.language}/{lease.exercise}"],
            language=language,
            toolchain=equipment.toolchains[lease.language],
            agent=equipment.agent,
            sandbox=equipment.sandbox,
            agent_seconds=agent_seconds(run["timeout_seconds"], language),
            token=lease.job_token,
            scratch=scratch / lease.job_token,
            artifacts=artifacts.attempt_folder(
                home, lease.run_id, lease.language, lease.exercise, lease.iteration, lease.number
            ),
        )

    return assign
