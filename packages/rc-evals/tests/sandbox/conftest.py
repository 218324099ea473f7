"""Places for jobs, and the two kinds of controller that can start them."""

import asyncio
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from rc_evals.sandbox import orphans
from rc_evals.sandbox.bubblewrap import Bubblewrap
from rc_evals.sandbox.port import Exit, Job, Limits

ORDINARY = 54_321
"""An id that no account of the machine has."""


@pytest.fixture
def place() -> Iterator[Path]:
    """A place with a folder `work`, where any user of the machine can reach it."""
    folder = Path(tempfile.mkdtemp(prefix="rc-sandbox-"))
    folder.chmod(0o755)
    work = folder / "place" / "work"
    work.mkdir(parents=True)
    yield work.parent
    shutil.rmtree(folder)


@pytest.fixture
def token() -> Iterator[str]:
    """The token of a test's jobs. A test that leaves a process behind fails."""
    value = f"test-{secrets.token_hex(8)}"
    yield value
    assert [identity for identity in orphans.find(value) if orphans.reap(identity)] == []


def give(place: Path) -> None:
    """Make an ordinary user the owner of a place and of all that is in it."""
    for path in (place.parent, place, *place.rglob("*")):
        os.chown(path, ORDINARY, ORDINARY, follow_symlinks=False)


@pytest.fixture(params=["root", "user"])
def run(request: pytest.FixtureRequest, place: Path) -> Callable[..., Awaitable[tuple[Exit, str]]]:
    """Runs a Python program in bubblewrap, once with a controller that is root and once with one that is not.

    Keywords are those of `Limits`. Returns the exit and the output.
    """
    if request.param == "root" and os.geteuid() != 0:
        pytest.skip("this is no run as root")

    async def here(program: str, limits: Limits) -> Exit:
        job = Job(
            argv=("/usr/bin/python3", "-c", program),
            place=place,
            cwd="/eval/work",
            output=place.parent / "output",
            limits=limits,
            token=f"test-{secrets.token_hex(8)}",
            writable=("work",),
        )
        running = await Bubblewrap().start(job)
        return await running.wait()

    async def as_user(program: str, limits: Limits) -> Exit:
        await asyncio.to_thread(give, place)
        script = Path(__file__).with_name("as_user.py")
        argv = [sys.executable, str(script), str(ORDINARY), str(place), program, json.dumps(asdict(limits))]
        return Exit(**json.loads(await asyncio.to_thread(lambda: subprocess.check_output(argv))))

    async def runner(program: str, **limits: float) -> tuple[Exit, str]:
        chosen = Limits(**({"wall_seconds": 10} | limits))  # type: ignore[arg-type]  # tests write the right ones
        start = as_user if request.param == "user" and os.geteuid() == 0 else here
        ended = await start(program, chosen)
        return ended, (place.parent / "output").read_text("utf-8", "replace")

    return runner
