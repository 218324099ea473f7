"""How tools are called in the program's events, and in the assistant's counts (spec 9.5, 22.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rc_types.tool import TOOL_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_types.cli import RooCliToolResult, RooCliToolUse
    from rc_types.tool import ToolName

MCP: Final = "mcp"
"""Subtype of events about calls to MCP servers."""

COMMAND: Final = "command"
"""Subtype of events about commands."""

TOOLS: Final[Mapping[str, ToolName]] = {
    "editedExistingFile": "write_to_file",
    "newFileCreated": "write_to_file",
    "appliedDiff": "apply_diff",
    "codebaseSearch": "codebase_search",
    "readFile": "read_file",
    "readCommandOutput": "read_command_output",
    "listFilesTopLevel": "list_files",
    "listFilesRecursive": "list_files",
    "searchFiles": "search_files",
    "switchMode": "switch_mode",
    "newTask": "new_task",
    "finishTask": "attempt_completion",
    "generateImage": "generate_image",
    "imageGenerated": "generate_image",
    "runSlashCommand": "run_slash_command",
    "updateTodoList": "update_todo_list",
    "skill": "skill",
}
"""Display names and the tools behind them. Where several tools share a display name, as those do that change a file,
the one that every release has."""

OTHERS: Final[ToolName] = "custom_tool"
"""Where all further names are counted: an agent may invent any number of them."""

_BY_NAME: Final[Mapping[str, ToolName]] = {**TOOLS, **{name: name for name in TOOL_NAMES}}


def tool_called(subtype: str | None, call: RooCliToolUse | RooCliToolResult) -> ToolName:
    """Return under which name a call is counted."""
    if subtype == MCP:
        return "use_mcp_tool"
    return _BY_NAME.get(call.name, OTHERS)
