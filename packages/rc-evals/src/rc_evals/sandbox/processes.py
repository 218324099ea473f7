"""What /proc knows of processes: identity, kin, use. Linux only; elsewhere every question gets the empty answer."""

from __future__ import annotations

import itertools
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals.sandbox.port import ProcessIdentity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TOKEN: Final = "RC_EVALS_JOB"  # noqa: S105 - the name of a variable
"""Environment variable that carries the token of a job. In bubblewrap only the sandbox's own processes have it."""

_PROC: Final = Path("/proc")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_STAT: Final = 4096
"""More bytes than a line of numbers about a process has."""
_MANY: Final = 10_000
"""How far a walk goes after processes that are born while it walks."""
_ROUNDS: Final = 100
"""How often `everything` reads the list of processes; it has whoever lives long before that."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process at the moment it was looked at. Source of the fields: proc_pid_stat(5)."""

    pid: int
    name: str
    state: str
    session: int
    cpu_seconds: float
    threads: int
    started: int
    """Clock ticks since boot; with the pid it names a process for good."""
    resident_bytes: int


def read(pid: int) -> Process | None:
    """Look at a process; None when there is none."""
    try:
        handle = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)  # a hot path: no file object
    except OSError:
        return None
    try:
        content = os.read(handle, _STAT)
    except OSError:
        return None
    finally:
        os.close(handle)
    head, _, tail = content.rpartition(b")")
    fields = tail.split()
    return Process(
        pid=pid,
        name=head.partition(b"(")[2].decode("utf-8", "replace"),
        state=fields[0].decode("ascii"),
        session=int(fields[3]),
        cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS,
        threads=int(fields[17]),
        started=int(fields[19]),
        resident_bytes=int(fields[21]) * _PAGE,
    )


def identify(pid: int, token: str) -> ProcessIdentity:
    """Return what names a process of ours that has just been started."""
    process = read(pid)
    return ProcessIdentity(pid, process.started if process else 0, token)


def age(identity: ProcessIdentity) -> float:
    """Return how many seconds ago a process was started."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - identity.started / _TICKS


def children(pid: int) -> list[int]:
    """Return the pids of the children of all threads of a process."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - a hot path: names are enough
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as listed:  # noqa: PTH123 - the same
                found += map(int, listed.read().split())
    except (OSError, ProcessLookupError):
        pass  # it ended meanwhile: whom it left has another parent now
    return found


def descendants(pid: int) -> list[Process]:
    """Return the processes below a process, parents before children, `_MANY` at most. Zombies are left out."""
    found: list[Process] = []
    queue = children(pid)
    for child in itertools.islice(queue, _MANY):
        if (process := read(child)) is not None and process.state != "Z":
            found.append(process)
            queue += children(child)
    return found


def private_bytes(processes: Iterable[Process]) -> int:
    """Return the memory of processes in bytes, with shared pages divided among their users.

    Slower than the sum of `resident_bytes`, which counts a page once per user and cached files too. Where the kernel
    does not tell, the resident size is taken.
    """
    total = 0
    for process in processes:
        try:
            rollup = (_PROC / str(process.pid) / "smaps_rollup").read_text("utf-8")
        except (OSError, ProcessLookupError):
            total += process.resident_bytes
            continue
        lines = (line.split() for line in rollup.splitlines()[1:])
        sizes = {name: int(kibibytes) for name, kibibytes, _ in lines}
        total += 1024 * (sizes.get("Pss_Anon:", sizes["Pss:"]) + sizes.get("Pss_Shmem:", 0) + sizes.get("SwapPss:", 0))
    return total


def token(pid: int) -> str | None:
    """Return the job token in the environment that a process was started with, if there is one and we may see it."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as block:  # noqa: PTH123 - a hot path
            environment = block.read()
    except (OSError, ProcessLookupError):
        return None
    start = TOKEN.encode() + b"="
    for entry in environment.split(b"\0"):
        if entry.startswith(start):
            return os.fsdecode(entry[len(start) :])
    return None


def everything() -> Iterator[Process]:
    """Look at all processes of this machine but our own and zombies.

    One that ends before it is looked at may have left a child that the list of processes did not have yet. So the list
    is read again until nobody on it is new: then whoever lives has been looked at.
    """
    if sys.platform != "linux":
        return
    seen = {os.getpid()}
    for _ in range(_ROUNDS):
        listed = {int(name) for name in os.listdir(_PROC) if name.isdecimal()}  # noqa: PTH208 - a hot path
        if listed <= seen:
            return
        for pid in sorted(listed - seen):
            if (process := read(pid)) is not None and process.state != "Z":
                yield process
        seen |= listed


def of_job(identity: ProcessIdentity, *, own: bool) -> Iterator[Process]:
    """Find all processes of a job, the outermost one first: by kinship, by session, by token. Reads all of /proc.

    Args:
        identity: its outermost process, which may have ended.
        own: whether this process has started the job. Of a job that another controller started, perhaps before the
            last boot, the number of the session may name somebody else's by now, unless its leader still lives.
    """
    outermost = read(identity.pid)
    if outermost is not None and outermost.started == identity.started:
        own = True
        if outermost.state != "Z":
            yield outermost
        yield from descendants(identity.pid)
    for process in everything():
        if token(process.pid) == identity.token or (own and process.session == identity.pid):
            yield process
