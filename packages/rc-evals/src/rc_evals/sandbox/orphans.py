"""What the jobs of a dead controller left behind: finding it, and ending it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rc_evals.sandbox import processes, signals
from rc_evals.sandbox.port import ProcessIdentity

if TYPE_CHECKING:
    from rc_evals.sandbox.processes import Process


def find(prefix: str) -> list[ProcessIdentity]:
    """Return the outermost process of every job whose token starts so. Walks through all processes of the machine."""
    jobs: defaultdict[str, list[Process]] = defaultdict(list)
    for process in processes.everything():
        token = processes.token(process.pid)
        if token is not None and token.startswith(prefix):
            jobs[token].append(process)
    oldest = ((token, min(job, key=lambda process: (process.started, process.pid))) for token, job in jobs.items())
    return [ProcessIdentity(process.pid, process.started, token) for token, process in oldest]


def alive(identity: ProcessIdentity) -> bool:
    """Whether the process runs: this very one, not a later one under its pid."""
    process = processes.read(identity.pid)
    return process is not None and process.started == identity.started and process.state != "Z"


def reap(identity: ProcessIdentity) -> int:
    """Kill what is left of a job: the process and all below it, and everything that carries the token of the job.

    Returns how many processes were killed; once it returns, none is left. Blocks for some milliseconds. A process that
    has got the pid since is spared.

    Raises:
        InfrastructureError: some do not die.
    """
    return signals.wipe_out(identity, own=False)
