"""What a job uses, against what it may use."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from rc_evals.sandbox import folders, processes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rc_evals.sandbox.port import Job, Limits
    from rc_evals.sandbox.processes import Process

WALK_SHARE: Final = 20
"""A walk through the writable folders is followed by a pause of this many times its own duration."""
WALK_PAUSE: Final = 0.5
"""Least pause between two walks, seconds."""
LONGEST_PAUSE: Final = 5.0
"""Seconds after which a walk is due however long the last one took: meanwhile a job makes more files than allowed."""
AHEAD: Final = 1024 * 1024
"""What a file system takes for a file that grows, before it is written: not yet worth a question, bytes."""
INODE: Final = 1024
"""What an entry of a folder in memory is charged with beside its content, bytes."""
HEADROOM: Final = 16
"""Processes that the kernel grants above the limit, so that reaching it can be seen; the sandbox's own count too."""


@dataclass(slots=True)
class Meter:
    """Compares use with limits. The names it returns are those of `Exit.limit`."""

    limits: Limits
    output: Path
    writable: tuple[Path, ...]
    _printed_before: int = 0
    _next_walk: float = field(default_factory=lambda: time.monotonic() + WALK_PAUSE)

    @classmethod
    def of(cls, job: Job, *, adopted: bool = False) -> Self:
        """Return a meter for a job that is about to start, or for one that runs already.

        What is printed is counted from now on, as other commands may have used the same file; that of an adopted job
        is counted from its first byte on.
        """
        meter = cls(job.limits, job.output, tuple(job.place / name for name in job.writable))
        meter._printed_before = 0 if adopted else meter._size()
        return meter

    def exceeded(self, job: Sequence[Process], *, scratch_bytes: int) -> str:
        """Return the limit that is exceeded now, empty for none; all but the disk.

        Args:
            job: the processes of the job.
            scratch_bytes: what it holds in folders in memory.
        """
        limits = self.limits
        if sum(process.threads for process in job) > limits.processes:
            return "processes"
        if any(process.cpu_seconds >= limits.cpu_seconds for process in job):
            return "cpu"
        free = limits.memory_bytes - scratch_bytes
        if sum(process.resident_bytes for process in job) > free and processes.private_bytes(job) > free:
            return "memory"
        return "output" if self._size() - self._printed_before > limits.output_bytes else ""

    async def disk(self) -> str:
        """Return `workspace` when the writable folders are over their limit. Looks only so often."""
        started = time.monotonic()
        if not self.writable or started < self._next_walk:
            return ""
        allowed = self.limits.workspace_bytes
        try:
            used = await asyncio.to_thread(folders.used_bytes, self.writable, enough=allowed)
        except folders.UnwalkableError:
            return "workspace"
        now = time.monotonic()
        self._next_walk = now + min(max(WALK_PAUSE, WALK_SHARE * (now - started)), LONGEST_PAUSE)
        return "workspace" if used > allowed else ""

    def trim(self) -> str:
        """Cut the output to its limit; returns `output` when there was something to cut."""
        allowed = self._printed_before + self.limits.output_bytes
        if self._size() <= allowed:
            return ""
        os.truncate(self.output, min(allowed, self.output.stat().st_size))
        return "output"

    def _size(self) -> int:
        with suppress(FileNotFoundError):
            status = self.output.stat()
            taken = 512 * status.st_blocks  # can be had beyond the end of a file, too
            return taken if taken > status.st_size + AHEAD else status.st_size
        return 0


def rlimits(limits: Limits, *, count_processes: bool) -> list[str]:
    """Return prlimit(1) options: what the kernel refuses to each process by itself, with or without a controller.

    They lie a little above what the meter acts on, so that a job which exceeds a limit is ended and reported, not only
    refused something. None is above what this process may have itself.

    Args:
        limits: what the job may use.
        count_processes: whether to limit processes too; right only where the job's user has no others.
    """
    wanted = {
        "cpu": (resource.RLIMIT_CPU, limits.cpu_seconds + 1),
        "data": (resource.RLIMIT_DATA, 2 * limits.memory_bytes),
        "fsize": (resource.RLIMIT_FSIZE, limits.workspace_bytes),
        "nofile": (resource.RLIMIT_NOFILE, limits.open_files),
        "core": (resource.RLIMIT_CORE, 0),
    }
    if count_processes:
        wanted["nproc"] = (resource.RLIMIT_NPROC, limits.processes + HEADROOM)
    options: list[str] = []
    for name, (kind, value) in wanted.items():
        hard = resource.getrlimit(kind)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        options.append(f"--{name}={allowed}:{allowed}")
    return options
