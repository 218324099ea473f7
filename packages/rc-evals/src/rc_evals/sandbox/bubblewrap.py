"""The default sandbox on Linux: namespaces made by bubblewrap (decision 0011).

    timeout > bwrap > bwrap (pid 1 inside) > the command

`timeout` ends the job even when no controller lives; bwrap dies with it, and with the death of pid 1 the kernel kills
everything inside. A controller that runs as root gives each place a user of its own; any other controller runs jobs as
itself, in a user namespace.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals._errors import SandboxStartError
from rc_evals.sandbox import folders, processes, running, seccomp, system
from rc_evals.sandbox.sealed import Sealed
from rc_evals.sandbox.status import create, status_file
from rc_evals.sandbox.usage import Meter, rlimits
from rc_evals.sandbox.users import spare_users, user_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rc_evals.sandbox.port import Job, ProcessIdentity, Running

PLACE: Final = "/eval"
"""Where a job sees its place."""

OURSELVES: Final = Path(__file__).resolve().parents[1]
"""This package: with the solutions of the bundled suite in it, it is hidden where a shown folder contains it."""

TOOLS: Final = ("bwrap", "timeout", "prlimit", "setpriv")
"""Programs that make up the sandbox."""

USER: Final = 1000
"""Who a job is inside when the controller is not root."""

_ISOLATION: Final = (
    "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup",
    "--hostname", system.HOSTNAME, "--new-session", "--die-with-parent", "--clearenv",
)  # fmt: skip
_AS_ROOT: Final = (
    "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP",
)  # fmt: skip
"""What `setpriv` needs to become the job's user; it keeps nothing of it."""
_AS_USER: Final = ("--unshare-user", "--disable-userns", "--uid", str(USER), "--gid", str(USER))

_SHOWN: Final = tuple(f"{folder}/" for folder in system.SYSTEM)

