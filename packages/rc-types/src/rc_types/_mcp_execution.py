"""News of one running call of an MCP tool. Source: types spec 3.18."""

from typing import Annotated, Final, Literal, Self, TypeAlias

from rc_types._base import Omittable, WireModel, given
from rc_types._codec import WireCodec
from rc_types._later import TaggedBy


class McpExecutionStarted(WireModel):
    """The call was sent."""

    execution_id: str
    status: Literal["started"]
    server_name: str
    tool_name: str

    @classmethod
    def of(cls, execution_id: str, *, server_name: str, tool_name: str) -> Self:
        """Report the call of a server's tool."""
        return cls(execution_id=execution_id, status="started", server_name=server_name, tool_name=tool_name)


class McpExecutionOutput(WireModel):
    """A part of the answer came."""

    execution_id: str
    status: Literal["output"]
    response: str

    @classmethod
    def of(cls, execution_id: str, response: str) -> Self:
        """Report what came."""
        return cls(execution_id=execution_id, status="output", response=response)


class McpExecutionCompleted(WireModel):
    """The whole answer came."""

    execution_id: str
    status: Literal["completed"]
    response: Omittable[str] = None

    @classmethod
    def of(cls, execution_id: str, response: str | None = None) -> Self:
        """Report the end of the call."""
        return cls(execution_id=execution_id, status="completed", **given(response=response))


class McpExecutionFailed(WireModel):
    """The call failed."""

    execution_id: str
    status: Literal["error"]
    error: Omittable[str] = None

    @classmethod
    def of(cls, execution_id: str, error: str | None = None) -> Self:
        """Report the failure."""
        return cls(execution_id=execution_id, status="error", **given(error=error))


McpExecutionStatus: TypeAlias = Annotated[
    McpExecutionStarted | McpExecutionOutput | McpExecutionCompleted | McpExecutionFailed, TaggedBy("status")
]
"""News of a running call."""

mcp_execution_status: Final[WireCodec[McpExecutionStatus]] = WireCodec(McpExecutionStatus, "McpExecutionStatus")
"""Reads and writes any news; raises `InvalidWireError` for anything else."""
