"""How jobs end, in every kind of sandbox: nothing of them is left, even when their controller dies first."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rc_evals import SandboxStartError
from rc_evals.sandbox import orphans, processes, status
from rc_evals.sandbox.bubblewrap import Bubblewrap
from rc_evals.sandbox.none import NoSandbox
from rc_evals.sandbox.port import Exit, Job, Limits, ProcessIdentity, Running, Sandbox

KINDS = [pytest.param("bubblewrap", marks=pytest.mark.needs("bubblewrap")), "none"]


@pytest.fixture(params=KINDS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return Bubblewrap() if request.param == "bubblewrap" else NoSandbox()


async def started(sandbox: Sandbox, place: Path, token: str, *argv: str, wall_seconds: float = 10) -> Running:
    job = Job(
        argv=argv,
        place=place,
        cwd=f"{sandbox.inside(place)}/work",
        output=place.parent / "output",
        limits=Limits(wall_seconds=wall_seconds),
        token=token,
        writable=("work",),
    )
    return await sandbox.start(job)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - other programs make it true
            await asyncio.sleep(0.005)


async def until_it_says(output: Path, word: str) -> None:
    await until(lambda: word in output.read_text("utf-8"))


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -SEGV $$", 128 + 11)])
async def test_the_exit_code_is_that_of_the_command(
    sandbox: Sandbox, place: Path, token: str, script: str, code: int
) -> None:
    running = await started(sandbox, place, token, "sh", "-c", script)
    assert await running.wait() == Exit(code=code)


async def test_a_command_that_does_not_exist_is_an_exit_and_not_an_accident(
    sandbox: Sandbox, place: Path, token: str
) -> None:
    """Our rule: as in a shell; the output says what is missing."""
    running = await started(sandbox, place, token, "no-such-program")
    assert await running.wait() == Exit(code=127)
    assert "no-such-program" in (place.parent / "output").read_text("utf-8")


async def test_a_daemon_does_not_survive_its_job(sandbox: Sandbox, place: Path, token: str) -> None:
    """Our rule: two forks and a session of its own do not help."""
    program = "import os\nif os.fork() == 0:\n os.setsid()\n os.fork()\n while True: pass"
    running = await started(sandbox, place, token, "/usr/bin/python3", "-c", program)
    assert await running.wait() == Exit(code=0)
    assert orphans.find(token) == []


async def test_stopping_gives_a_command_the_chance_to_say_goodbye(sandbox: Sandbox, place: Path, token: str) -> None:
    script = "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.01; done"
    running = await started(sandbox, place, token, "sh", "-c", script)
    await until_it_says(place.parent / "output", "ready")
    await running.stop(grace_seconds=5)
    assert await running.wait() == Exit(code=5)
    assert "bye" in (place.parent / "output").read_text("utf-8")


async def test_a_command_that_ignores_the_request_is_killed(sandbox: Sandbox, place: Path, token: str) -> None:
    running = await started(sandbox, place, token, "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 60; done")
    await until_it_says(place.parent / "output", "ready")
    await running.stop(grace_seconds=0.05)
    await running.stop(grace_seconds=0.05)
    assert await running.wait() == Exit(code=128 + 9)
    assert orphans.find(token) == []


async def test_a_job_can_be_stopped_at_any_moment_of_its_start(sandbox: Sandbox, place: Path, token: str) -> None:
    """Our rule: there is no moment at which a kill misses a process that is just being made."""
    for step in range(10):
        running = await started(sandbox, place, token, "sleep", "60")
        await asyncio.sleep(step * 0.001)
        await running.stop(grace_seconds=0)
        assert (await running.wait()).code in {128 + 9, 128 + 15}
        assert orphans.find(token) == []


async def test_a_storm_of_forks_is_killed_whole(sandbox: Sandbox, place: Path, token: str) -> None:
    """Our rule: processes that are born while others are killed die too."""
    program = """
import os, time
print("ready", flush=True)
for _ in range(400):
    if os.fork():
        time.sleep(0.005)
        os._exit(0)
    os.setsid()
