"""JSON documents inside the text of chat messages. Source: types spec 3.31.

`ClineMessage.text` holds one of them for some kinds of messages. While a message streams, its text may be half a
document; parse with `from_json` once `partial` is gone.
"""

from typing import Annotated, Literal, TypeAlias

from rc_types._base import KiloOnly, Omittable, WireModel
from rc_types._flavors import Vocabulary
from rc_types._scalars import Array, Number


class DiffStats(WireModel):
    """Lines that a change adds and removes."""

    added: Number
    removed: Number


class BatchFile(WireModel):
    """One of several files that are read with one approval."""

    path: str
    line_snippet: str
    """Which lines, for people."""
    is_outside_workspace: Omittable[bool] = None
    key: str
    """Names the entry in the user's answer."""
    content: Omittable[str] = None


class DiffPart(WireModel):
    """One place of a file that changes."""

    content: str
    start_line: Omittable[Number] = None
    """Counted from 1."""


class BatchDiff(WireModel):
    """One of several files that are changed with one approval."""

    path: str
    change_count: Number
    key: str
    """Names the entry in the user's answer."""
    content: str
    diff_stats: Omittable[DiffStats] = None
    diffs: Omittable[Array[DiffPart]] = None


class BatchDirectory(WireModel):
    """One of several directories that are listed with one approval."""

    path: str
    recursive: bool
    is_outside_workspace: Omittable[bool] = None
    key: str
    """Names the entry in the user's answer."""


ToolAction: TypeAlias = Literal[
    "editedExistingFile",
    "appliedDiff",
    "newFileCreated",
    "codebaseSearch",
    "readFile",
    "readCommandOutput",
    "listFilesTopLevel",
    "listFilesRecursive",
    "searchFiles",
    "switchMode",
    "newTask",
    "finishTask",
    "generateImage",
    "imageGenerated",
    "runSlashCommand",
    "updateTodoList",
    "skill",
]
"""What a tool call did."""

AnyToolAction: TypeAlias = Annotated[ToolAction | str, Vocabulary("toolActions")]
"""What a tool call of any product did."""


class FolderStats(WireModel):
    """What a folder that is deleted holds."""

    files: Number
    directories: Number
    size: Number
    """Bytes."""
    is_complete: bool
    """False when the count was cut short."""


class FastApplyResult(WireModel):
    """What a model that merges edits did, and what it cost."""

    description: Omittable[str] = None
    tokens_in: Omittable[Number] = None
    tokens_out: Omittable[Number] = None
    cost: Omittable[Number] = None
    """US dollars."""


class ClineSayTool(WireModel):
    """A tool call, as the chat shows it: the text of the ask `tool` and the say `tool`."""

    tool: AnyToolAction
    """What happened to the workspace; not the name that the model called."""
    path: Omittable[str] = None
    read_start: Omittable[Number] = None
    """First byte of the command's output that was read."""
    read_end: Omittable[Number] = None
    total_bytes: Omittable[Number] = None
    search_pattern: Omittable[str] = None
    match_count: Omittable[Number] = None
    diff: Omittable[str] = None
    content: Omittable[str] = None
    original_content: Omittable[str] = None
    diff_stats: Omittable[DiffStats] = None
    regex: Omittable[str] = None
    file_pattern: Omittable[str] = None
    mode: Omittable[str] = None
    reason: Omittable[str] = None
    is_outside_workspace: Omittable[bool] = None
    is_protected: Omittable[bool] = None
    additional_file_count: Omittable[Number] = None
    line_number: Omittable[Number] = None
    start_line: Omittable[Number] = None
    query: Omittable[str] = None
    batch_files: Omittable[Array[BatchFile]] = None
    batch_diffs: Omittable[Array[BatchDiff]] = None
    batch_dirs: Omittable[Array[BatchDirectory]] = None
    question: Omittable[str] = None
    image_data: Omittable[str] = None
    command: Omittable[str] = None
    args: Omittable[str] = None
    source: Omittable[str] = None
    description: Omittable[str] = None
    skill: Omittable[str] = None
    stats: KiloOnly[FolderStats] = None
    fast_apply_result: KiloOnly[FastApplyResult] = None


class ClineAskUseMcpServer(WireModel):
    """A call to an MCP server: the text of the ask `use_mcp_server`."""

    server_name: str
    type: Literal["use_mcp_tool", "access_mcp_resource"]
    tool_name: Omittable[str] = None
    arguments: Omittable[str] = None
    """JSON."""
    uri: Omittable[str] = None
    response: Omittable[str] = None


ClineApiReqCancelReason: TypeAlias = Literal["streaming_failed", "user_cancelled"]
"""Why a request to the model ended early."""


class ClineApiReqInfo(WireModel):
    """A request to the model: the text of the say `api_req_started`, which is updated when the request ends."""

    request: Omittable[str] = None
    tokens_in: Omittable[Number] = None
    tokens_out: Omittable[Number] = None
    cache_writes: Omittable[Number] = None
    """Tokens."""
    cache_reads: Omittable[Number] = None
    """Tokens."""
    cost: Omittable[Number] = None
    """US dollars."""
    cancel_reason: Omittable[ClineApiReqCancelReason] = None
    streaming_failed_message: Omittable[str] = None
    api_protocol: Omittable[Literal["anthropic", "openai"]] = None
    usage_missing: KiloOnly[bool] = None
    """True when the provider told no usage."""
    inference_provider: KiloOnly[str] = None
