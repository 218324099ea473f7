"""A started command: waits for its end, watches its limits, ends it. The same for every kind of sandbox."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from rc_evals._errors import SandboxStartError
from rc_evals.sandbox import processes, status
from rc_evals.sandbox.port import Exit
from rc_evals.threads import in_thread, start_in_thread

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    from rc_evals.sandbox.port import Limits, ProcessIdentity
    from rc_evals.sandbox.usage import Meter

TICK: Final = 0.1
"""Seconds between two looks at what a job uses; what it can overdraw is what it can use in this time."""
GRACE: Final = 2.0
"""Seconds that a command has between SIGTERM and SIGKILL when its time is up."""


def outer_seconds(limits: Limits) -> float:
    """Return when the outermost process ends the job by itself: later than a living controller would."""
    return limits.wall_seconds + GRACE + 1.0


class Tree(Protocol):
    """The processes of a job, and how they end; every kind of sandbox has its own."""

    def overdrawn(self, meter: Meter) -> str:
        """Return the name of a limit that the processes exceed, empty for none."""
        ...

    def ask(self) -> bool:
        """Send SIGTERM to the command and to what it started. False when nothing of it runs yet."""
        ...

    def kill(self) -> None:
        """Kill all processes, the outermost one too. Safe to call twice."""
        ...

    async def has_left(self) -> bool:
        """Return whether the command can have left processes behind; the outermost one has ended."""
        ...

    def settle(self, *, left: bool) -> None:
        """Return once no process is left, killing what the command has `left` behind. Blocks."""
        ...

    def exit_code(self) -> int | None:
        """Return the exit code of the command itself, None when it never ran or was killed with its sandbox. Blocks."""
        ...

    def failure(self) -> str:
        """Return why the command never ran, empty when it did or when nobody knows. Blocks."""
        ...


@dataclass(slots=True)
class Child:
    """Implements `Running`, once it has begun: right after the process was started, or to adopt it.

    The event loop serves all jobs, so what each of them needs of files and processes is done in threads: a call that
    gives the interpreter away gets it back late when others work (decision 0033).
    """

    identity: ProcessIdentity
    _process: subprocess.Popen[bytes] | None
    """None for a job that a dead controller has started: then only the status file tells its exit code."""
    _place: Path
    _tree: Tree
    _meter: Meter
    _ended: asyncio.Future[None] = field(init=False)
    _supervisor: asyncio.Task[Exit] = field(init=False)
    _timed_out: bool = field(init=False, default=False)
    _exceeded: str = field(init=False, default="")
    _stopped: bool = field(init=False, default=False)
    _begun: str = field(init=False, default="")
    """Why a dead controller was about to end the job."""

    def begin(self) -> Self:
        """Take charge of the process, in a running event loop."""
        if self._process is None:
            self._begun = status.stopped(self._place)
        self._ended = when_gone(self.identity) if self._process is None else _when_ended(self._process)
        self._supervisor = asyncio.create_task(self._supervise(), name=f"sandbox-{self.identity.pid}")
        return self

    async def wait(self) -> Exit:
        """See `Running.wait`."""
        return await asyncio.shield(self._supervisor)

    async def stop(self, *, grace_seconds: float) -> None:
        """See `Running.stop`."""
        if not self._ended.done():
            self._note_stop(status.NOT_WANTED)
            await self._end(grace_seconds)
        if not self._supervisor.done():
            await asyncio.wait({self._supervisor})

    async def _supervise(self) -> Exit:
        try:
            return await self._see_to_its_end()
        except BaseException:  # the watcher failed, or the program ends: a job is not left to itself
            self._note_stop(status.NOT_WANTED)
            self._tree.kill()
            self._returned()
            raise

    async def _see_to_its_end(self) -> Exit:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._meter.limits.wall_seconds
        if self._process is None:
            deadline -= processes.age(self.identity)
        if self._begun:
            self._timed_out = self._begun == status.TIME_IS_UP
            self._exceeded = "" if self._begun in {status.TIME_IS_UP, status.NOT_WANTED} else self._begun
            self._stopped = True
            await self._kill()
        while not await self._over(within=min(TICK, max(deadline - loop.time(), 0))):
            self._exceeded = await asyncio.to_thread(self._tree.overdrawn, self._meter) or await self._meter.disk()
            if self._exceeded:
                self._note_stop(self._exceeded)
                await self._kill()
                break
            if loop.time() >= deadline:
                self._timed_out = True
                self._note_stop(status.TIME_IS_UP)
                await self._end(GRACE)
                break
        await self._ended
        return await in_thread(self._conclude, left=await self._tree.has_left())

    def _note_stop(self, reason: str) -> None:
        self._stopped = True
        status.note_stop(self._place, reason)

    def _returned(self) -> int:
        """Return what the outermost process returned; an adopted one that says nothing was killed."""
        return -signal.SIGKILL if self._process is None else self._process.wait()

    def _conclude(self, *, left: bool) -> Exit:
        self._tree.settle(left=left)
        returned = self._returned()  # not before: until then its pid, by which others are found, is nobody else's
        code = self._tree.exit_code()
        if code is None:
            if not self._stopped and (failure := self._tree.failure()):
                raise SandboxStartError(f"the sandbox could not be made: {failure}")
            code = 128 - returned if returned < 0 else returned
        too_much = self._meter.trim()
        return Exit(code=code, timed_out=self._timed_out, limit=self._exceeded or too_much)

    async def _end(self, grace_seconds: float) -> None:
        """Ask, wait, kill. A command that does not run yet is asked as soon as it does."""
        deadline = asyncio.get_running_loop().time() + grace_seconds
        while not self._tree.ask() and not await self._over(within=min(0.005, grace_seconds)):
            if asyncio.get_running_loop().time() >= deadline:
                break
        if not await self._over(within=max(deadline - asyncio.get_running_loop().time(), 0)):
            await self._kill()

    async def _kill(self) -> None:
        await asyncio.to_thread(self._tree.kill)
        await self._ended

    async def _over(self, *, within: float) -> bool:
        await asyncio.wait({self._ended}, timeout=within)
        return self._ended.done()


async def take_charge(launch: Callable[[], Child]) -> Child:
    """Start a job in a thread. A caller that is cancelled meanwhile does not leave it behind: it is ended at once."""
    starting = start_in_thread(launch)
    try:
        return (await asyncio.shield(starting)).begin()
    except asyncio.CancelledError:
        await asyncio.wait({starting})
        if starting.exception() is None:
            await starting.result().begin().stop(grace_seconds=0)
        raise


def _when_ended(process: subprocess.Popen[bytes]) -> asyncio.Future[None]:
    """Return a future that is done when a child has ended; the child is still to be waited for."""
    if sys.platform == "linux":
        return when_readable(os.pidfd_open(process.pid))
    else:  # noqa: RET505 - type checkers know a platform by its branch
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()

        def wait() -> None:
            process.wait()
            loop.call_soon_threadsafe(ended.set_result, None)

        threading.Thread(target=wait, daemon=True).start()
        return ended


def when_gone(identity: ProcessIdentity) -> asyncio.Future[None]:
    """Return a future that is done when a process that is no child of ours has ended."""
    try:
        pidfd = os.pidfd_open(identity.pid)
    except OSError:
        pidfd = None
    process = processes.read(identity.pid)
    if pidfd is not None and process is not None and process.started == identity.started:
        return when_readable(pidfd)
    if pidfd is not None:
        os.close(pidfd)
    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    gone.set_result(None)
    return gone


def when_readable(pidfd: int) -> asyncio.Future[None]:
    """Return a future that is done when the process of a pidfd has ended. Takes the descriptor over."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def note() -> None:
        loop.remove_reader(pidfd)
        os.close(pidfd)
        ended.set_result(None)

    loop.add_reader(pidfd, note)
    return ended
