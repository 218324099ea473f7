"""A controller that starts a job and then waits to be killed. Arguments: sandbox, place, token, program, wall seconds.

Prints the identity of the job as JSON once it runs.
"""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from rc_evals.sandbox.bubblewrap import Bubblewrap
from rc_evals.sandbox.none import NoSandbox
from rc_evals.sandbox.port import Job, Limits


async def control(kind: str, place: Path, token: str, program: str, wall_seconds: float) -> None:
    sandbox = Bubblewrap() if kind == "bubblewrap" else NoSandbox()
    job = Job(
        argv=("/usr/bin/python3", "-c", program),
        place=place,
        cwd=f"{sandbox.inside(place)}/work",
        output=place.parent / "output",
        limits=Limits(wall_seconds=wall_seconds),
        token=token,
        writable=("work",),
    )
    running = await sandbox.start(job)
    sys.stdout.write(json.dumps(asdict(running.identity)) + "\n")
    sys.stdout.flush()
    await running.wait()


if __name__ == "__main__":
    asyncio.run(control(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4], float(sys.argv[5])))
