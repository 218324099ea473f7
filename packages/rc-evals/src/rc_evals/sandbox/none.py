"""No isolation: a session, limits and a clean environment of its own, for code that the user trusts.

    timeout > sh > the command

It needs no more than a POSIX shell; the outer time limit and the kernel's limits need coreutils and util-linux, the
watched ones Linux. Processes are found by kinship, session and the token in their environment: a program that leaves
all three escapes. On macOS it was not run.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rc_evals._errors import SandboxStartError
from rc_evals.sandbox import folders, processes, running, signals, status, system
from rc_evals.sandbox.census import Census
from rc_evals.sandbox.usage import Meter, rlimits
from rc_evals.threads import remove

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rc_evals.sandbox.port import Job, ProcessIdentity, Running
    from rc_evals.sandbox.processes import Process

TOOLS: Final = ("timeout", "prlimit")
"""Programs that are used where they are found."""

_NOTE: Final = """note=$1; shift; "$@"; code=$?; printf '{"exit-code": %d}\\n' "$code" >>"$note"; exit "$code\""""
"""Runs the command and notes its exit code for a controller that did not start it."""


@dataclass(frozen=True, slots=True)
class NoSandbox:
    """Implements `Sandbox`; only for those who ask for it by name."""

    level: str = "none"
    _programs: dict[str, str | None] = field(default_factory=lambda: {name: shutil.which(name) for name in TOOLS})
    _census: Census = field(default_factory=Census)

    def inside(self, place: Path) -> str:
        """See `Sandbox.inside`."""
        return str(place)

    async def start(self, job: Job) -> Running:
        """See `Sandbox.start`."""
        own = job.place.with_name(f"{job.place.name}.{secrets.token_hex(4)}")

        def launch() -> running.Child:
            meter = Meter.of(job)
            try:
                _prepare(job, own)
                process = self._launch(job, own)
            except BaseException:
                remove(own)
                raise
            identity = processes.identify(process.pid, job.token)
            return running.Child(identity, process, job.place, Loose(identity, job.place, self._census, own), meter)

        return await running.take_charge(launch)

    def adopt(self, job: Job, identity: ProcessIdentity) -> Running:
        """See `Sandbox.adopt`."""
        tree = Loose(identity, job.place, self._census, None)
        return running.Child(identity, None, job.place, tree, Meter.of(job, adopted=True)).begin()

    def _launch(self, job: Job, own: Path) -> subprocess.Popen[bytes]:
        argv = ["/bin/sh", "-c", _NOTE, "sh", str(status.status_file(job.place))]
        if prlimit := self._programs["prlimit"]:
            argv += [prlimit, *rlimits(job.limits, count_processes=False), "--"]
        if timeout := self._programs["timeout"]:
            argv = [timeout, "--signal=KILL", str(running.outer_seconds(job.limits)), *argv]
        folder = {"HOME": str(own / "home"), "TMPDIR": str(own / "tmp")}
        os.close(status.create(status.status_file(job.place), os.O_TRUNC))
        with os.fdopen(status.create(job.output, os.O_APPEND), "wb", buffering=0) as output:
            try:
                return subprocess.Popen(  # noqa: S603 - running foreign commands is what this is for
                    [*argv, *job.argv],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=job.cwd,
                    env=system.ENVIRONMENT | folder | dict(job.environment) | {processes.TOKEN: job.token},
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                raise SandboxStartError(f"{job.argv[0]} cannot be started in {job.cwd}: {error}") from error


def _prepare(job: Job, own: Path) -> None:
    """Check the job, make its place ready, and a folder for its HOME and TMPDIR."""
    folders.require_folders(job.place, job.writable)
    try:
        for name, source in job.beside.items():
            link = job.place / name
            if link.is_symlink():
                link.unlink()
            link.symlink_to(source, target_is_directory=True)
        own.mkdir(mode=0o700)
        for name in ("home", "tmp"):
            (own / name).mkdir()
    except OSError as error:
        raise SandboxStartError(f"{job.place} cannot be made ready for a job: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Loose:
    """Implements `Tree`."""

    outermost: ProcessIdentity
    place: Path
    census: Census
    own: Path | None
    """Folder for HOME and TMPDIR, which goes with the job; None for one that was adopted: it goes with the attempt."""

    def overdrawn(self, meter: Meter) -> str:
        """See `Tree.overdrawn`."""
        return meter.exceeded(self._job(), scratch_bytes=0)

    def ask(self) -> bool:
        """See `Tree.ask`."""
        if sys.platform != "linux":
            os.killpg(self.outermost.pid, signal.SIGTERM)
            return True
        asked = [signals.send(process, signal.SIGTERM) for process in self._job()]
        return any(asked)

    def kill(self) -> None:
        """See `Tree.kill`."""
        if sys.platform != "linux":
            os.killpg(self.outermost.pid, signal.SIGKILL)
        signals.fell(lambda: processes.of_job(self.outermost, own=self.own is not None))

    async def has_left(self) -> bool:
        """See `Tree.has_left`."""
        return (await self.census.taken()).has(self.outermost, own=self.own is not None)

    def settle(self, *, left: bool) -> None:
        """See `Tree.settle`."""
        if left:
            signals.wipe_out(self.outermost, own=self.own is not None)
        if self.own is not None:
            remove(self.own)

    def exit_code(self) -> int | None:
        """See `Tree.exit_code`."""
        return status.exit_code(self.place)

    def failure(self) -> str:
        """See `Tree.failure`."""
        return ""

    def _job(self) -> Sequence[Process]:
        below = processes.descendants(self.outermost.pid)
        return below[1:] if below and below[0].name == "sh" else below