"""
    running = await started(sandbox, place, token, "/usr/bin/python3", "-c", program)
    await until_it_says(place.parent / "output", "ready")
    await running.stop(grace_seconds=0)
    await running.wait()
    assert orphans.find(token) == []


async def test_many_jobs_run_at_once(sandbox: Sandbox, place: Path, token: str) -> None:
    async def one(number: int) -> int:
        own = place.with_name(f"place-{number}")
        own.mkdir()
        job = Job(
            argv=("sh", "-c", f"exit {number}"),
            place=own,
            cwd=sandbox.inside(own),
            output=place.parent / f"output-{number}",
            limits=Limits(wall_seconds=30),
            token=token,
        )
        running = await sandbox.start(job)
        return (await running.wait()).code

    assert await asyncio.gather(*map(one, range(25))) == list(range(25))


async def test_a_job_whose_waiter_gives_up_goes_on(sandbox: Sandbox, place: Path, token: str) -> None:
    """Our rule: waiting is not owning; only stop() ends a job."""
    running = await started(sandbox, place, token, "sh", "-c", "until [ -e gate ]; do sleep 0.01; done; exit 3")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(running.wait(), 0.02)
    (place / "work" / "gate").touch()
    assert await running.wait() == Exit(code=3)


def test_a_program_that_ends_takes_its_jobs_along(sandbox: Sandbox, place: Path, token: str) -> None:
    """Our rule: a controller that ends in good order leaves nothing running."""

    async def forgetful() -> None:
        await started(sandbox, place, token, "sleep", "60")

    asyncio.run(forgetful())
    deadline = time.monotonic() + 5
    while orphans.find(token) and time.monotonic() < deadline:
        os.sched_yield()
    assert orphans.find(token) == []


def killed_controller(kind: str, place: Path, token: str, program: str, wall_seconds: float = 30) -> ProcessIdentity:
    """Start a job from a controller of its own, kill that one with SIGKILL, return the identity of the job."""
    script = Path(__file__).with_name("controller.py")
    argv = [sys.executable, str(script), kind, str(place), token, program, str(wall_seconds)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as controller:
        assert controller.stdout is not None
        identity = ProcessIdentity(**json.loads(controller.stdout.readline()))
        controller.kill()
    return identity


@pytest.mark.parametrize("kind", KINDS)
async def test_the_job_of_a_killed_controller_is_found_and_reaped(kind: str, place: Path, token: str) -> None:
    """Check 2 of evals 24.15: kill -9 of the controller leaves no process behind once the run is resumed."""
    program = "import os\nprint('ready', flush=True)\nif os.fork() == 0: os.setsid()\nwhile True: pass"
    identity = killed_controller(kind, place, token, program)
    await until_it_says(place.parent / "output", "ready")
    assert orphans.alive(identity)
    assert orphans.find(token[:-2]) == [identity]
    assert orphans.reap(identity) >= 3
    assert orphans.reap(identity) == 0
    assert not orphans.alive(identity)
    assert orphans.find(token) == []


@pytest.mark.needs("bubblewrap")
async def test_the_time_limit_holds_without_a_controller(place: Path, token: str) -> None:
    """What the numbers force, 4: a job carries its own outer time limit.

    It comes three seconds after the one that a controller enforces: here that one is over before it begins.
    """
    program = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass"
    identity = killed_controller("bubblewrap", place, token, program, wall_seconds=-2.5)
    await until(lambda: not orphans.find(token))
    assert not orphans.alive(identity)
    assert status.exit_code(place) is None


def test_a_process_that_took_over_a_pid_is_spared(token: str) -> None:
    """Our rule: the start time tells a reused pid from the job's."""
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as innocent:
        process = processes.read(innocent.pid)
        assert process is not None
        earlier = ProcessIdentity(innocent.pid, process.started - 1, token)
        assert not orphans.alive(earlier)
        assert orphans.reap(earlier) == 0
        assert innocent.poll() is None
        innocent.kill()


@pytest.mark.needs("bubblewrap")
async def test_the_sandbox_dies_with_its_outermost_process(place: Path, token: str) -> None:
    """The port's promise about `Running.identity`."""
    running = await started(Bubblewrap(), place, token, "sh", "-c", "echo ready; exec sleep 60")
    await until_it_says(place.parent / "output", "ready")
    os.kill(running.identity.pid, signal.SIGKILL)
    assert await running.wait() == Exit(code=128 + 9)
    assert orphans.find(token) == []


@pytest.mark.needs("bubblewrap")
async def test_a_sandbox_that_cannot_be_made_says_why(place: Path, token: str) -> None:
    """Evals 21: an infrastructure failure is never a model failure."""
    job = Job(
        argv=("true",),
        place=place,
        cwd="/no/such/folder",
        output=place.parent / "output",
        limits=Limits(wall_seconds=10),
        token=token,
    )
    running = await Bubblewrap().start(job)
    with pytest.raises(SandboxStartError, match="Can't chdir to /no/such/folder"):
        await running.wait()
