"""Which process controls a run, and whether it lives as far as this host can tell. Asks no clock: those are set."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rc_evals._errors import ImportedRunError
from rc_evals.sandbox import processes

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Owner:
    """A process, named for good: a pid is used again, and so are the ticks since boot at which it started."""

    host: str
    boot: str
    """Names the time since the host was started; empty where nobody tells."""
    pid: int
    started: int | None
    pids: int
    """Names the namespace that the pid is of, since containers may share a host's name; 0 where nobody tells."""

    @classmethod
    def here(cls) -> Self:
        """Return what names this process."""
        return cls(socket.gethostname(), _boot(), os.getpid(), _started(os.getpid()), _pids())

    @classmethod
    def of(cls, run: Mapping[str, Any]) -> Self | None:
        """Return who has a run, for a row of the store; None for nobody, or somebody without a name."""
        named = json.loads(run["lease_owner"] or "{}")
        if not named:
            return None
        return cls(
            named["host"],
            named.get("boot", _boot()),
            int(named["pid"]),
            named["started"],
            named.get("pids", _pids()),
        )

    def to_json(self) -> str:
        """Return it as it is stored."""
        return json.dumps(asdict(self))

    @property
    def is_of_this_boot(self) -> bool:
        """Whether it runs, or ran, on this host since it was started."""
        return self.host == socket.gethostname() and self.boot == _boot()

    @property
    def lives(self) -> bool | None:
        """Whether the process runs; None when that cannot be told, as of one on another host or in a container."""
        if self.host != socket.gethostname() or self.pids != _pids() or self.started is None:
            return None
        return self.boot == _boot() and _started(self.pid) == self.started

    def __str__(self) -> str:
        """Name it for people."""
        return f"process {self.pid} on {self.host}"


def refuse_imported(run: Mapping[str, Any]) -> None:
    """Keep an imported run as it came: its suite, agent and keys are elsewhere, and somebody may go on with it there.

    Raises:
        ImportedRunError: the run of this row was imported.
    """
    if run["imported_at"] is not None:
        raise ImportedRunError(
            f"run {run['id']} was imported: it can be looked at and deleted; resume or cancel it where it was started"
        )


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _pids() -> int:
    try:
        return Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return 0


def _started(pid: int) -> int | None:
    process = processes.read(pid)
    return None if process is None or process.state == "Z" else process.started
