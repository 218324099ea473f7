"""MCP servers and their answers (types spec 3.18)."""

import pytest
from rc_types import InvalidWireError
from rc_types.mcp import (
    EnabledMcpToolsCount,
    McpAudio,
    McpEmbeddedResource,
    McpExecutionCompleted,
    McpExecutionFailed,
    McpExecutionOutput,
    McpExecutionStarted,
    McpExecutionStatus,
    McpImage,
    McpResourceContents,
    McpServer,
    McpText,
    McpTool,
    McpToolCallResponse,
    count_enabled_mcp_tools,
    mcp_execution_status,
)


def server(*, disabled: bool = False, tools: list[McpTool] | None = None) -> McpServer:
    return McpServer(name="s", config="{}", status="connected", disabled=disabled, tools=tools or [])


def test_a_tool_counts_unless_it_or_its_server_was_switched_off() -> None:
    tools = [McpTool(name="a"), McpTool(name="b", enabled_for_prompt=True), McpTool(name="c", enabled_for_prompt=False)]
    asleep = McpServer(name="t", config="{}", status="connecting", tools=tools)
    bare = McpServer(name="u", config="{}", status="connected")
    counted = count_enabled_mcp_tools([server(tools=tools), server(disabled=True, tools=tools), asleep, bare])
    assert counted == EnabledMcpToolsCount(enabled_server_count=2, enabled_tool_count=2)


def test_the_settings_of_a_server_do_not_print() -> None:
    """They may hold keys of services."""
    configured = McpServer(name="s", config='{"env":{"KEY":"sk-secret"}}', status="disconnected")
    assert "sk-secret" not in repr(configured)
    assert "sk-secret" in configured.to_wire()["config"]


@pytest.mark.parametrize(
    ("news", "wire"),
    [
        (
            McpExecutionStarted.of("e", server_name="s", tool_name="t"),
            {"executionId": "e", "status": "started", "serverName": "s", "toolName": "t"},
        ),
        (McpExecutionOutput.of("e", "r"), {"executionId": "e", "status": "output", "response": "r"}),
        (McpExecutionCompleted.of("e"), {"executionId": "e", "status": "completed"}),
        (McpExecutionFailed.of("e", "no"), {"executionId": "e", "status": "error", "error": "no"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_news_of_a_call_go_out_exactly_so(news: McpExecutionStatus, wire: dict[str, str]) -> None:
    assert news.to_wire() == wire
    assert mcp_execution_status.from_wire(wire) == news


def test_an_answer_may_have_parts_of_every_kind() -> None:
    wire = {
        "_meta": {"a": None},
        "content": [
            {"type": "text", "text": "x"},
            {"type": "image", "data": "aa", "mimeType": "image/png"},
            {"type": "audio", "data": "aa", "mimeType": "audio/wav"},
            {"type": "resource", "resource": {"uri": "file:///x", "text": ""}},
        ],
    }
    answer = McpToolCallResponse.from_wire(wire)
    assert answer.content == [
        McpText.of("x"),
        McpImage.of("aa", "image/png"),
        McpAudio.of("aa", "audio/wav"),
        McpEmbeddedResource.of(McpResourceContents(uri="file:///x", text="")),
    ]
    assert answer.to_wire() == wire


def test_an_answer_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidWireError, match=r"has no known '?type"):
        McpToolCallResponse.from_wire({"content": [{"type": "video"}]})
