"""What a scripted host does, as data: on which occasion it takes which steps. Nothing is done here.

A script holds no times: what has to wait waits for a command or a client (`await`), so that a test of another program
never depends on how fast a machine is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from rc_types.ipc import TaskCommandName

from rc_ipc._errors import IpcError

if TYPE_CHECKING:
    from collections.abc import Mapping

Verb = Literal[
    "event", "message", "frame", "bytes", "task", "queue", "await", "do", "reading", "ack", "cut", "end"
]  # fmt: skip

VERBS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "event": str,  # its name; `payload` defaults to the current task
    "message": dict,  # a chat message; those with one `as` are one message that changes
    "frame": dict,  # a message of the wire as it stands, without its frame
    "bytes": str,  # one character per byte, as they stand
    "task": str,  # `new`, `child`, `parent`, `none`, `$data` or an id: which task is the current one
    "queue": str,  # `add` or `remove`: what the command says about the queue of user messages
    "await": (str, list),  # go on when one of these comes: a command, or `connect`
    "do": str,  # the steps of a part
    "reading": bool,  # whether anything is read from the clients
    "ack": bool,  # greet, in a script with `greets = false`
    "cut": bool,  # close the connections
    "end": bool,  # close everything and be gone
}
"""The verbs of a step, with the type of what each says."""

MODIFIERS: Final[Mapping[str, frozenset[str]]] = {
    "event": frozenset({"payload"}),
    "message": frozenset({"as"}),
}
"""What a step may have besides its verb."""

OCCASIONS: Final = ("start", "connect", *TaskCommandName)
"""What a rule can be for: the host comes up, a client has been greeted, a command has come."""


class ScriptError(IpcError):
    """A script says something that no host can do; the text names the place."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where, self.problem = where, problem

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a host does."""

    verb: Verb
    value: Any
    payload: list[Any] | None = None
    """Of an event; None for the current task alone."""
    alias: str | None = None
    """Name of a chat message that later steps change."""
    after: float = 0.0
    """Seconds since the step before, in a recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What to do on an occasion; the first rule that applies is taken."""

    on: str
    task: bool | None = None
    """Applies only while there is a current task, or only while there is none."""
    data: str | None = None
    """Applies only to a command with exactly this `data`."""
    times: float = math.inf
    """How often it applies."""
    beside: bool = False
    """Whether what is going on goes on; otherwise it ends here."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All that a scripted host knows; made by `read_script` and `behaviour`, or by hand."""

    title: str = ""
    greets: bool = True
    """Whether each client gets its Ack at once, as upstream does."""
    glued: bool = False
    """Hold frames back and send many in one write, cut inside the last one."""
    pieces: int | None = None
    """Send each frame in pieces of 1 to so many bytes."""
    flavor: Literal["roo", "kilo"] = "roo"
    """Whose schema decides which commands are valid."""
    knows: frozenset[str] = frozenset(TaskCommandName)
    """Commands that this generation of hosts knows; others are dropped."""
    task_ids: tuple[str, ...] = ()
    """Ids of new tasks, in order; then they are drawn."""
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What `modes`, `commands` and `models` are answered with; one that is not here is never answered."""
    parts: Mapping[str, tuple[Step, ...]] = field(default_factory=dict[str, tuple[Step, ...]])
    rules: tuple[Rule, ...] = ()