_LOADER: Final = ("LD_", "GLIBC_TUNABLES", "GCONV_PATH")
"""Variables that make a program load foreign code: they reach the command, not the sandbox's own programs before it."""


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Implements `Sandbox`. `choose` makes it once it has seen it work."""

    level: str = "bubblewrap"
    _system: system.System = field(default_factory=system.survey)
    _programs: dict[str, str] = field(default_factory=lambda: {name: shutil.which(name) or name for name in TOOLS})
    _filter: bytes = field(default_factory=lambda: seccomp.filter_for() or b"")
    _users: range = field(default_factory=spare_users)

    def inside(self, place: Path) -> str:  # noqa: ARG002 - the port's signature
        """See `Sandbox.inside`."""
        return PLACE

    async def start(self, job: Job) -> Running:
        """See `Sandbox.start`."""

        def launch() -> running.Child:
            meter = Meter.of(job)
            process = self.launch(job)
            identity = processes.identify(process.pid, job.token)
            return running.Child(identity, process, job.place, Sealed(identity, job.place, job.output), meter)

        return await running.take_charge(launch)

    def adopt(self, job: Job, identity: ProcessIdentity) -> Running:
        """See `Sandbox.adopt`."""
        tree = Sealed(identity, job.place, job.output)
        return running.Child(identity, None, job.place, tree, Meter.of(job, adopted=True)).begin()

    def launch(self, job: Job) -> subprocess.Popen[bytes]:
        """Start the outermost process of a job; blocks for some milliseconds.

        Raises:
            SandboxStartError: it could not be started.
        """
        user = self._prepare(job)
        with ExitStack() as open_files:
            options = Options(open_files)
            options.add(*_ISOLATION, *(_AS_USER if user is None else _AS_ROOT))
            options.add("--json-status-fd", options.keep(create(status_file(job.place), os.O_TRUNC | os.O_APPEND)))
            options.add("--seccomp", options.data(self._filter))
            options.add(*self._system.options)
            for path, content in self._system.files(USER if user is None else user).items():
                options.add("--perms", "0444", "--file", options.data(content), path)
            options.add(*_folders(job))
            for name, value in (system.ENVIRONMENT | dict(job.environment)).items():
                if not name.startswith(_LOADER):
                    options.add("--setenv", name, value)
            options.add("--chdir", job.cwd)
            output = os.fdopen(create(job.output, os.O_APPEND), "wb", buffering=0)
            open_files.enter_context(output)
            argv = self._argv(job, options.data(options.text()), user)
            try:
                return subprocess.Popen(  # noqa: S603 - running foreign commands is what this is for
                    argv,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd="/",
                    env={processes.TOKEN: job.token},
                    start_new_session=True,
                    pass_fds=options.kept,
                )
            except OSError as error:
                raise SandboxStartError(f"{job.argv[0]} cannot be started in a sandbox: {error.strerror}") from error

    def _argv(self, job: Job, options: str, user: int | None) -> list[str]:
        program = self._programs
        argv = [program["timeout"], "--signal=KILL", str(running.outer_seconds(job.limits)), program["bwrap"], "--args"]
        argv += [options, "--", program["prlimit"], *rlimits(job.limits, count_processes=True), "--"]
        if user is not None:
            argv += [program["setpriv"], f"--reuid={user}", f"--regid={user}", "--clear-groups"]
            argv += ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"]
        loader = [f"{name}={value}" for name, value in job.environment.items() if name.startswith(_LOADER)]
        return [*argv, *(("/usr/bin/env", *loader) if loader else ()), *job.argv]

    def _prepare(self, job: Job) -> int | None:
        """Check the job, make its place ready, return the user that it runs as, None for our own."""
        for name, value in job.environment.items():
            if not name or "=" in name or "\0" in name + value:
                raise SandboxStartError(f"environment variable {name!r} cannot be set; mend its name or value")
        if any("\0" in argument for argument in job.argv):
            raise SandboxStartError("an argument of the command has a NUL character in it; remove it")
        place = job.place.resolve()
        if f"{place}/".startswith(_SHOWN):
            raise SandboxStartError(f"{place} lies in a folder that every job can read; choose another data folder")
        for name in job.beside:
            (job.place / name).mkdir(exist_ok=True)
        folders.require_folders(job.place, (*job.writable, *job.beside))
        if not self._users:
            return None
        user = user_of(place, self._users)
        folders.give(place, user)
        for shown in (*job.beside.values(), *job.mounts):
            _require_readable(shown)
        return user


@dataclass(slots=True)
class Options:
    """Options for `bwrap --args`: read from memory, so that no other user of the machine sees them."""

    _open_files: ExitStack
    _words: list[str] = field(default_factory=list[str])
    kept: list[int] = field(default_factory=list[int])
    """Descriptors that bwrap must inherit."""

    def add(self, *words: str) -> None:
        """Append options."""
        self._words += words

    def keep(self, descriptor: int) -> str:
        """Hand a descriptor over, return its number as an option's argument."""
        self._open_files.callback(os.close, descriptor)
        self.kept.append(descriptor)
        return str(descriptor)

    def data(self, content: bytes) -> str:
        """Make content readable from a descriptor, return its number as an option's argument."""
        handle = self.keep(os.memfd_create("option"))
        os.write(int(handle), content)
        os.lseek(int(handle), 0, os.SEEK_SET)
        return handle

    def text(self) -> bytes:
        """Return all options as `--args` wants them."""
        return os.fsencode("\0".join((*self._words, "")))


def _folders(job: Job) -> Iterable[str]:
    """Return options for the folders that differ from job to job. What comes later covers what came before."""
    scratch = str(job.limits.memory_bytes)
    for folder in system.SCRATCH:
        yield from ("--perms", "1777", "--size", scratch, "--tmpfs", folder)
    for path in job.mounts:
        yield from system.read_only(path, path)
    if any(map(_shows_us, (*system.SYSTEM, *job.mounts))):
        yield from ("--tmpfs", str(OURSELVES))
    yield from ("--ro-bind", str(job.place), PLACE)
    for name in job.writable:
        yield from ("--bind", str(job.place / name), f"{PLACE}/{name}")
    for name, source in job.beside.items():
        yield from ("--ro-bind", str(source), f"{PLACE}/{name}")
    yield from ("--remount-ro", "/dev", "--remount-ro", "/")


@cache
def _shows_us(folder: Path) -> bool:
    return OURSELVES.is_relative_to(folder.resolve())


def _require_readable(path: Path) -> None:
    """Check what can be checked cheaply of a folder that a job's own user must be able to read."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SandboxStartError(f"{path} cannot be shown to a job: {error.strerror}") from error
    if mode & 0o005 != 0o005:
        raise SandboxStartError(f"{path} cannot be read by the user of a job; say: chmod -R o+rX {path}")
