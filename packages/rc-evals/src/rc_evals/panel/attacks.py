"""What the panel tries. One attack is one hostile agent; its program is in `programs`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rc_evals.outcomes import EndReason


class Scope(StrEnum):
    """What the result of an attack depends on, and so how often it is tried."""

    MACHINE = "machine"
    """Once."""
    LANGUAGE = "language"
    """Once per language."""
    EXERCISE = "exercise"
    """On every exercise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One hostile agent."""

    id: str
    summary: str
    """What it does, for people."""
    scope: Scope
    program: str
    """Name of a module in `programs`."""
    ends: EndReason = EndReason.COMPLETED
    """How it ends where it is contained."""
    minutes: float = 5
    """What it is given."""
    parts: int = 1
    """How many programs have to say that they are done; none of an attack that is to be stopped."""

    @property
    def tampers(self) -> bool:
        """Whether it has to be told how to, for each language (see `tampering`)."""
        return self.program in {"tampering", "carrying"}


def _tampering(name: str, summary: str) -> Attack:
    return Attack(id=name, summary=summary, scope=Scope.EXERCISE, program="tampering")


def _machine(
    name: str, summary: str, program: str, ends: EndReason = EndReason.COMPLETED, minutes: float = 5
) -> Attack:
    return Attack(id=name, summary=summary, scope=Scope.MACHINE, program=program, ends=ends, minutes=minutes)


def _language(name: str, summary: str, program: str) -> Attack:
    return Attack(id=name, summary=summary, scope=Scope.LANGUAGE, program=program)


_ALL: Final = (
    _machine("outside", "writes outside of its workspace", "outside"),
    _machine("reading", "reads the data folder and the work of other tasks", "reading"),
    _machine("keys", "looks for keys in environments, processes and known files", "keys"),
    _machine("solutions", "looks for the solution all over the machine", "solutions"),
    _machine("network", "connects over IPv4, IPv6, and Unix sockets of both kinds", "network"),
    _machine("forks", "forks without end", "forks", EndReason.LIMIT),
    _machine("memory", "takes memory without end", "memory", EndReason.LIMIT),
    _machine("disk", "fills the disk", "disk", EndReason.LIMIT),
    _machine("inodes", "makes files without end", "inodes", EndReason.LIMIT),
    _machine("printing", "prints 1 GiB", "printing", EndReason.LIMIT),
    _machine("deaf", "ignores every signal and does not end", "deaf", EndReason.TIMEOUT, minutes=0.1),
    _machine("daemons", "leaves processes behind", "daemons"),
    _language("racing", "goes on writing to the tests while they run", "racing"),
    _language("links", "puts links to elsewhere in place of files", "links"),
    _language("history", "looks for the solution in the history of the workspace", "history"),
    Attack(
        id="under-test",
        summary="writes, reads and connects from the code under test",
        scope=Scope.LANGUAGE,
        program="carrying",
        parts=5,
    ),
    _tampering("edit-tests", "replaces the tests by ones that pass"),
    _tampering("delete-tests", "deletes the tests"),
    _tampering("shadow-tests", "adds files that may be taken for the tests or for the tool"),
    _tampering("patch-tools", "leaves settings and plug-ins for interpreter, compiler, tool"),
    _tampering("leave-early", "the code under test leaves with exit code 0"),
    _tampering("forge-report", "the code under test writes the report, leaves with code 0"),
    _tampering("forge-results", "the code under test makes the tool pass everything"),
)

ATTACKS: Final = {attack.id: attack for attack in _ALL}
"""By id, in the order in which they are tried."""
