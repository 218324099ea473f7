"""Commands that the assistant runs in a terminal. Source: types spec 3.27."""

from typing import Annotated, Final, Literal, Self, TypeAlias

from rc_types._base import Omittable, WireModel, given
from rc_types._codec import WireCodec
from rc_types._later import TaggedBy
from rc_types._scalars import Number


class CommandExecutionStarted(WireModel):
    """The command runs."""

    execution_id: str
    status: Literal["started"]
    pid: Omittable[Number] = None
    command: str

    @classmethod
    def of(cls, execution_id: str, command: str, *, pid: int | None = None) -> Self:
        """Report the start of a command, with its process if that is known."""
        return cls(execution_id=execution_id, status="started", command=command, **given(pid=pid))


class CommandExecutionOutput(WireModel):
    """The command printed something."""

    execution_id: str
    status: Literal["output"]
    output: str

    @classmethod
    def of(cls, execution_id: str, output: str) -> Self:
        """Report what was printed."""
        return cls(execution_id=execution_id, status="output", output=output)


class CommandExecutionExited(WireModel):
    """The command ended; without an exit code it is not known how."""

    execution_id: str
    status: Literal["exited"]
    exit_code: Omittable[Number] = None

    @classmethod
    def of(cls, execution_id: str, exit_code: int | None = None) -> Self:
        """Report the end of a command."""
        return cls(execution_id=execution_id, status="exited", **given(exit_code=exit_code))


class CommandExecutionFallback(WireModel):
    """The editor's terminal did not tell what happens in it; the command runs without one."""

    execution_id: str
    status: Literal["fallback"]

    @classmethod
    def of(cls, execution_id: str) -> Self:
        """Report that the command runs without the editor's terminal."""
        return cls(execution_id=execution_id, status="fallback")


class CommandExecutionTimeout(WireModel):
    """The command ran out of time."""

    execution_id: str
    status: Literal["timeout"]

    @classmethod
    def of(cls, execution_id: str) -> Self:
        """Report that the time is up."""
        return cls(execution_id=execution_id, status="timeout")


CommandExecutionStatus: TypeAlias = Annotated[
    CommandExecutionStarted
    | CommandExecutionOutput
    | CommandExecutionExited
    | CommandExecutionFallback
    | CommandExecutionTimeout,
    TaggedBy("status"),
]
"""News of a running command."""

command_execution_status: Final[WireCodec[CommandExecutionStatus]] = WireCodec(
    CommandExecutionStatus, "CommandExecutionStatus"
)
"""Reads and writes any news; raises `InvalidWireError` for anything else."""


class PersistedCommandOutput(WireModel):
    """The output of a command as the model gets it: the beginning, and where the whole is."""

    preview: str
    total_bytes: Number
    """Size of the whole output."""
    artifact_path: str | None
    """File that holds the whole; null exactly when nothing was cut off."""
    truncated: bool
