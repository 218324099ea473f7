"""Jobs of a controller that was killed, in the hands of another one."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rc_evals import SandboxStartError
from rc_evals.sandbox import orphans, status
from rc_evals.sandbox.adopting import Adopting
from rc_evals.sandbox.bubblewrap import Bubblewrap
from rc_evals.sandbox.none import NoSandbox
from rc_evals.sandbox.port import Exit, Job, Limits, ProcessIdentity, Sandbox

KINDS = [pytest.param("bubblewrap", marks=pytest.mark.needs("bubblewrap")), "none"]

WAIT_FOR_GATE = "import os, time\nprint('ready', flush=True)\nwhile not os.path.exists('gate'): time.sleep(0.01)\n"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sandbox_of(kind: str) -> Sandbox:
    return Bubblewrap() if kind == "bubblewrap" else NoSandbox()


def left_behind(kind: str, place: Path, token: str, program: str) -> ProcessIdentity:
    """Start a job from a controller of its own, kill that one with SIGKILL, return the identity of the job."""
    script = Path(__file__).with_name("controller.py")
    with subprocess.Popen(
        [sys.executable, str(script), kind, str(place), token, program, "30"], stdout=subprocess.PIPE
    ) as controller:
        assert controller.stdout is not None
        identity = ProcessIdentity(**json.loads(controller.stdout.readline()))
        until_sync(lambda: "ready" in (place.parent / "output").read_text("utf-8"))
        controller.kill()
    return identity


def until_sync(holds: Callable[[], bool]) -> None:
    async def wait() -> None:
        async with asyncio.timeout(10):
            while not holds():  # noqa: ASYNC110 - other programs make it true
                await asyncio.sleep(0.005)

    asyncio.run(wait())


def job(sandbox: Sandbox, place: Path, token: str, limits: Limits, *argv: str) -> Job:
    return Job(
        argv=argv, place=place, cwd=f"{sandbox.inside(place)}/work", output=place.parent / "output", limits=limits,
        token=token, writable=("work",),
    )  # fmt: skip


def adopt(
    kind: str, place: Path, identity: ProcessIdentity, *, stop: bool = False, known: bool = True, **limits: float
) -> Exit:
    """Adopt a job and wait for its end, or stop it; returns how it ended."""

    async def control() -> Exit:
        sandbox = sandbox_of(kind)
        chosen = Limits(**({"wall_seconds": 30} | limits))  # type: ignore[arg-type]  # tests write the right ones
        adopting = Adopting(sandbox, identity if known else None)
        running = await adopting.start(job(sandbox, place, identity.token, chosen, "sh", "-c", "exit 99"))
        if stop:
            await running.stop(grace_seconds=5)
        return await running.wait()

    return asyncio.run(control())


def test_a_job_that_still_runs_is_waited_for(kind: str, place: Path, token: str) -> None:
    """What the numbers force, 4: its exit code is learnt by a controller that did not start it."""
    identity = left_behind(kind, place, token, WAIT_FOR_GATE + "raise SystemExit(9)")
    (place / "work" / "gate").touch()
    assert adopt(kind, place, identity) == Exit(code=9)


@pytest.mark.parametrize("known", [True, False])
def test_a_job_that_has_ended_meanwhile_is_not_run_again(kind: str, place: Path, token: str, known: bool) -> None:
    """Spec 24.5: also when its process had not been recorded yet."""
    identity = left_behind(kind, place, token, WAIT_FOR_GATE + "raise SystemExit(9)")
    (place / "work" / "gate").touch()
    until_sync(lambda: not orphans.alive(identity))
    assert adopt(kind, place, identity, known=known) == Exit(code=9)


def test_the_next_job_is_a_new_one(kind: str, place: Path, token: str) -> None:
    """Our rule: only what is there already is adopted."""
    identity = left_behind(kind, place, token, WAIT_FOR_GATE)
    (place / "work" / "gate").touch()

    async def control() -> tuple[Exit, Exit]:
        sandbox = sandbox_of(kind)
        adopting = Adopting(sandbox, identity)
        again = job(sandbox, place, token, Limits(wall_seconds=30), "sh", "-c", "exit 3")
        first = await (await adopting.start(again)).wait()
        return first, await (await adopting.start(again)).wait()

    assert asyncio.run(control()) == (Exit(code=0), Exit(code=3))


def test_its_time_counts_from_its_own_start(kind: str, place: Path, token: str) -> None:
    """Our rule: nobody gets more time because a controller died."""
    identity = left_behind(kind, place, token, WAIT_FOR_GATE)
    ended = adopt(kind, place, identity, wall_seconds=0.01)
    assert (ended.timed_out, ended.code) == (True, 128 + signal.SIGTERM)


def test_its_other_limits_hold(kind: str, place: Path, token: str) -> None:
    """Our rule: what it has printed before counts, too."""
    program = "print('x' * 20_000)\n" + WAIT_FOR_GATE + "while True: time.sleep(1)"
    identity = left_behind(kind, place, token, program)
    ended = adopt(kind, place, identity, output_bytes=10_000)
    assert ended.limit == "output"
    assert (place.parent / "output").stat().st_size == 10_000


def test_it_can_be_stopped_in_good_order(kind: str, place: Path, token: str) -> None:
    """Spec 24.13: SIGTERM first."""
    program = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n" + WAIT_FOR_GATE
    identity = left_behind(kind, place, token, program)
    assert adopt(kind, place, identity, stop=True) == Exit(code=5)
    assert status.stopped(place) == status.NOT_WANTED


@pytest.mark.parametrize(
    ("reason", "ended"),
    [(status.TIME_IS_UP, Exit(128 + 9, timed_out=True)), ("memory", Exit(128 + 9, limit="memory"))],
)
def test_what_a_dead_controller_had_begun_to_end_is_ended_for_the_same_reason(
    kind: str, place: Path, token: str, reason: str, ended: Exit
) -> None:
    """Our rule: an agent that was over its limits is not let go, and not taken for one that failed by itself."""
    identity = left_behind(kind, place, token, WAIT_FOR_GATE)
    status.note_stop(place, reason)
    assert adopt(kind, place, identity) == ended


def test_what_was_killed_with_its_sandbox_while_nobody_looked_says_nothing(kind: str, place: Path, token: str) -> None:
    """Our rule: nobody knows why, so it is the platform's failure and not the agent's."""
    identity = left_behind(kind, place, token, WAIT_FOR_GATE)
    orphans.reap(identity)
    with pytest.raises(SandboxStartError, match="without a word"):
        adopt(kind, place, identity)


def test_what_is_killed_with_its_sandbox_while_we_look_was_killed(kind: str, place: Path, token: str) -> None:
    """Our rule: as with a job of our own."""
    identity = left_behind(kind, place, token, WAIT_FOR_GATE)

    async def control() -> Exit:
        sandbox = sandbox_of(kind)
        adopting = Adopting(sandbox, identity)
        running = await adopting.start(job(sandbox, place, token, Limits(wall_seconds=30), "true"))
        await asyncio.to_thread(orphans.reap, identity)
        return await running.wait()

    assert asyncio.run(control()).code == 128 + 9


def test_an_adopted_job_leaves_no_daemon(kind: str, place: Path, token: str) -> None:
    """Our rule: two forks and a session of its own do not help."""
    program = "import os\nif os.fork() == 0:\n os.setsid()\n os.fork()\n while True: pass\n" + WAIT_FOR_GATE
    identity = left_behind(kind, place, token, program)
    (place / "work" / "gate").touch()
    assert adopt(kind, place, identity) == Exit(code=0)
    assert orphans.find(token) == []
