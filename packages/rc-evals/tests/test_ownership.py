"""Who controls a run, and what a successor does about a dead controller."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rc_evals import EndReason, Home, Outcome, RunBusyError, UnknownRunError
from rc_evals.agents.known import Nop
from rc_evals.clock import now_ms
from rc_evals.ownership import clear_up, hold
from rc_evals.run_owner import Owner
from rc_evals.sandbox import processes
from rc_evals.sandbox.none import NoSandbox
from rc_evals.sandbox.port import Job, Limits
from rc_evals.store.attempts import Claim, EnterPhase
from rc_evals.store.journal import Journal, open_journal
from rc_evals.store.queries import open_attempts, tasks
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import CreateRun, FinishRun, NewTask, TakeRun


async def create(journal: Journal, count: int = 2) -> int:
    new = [NewTask(language="go", exercise=f"e{i}", iteration=1, digest="d") for i in range(count)]
    return await journal.execute(
        CreateRun(
            uuid=os.urandom(4).hex(), name=None, suite="s", suite_path="s", agent="nop", agent_args={}, settings=None,
            sandbox="none", concurrency=3, timeout_seconds=300, iterations=1, environment={}, tasks=new, now=now_ms(),
        )
    )  # fmt: skip


def owner(pid: int, started: int | None) -> str:
    return json.dumps({"host": socket.gethostname(), "pid": pid, "started": started})


async def test_a_living_controller_keeps_its_run(tmp_path: Path) -> None:
    """Issue, part 5: two controllers on one run."""
    home = Home(tmp_path)
    async with open_journal(home.database) as journal:
        run_id = await create(journal)
        async with hold(journal, home, run_id):
            with pytest.raises(RunBusyError, match=f"process {os.getpid()}"):
                async with hold(journal, home, run_id):
                    pass
        async with hold(journal, home, run_id):
            pass  # given back, it can be taken again


async def test_a_dead_controller_is_followed_at_once(tmp_path: Path) -> None:
    """Spec 24.5: a restart resumes; nobody waits for a lease whose holder is known to be dead."""
    home = Home(tmp_path)
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    async with open_journal(home.database) as journal:
        run_id = await create(journal)
        for started in (1, 2):
            take = TakeRun(run_id=run_id, owner=owner(gone.pid, started), token="old", now=now_ms())
            assert await journal.execute(take)
            async with hold(journal, home, run_id) as lease:
                assert lease.token != "old"


def test_a_controller_that_nobody_has_waited_for_is_dead() -> None:
    """Spec 24.5: its parent may never do so; and where the kernel tells nothing, nothing is known."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)
        left = processes.read(gone.pid)
        assert left is not None
        assert replace(Owner.here(), pid=gone.pid, started=left.started).lives is False
    assert Owner.here().lives is True
    assert replace(Owner.here(), started=None).lives is None
    assert replace(Owner.here(), pids=1).lives is None  # a container on this host, where pids are other processes


async def test_a_controller_elsewhere_is_believed_until_its_lease_ends(tmp_path: Path) -> None:
    """Spec 24.5: only the lease can tell whether a controller on another host lives."""
    home = Home(tmp_path)
    foreign = json.dumps({"host": "elsewhere", "pid": 1, "started": 1})
    async with open_journal(home.database) as journal:
        run_id = await create(journal)
        await journal.execute(TakeRun(run_id=run_id, owner=foreign, token="old", now=now_ms()))
        with pytest.raises(RunBusyError, match="elsewhere"):
            async with hold(journal, home, run_id):
                pass


async def test_a_finished_run_has_no_controller_any_more(tmp_path: Path) -> None:
    """Spec 3.4: complete is terminal."""
    home = Home(tmp_path)
    async with open_journal(home.database) as journal:
        run_id = await create(journal, count=0)
        async with hold(journal, home, run_id) as lease:
            assert await journal.execute(FinishRun(run_id=run_id, token=lease.token, now=now_ms()))
        with pytest.raises(UnknownRunError, match="is over"):
            async with hold(journal, home, run_id):
                pass


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("verdict", [None, Outcome.CANCELLED])
async def test_what_a_dead_controller_left_is_ended(tmp_path: Path, recorded: bool, verdict: Outcome | None) -> None:
    """Spec 24.5, orphans: also a process that was started just before its controller could note it."""
    home = Home(tmp_path / "home")
    home.ensure()
    place = tmp_path / "place"
    (place / "work").mkdir(parents=True)
    home.scratch(1).mkdir(parents=True)
    async with open_journal(home.database) as journal:
        run_id = await create(journal)
        async with hold(journal, home, run_id) as lease:
            claimed = await journal.execute(
                Claim(run_id=run_id, run_token=lease.token, tokens=["leftover"], now=now_ms())
            )
            job = Job(
                argv=("sleep", "60"), place=place, cwd=str(place), output=tmp_path / "out", token="leftover",
                limits=Limits(wall_seconds=60),
            )  # fmt: skip
            running = await NoSandbox().start(job)
            process = running.identity if recorded else None
            enter = EnterPhase(lease=claimed.leases[0], phase="running", process=process, now=now_ms())
            assert await journal.execute(enter)
            assert await clear_up(journal, home, run_id, agent=Nop(), verdict=verdict) == 1
            assert (await running.wait()).code > 128
    assert processes.read(running.identity.pid) is None
    assert not home.scratch(run_id).exists()
    with open_reader(home.database) as reader:
        first, second = tasks(reader, run_id)
    assert (first["verdict"], first["end_reason"]) == (verdict, EndReason.LOST)
    assert second["state"] == "queued"


@pytest.mark.parametrize(("boot", "inherited"), [("this", True), ("an earlier", False)])
async def test_what_a_dead_controller_held_is_held_by_the_next_unless_the_power_was_cut(
    tmp_path: Path, boot: str, inherited: bool
) -> None:
    """Decision 0029: files of an earlier boot may be torn, so that nothing of then is gone on with."""
    home = Home(tmp_path)
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    dead = replace(Owner.here(), pid=gone.pid, started=1)
    name = (dead if boot == "this" else replace(dead, boot=boot)).to_json()
    async with open_journal(home.database) as journal:
        run_id = await create(journal)
        await journal.execute(TakeRun(run_id=run_id, owner=name, token="old", now=now_ms()))
        await journal.execute(Claim(run_id=run_id, run_token="old", tokens=["old-1"], now=now_ms()))
        async with hold(journal, home, run_id) as lease:
            with open_reader(home.database) as reader:
                (row,) = open_attempts(reader, run_id)
            assert row["lease_token"] == (f"{lease.token}-1" if inherited else "old-1")
            assert row["token"] == "old-1"
