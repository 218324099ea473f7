"""Servers of the Model Context Protocol: what they offer, what they answer. Source: types spec 3.18."""

from collections.abc import Iterable
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field

from rc_types._base import Omittable, WireModel, spelled
from rc_types._later import TaggedBy
from rc_types._mcp_execution import (
    McpExecutionCompleted,
    McpExecutionFailed,
    McpExecutionOutput,
    McpExecutionStarted,
    McpExecutionStatus,
    mcp_execution_status,
)
from rc_types._scalars import Array, JsonRecord, Number

__all__ = [
    "MAX_MCP_TOOLS_THRESHOLD",
    "EnabledMcpToolsCount",
    "McpAudio",
    "McpContent",
    "McpEmbeddedResource",
    "McpErrorEntry",
    "McpExecutionCompleted",
    "McpExecutionFailed",
    "McpExecutionOutput",
    "McpExecutionStarted",
    "McpExecutionStatus",
    "McpImage",
    "McpResource",
    "McpResourceContents",
    "McpResourceResponse",
    "McpResourceTemplate",
    "McpServer",
    "McpServerUse",
    "McpText",
    "McpTool",
    "McpToolCallResponse",
    "count_enabled_mcp_tools",
    "mcp_execution_status",
]

MAX_MCP_TOOLS_THRESHOLD: Final = 60
"""Enabled tools beyond this number are worth a warning: models choose worse among many."""


class McpErrorEntry(WireModel):
    """One line of a server's log of errors."""

    message: str
    timestamp: Number
    """Unix milliseconds."""
    level: Literal["error", "warn", "info"]


class McpTool(WireModel):
    """A tool that a server offers."""

    name: str
    description: Omittable[str] = None
    input_schema: Omittable[JsonRecord] = None
    """JSON Schema of the arguments."""
    always_allow: Omittable[bool] = None
    """Whether the user need not approve calls."""
    enabled_for_prompt: Omittable[bool] = None
    """Whether models hear of the tool; absent means yes."""


class McpResource(WireModel):
    """Something to read that a server offers."""

    uri: str
    name: str
    mime_type: Omittable[str] = None
    description: Omittable[str] = None


class McpResourceTemplate(WireModel):
    """A family of resources, by the pattern of their addresses."""

    uri_template: str
    name: str
    description: Omittable[str] = None
    mime_type: Omittable[str] = None


class McpServer(WireModel):
    """A configured server, and what is known about it."""

    name: str
    config: Annotated[str, Field(repr=False)]
    """JSON text of the server's entry in the settings; may hold keys."""
    status: Literal["connected", "connecting", "disconnected"]
    error: Omittable[str] = None
    error_history: Omittable[Array[McpErrorEntry]] = None
    tools: Omittable[Array[McpTool]] = None
    resources: Omittable[Array[McpResource]] = None
    resource_templates: Omittable[Array[McpResourceTemplate]] = None
    disabled: Omittable[bool] = None
    timeout: Omittable[Number] = None
    """Seconds that a call may take."""
    source: Omittable[Literal["global", "project"]] = None
    project_path: Omittable[str] = None
    instructions: Omittable[str] = None


class McpServerUse(WireModel):
    """What the assistant wants of a server: to call a tool, or to read a resource."""

    type: str
    server_name: str
    tool_name: Omittable[str] = None
    uri: Omittable[str] = None


class McpResourceContents(WireModel):
    """A resource that was read: text, or bytes in base64."""

    uri: str
    mime_type: Omittable[str] = None
    text: Omittable[str] = None
    blob: Omittable[str] = None


class McpResourceResponse(WireModel):
    """A server's answer to the wish to read a resource."""

    meta: Annotated[Omittable[JsonRecord], spelled("_meta")] = None
    contents: Array[McpResourceContents]


class McpText(WireModel):
    """Text in an answer."""

    type: Literal["text"]
    text: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Answer with text."""
        return cls(type="text", text=text)


class McpImage(WireModel):
    """A picture in an answer."""

    type: Literal["image"]
    data: str
    """Base64."""
    mime_type: str

    @classmethod
    def of(cls, data: str, mime_type: str) -> Self:
        """Answer with a picture in base64."""
        return cls(type="image", data=data, mime_type=mime_type)


class McpAudio(WireModel):
    """Sound in an answer."""

    type: Literal["audio"]
    data: str
    """Base64."""
    mime_type: str

    @classmethod
    def of(cls, data: str, mime_type: str) -> Self:
        """Answer with sound in base64."""
        return cls(type="audio", data=data, mime_type=mime_type)


class McpEmbeddedResource(WireModel):
    """A resource in an answer."""

    type: Literal["resource"]
    resource: McpResourceContents

    @classmethod
    def of(cls, resource: McpResourceContents) -> Self:
        """Answer with a resource."""
        return cls(type="resource", resource=resource)


McpContent: TypeAlias = Annotated[McpText | McpImage | McpAudio | McpEmbeddedResource, TaggedBy("type")]
"""One part of an answer."""


class McpToolCallResponse(WireModel):
    """A server's answer to the call of a tool."""

    meta: Annotated[Omittable[JsonRecord], spelled("_meta")] = None
    content: Array[McpContent]
    is_error: Omittable[bool] = None


class EnabledMcpToolsCount(WireModel):
    """How much of what the servers offer reaches the model."""

    enabled_server_count: Number
    enabled_tool_count: Number


def count_enabled_mcp_tools(servers: Iterable[McpServer]) -> EnabledMcpToolsCount:
    """Count the servers that are connected and not disabled, and those of their tools that models hear of."""
    enabled = [server for server in servers if server.status == "connected" and not server.disabled]
    tools = [tool for server in enabled for tool in server.tools or () if tool.enabled_for_prompt is not False]
    return EnabledMcpToolsCount(enabled_server_count=len(enabled), enabled_tool_count=len(tools))
