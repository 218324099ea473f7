"""The seam between an attempt and the place where foreign code runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one sandboxed command may use. All are enforced on the whole process tree unless said otherwise."""

    wall_seconds: float
    cpu_seconds: int = 3600
    """Per process."""
    memory_bytes: int = 3 * 1024**3
    processes: int = 512
    open_files: int = 4096
    """Per process."""
    output_bytes: int = 64 * 1024**2
    """Size of the command's combined standard output and error."""
    workspace_bytes: int = 1024**3
    """Size of all writable folders together; a single file cannot become larger either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One command to run in a sandbox.

    `place` is a folder of the attempt. The sandbox shows it read-only, except for the `writable` entries of it, under
    the path that `Sandbox.inside(place)` returns; `argv`, `cwd` and `environment` are written in those inside paths.
    It serves one job at a time: beside it stays the file by which any controller learns how the job ended (`status`).
    """

    argv: tuple[str, ...]
    place: Path
    cwd: str
    output: Path
    """File that receives standard output and error; outside of `place`; created, or appended to."""
    limits: Limits
    token: str
    """Marks every process of the job, so that a later controller finds them."""
    writable: tuple[str, ...] = ()
    """Names of folders in `place`."""
    beside: Mapping[str, Path] = field(default_factory=dict[str, "Path"])
    """Read-only folders to show in `place` under a name of their own.

    These and `mounts` must be readable by every user: under a controller that is root, a job is nobody it knows.
    """
    mounts: tuple[Path, ...] = ()
    """Read-only folders to show at their own path."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """The whole environment of the command, but for PATH, HOME, TMPDIR, LANG, which the sandbox sets when absent.

    PWD is always `cwd`.
    """


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """Names a process for good: a reused pid has another start time."""

    pid: int
    started: int
    """Start time in clock ticks since boot (field 22 of /proc/PID/stat)."""
    token: str


@dataclass(frozen=True, slots=True)
class Exit:
    """How a sandboxed command ended."""

    code: int
    """Exit code; 128 + n for death by signal n."""
    timed_out: bool = False
    limit: str = ""
    """The limit that was exceeded (`memory`, `processes`, `output`, `workspace`, `cpu`), empty for none."""


class Running(Protocol):
    """A started command."""

    @property
    def identity(self) -> ProcessIdentity:
        """The outermost process; its death is the death of the whole tree."""
        ...

    async def wait(self) -> Exit:
        """Wait for the end of the command; when it returns, no process of the job is left.

        Giving up on it does not end the job; `stop` does, and so does the end of the event loop.

        Raises:
            SandboxStartError: the sandbox could not be made, so that the command never ran.
        """
        ...

    async def stop(self, *, grace_seconds: float) -> None:
        """Ask the command to end (SIGTERM), then kill the whole tree. Safe to call twice, and after its end."""
        ...


class Sandbox(Protocol):
    """Starts commands in isolation."""

    @property
    def level(self) -> str:
        """What is stored and shown with every run: `bubblewrap` or `none`."""
        ...

    def inside(self, place: Path) -> str:
        """Return the path under which a job sees `place`."""
        ...

    async def start(self, job: Job) -> Running:
        """Start a command.

        Raises:
            SandboxStartError: it could not be started; nothing is left behind.
        """
        ...

    def adopt(self, job: Job, identity: ProcessIdentity) -> Running:
        """Take charge of a job that a controller which is dead has started; call it in a running event loop.

        The limits hold as if it had been started here: its time counts from its own start.

        Args:
            job: as it was started.
            identity: its outermost process; when it has just ended, that is learnt from `wait`.
        """
        ...
