"""Tools that the assistant offers to its model, and how often a task used them. Source: types spec 3.28."""

from typing import Annotated, Final, Literal, TypeAlias, get_args

from rc_types._base import WireModel
from rc_types._flavors import Vocabulary
from rc_types._scalars import FailFast, Number

ToolGroup: TypeAlias = Literal["read", "edit", "command", "mcp", "modes"]
"""A bundle of tools that a mode may use."""

AnyToolGroup: TypeAlias = Annotated[ToolGroup | str, Vocabulary("toolGroups")]
"""A bundle of tools of any product."""

TOOL_GROUPS: Final[tuple[ToolGroup, ...]] = get_args(ToolGroup)

DEPRECATED_TOOL_GROUPS: Final = ("browser",)
"""Groups of older releases; they are dropped from a mode rather than refused (types spec 2.8)."""

ToolName: TypeAlias = Literal[
    "execute_command",
    "read_file",
    "read_command_output",
    "write_to_file",
    "apply_diff",
    "edit",
    "search_and_replace",
    "search_replace",
    "edit_file",
    "apply_patch",
    "search_files",
    "list_files",
    "use_mcp_tool",
    "access_mcp_resource",
    "ask_followup_question",
    "attempt_completion",
    "switch_mode",
    "new_task",
    "codebase_search",
    "update_todo_list",
    "run_slash_command",
    "skill",
    "generate_image",
    "custom_tool",
]
"""A tool by name; the host reports every user-defined tool as `custom_tool`."""

AnyToolName: TypeAlias = Annotated[ToolName | str, Vocabulary("toolNames")]
"""A tool of any product and release."""

TOOL_NAMES: Final[tuple[ToolName, ...]] = get_args(ToolName)


class ToolAttempts(WireModel):
    """How often a task called one tool, and how many of the calls failed."""

    attempts: Number
    failures: Number


ToolUsage: TypeAlias = Annotated[dict[AnyToolName, ToolAttempts], FailFast()]
"""The tools that a task used; a key that is no tool name refuses the whole value (types spec C2)."""
