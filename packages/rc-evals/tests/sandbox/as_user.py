"""Runs one job in bubblewrap as an ordinary user; started by tests that themselves run as root.

Arguments: user id, place, program, limits as JSON. Prints the job's end as JSON. Its output
is in `output` beside the place.
"""

import asyncio
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from rc_evals.sandbox.bubblewrap import Bubblewrap
from rc_evals.sandbox.port import Exit, Job, Limits


async def run(place: Path, program: str, limits: Limits, threads: ThreadPoolExecutor) -> Exit:
    asyncio.get_running_loop().set_default_executor(threads)
    sandbox = Bubblewrap()
    job = Job(
        argv=("/usr/bin/python3", "-c", program),
        place=place,
        cwd=f"{sandbox.inside(place)}/work",
        output=place.parent / "output",
        limits=limits,
        token=f"test-{os.getpid()}",
        writable=("work",),
    )
    running = await sandbox.start(job)
    return await running.wait()


if __name__ == "__main__":
    user, folder, source, wanted = sys.argv[1:]
    executor = ThreadPoolExecutor(2)  # made now: later this user may not be able to read the module
    os.setgroups([])
    os.setresgid(int(user), int(user), int(user))
    os.setresuid(int(user), int(user), int(user))
    ended = asyncio.run(run(Path(folder), source, Limits(**json.loads(wanted)), executor))
    sys.stdout.write(json.dumps(asdict(ended)))
