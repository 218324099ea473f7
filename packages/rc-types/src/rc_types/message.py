"""Chat messages of a task, and what its model calls cost.

An *ask* waits for the user, a *say* informs. Source: types spec 3.19, IPC spec 7.1 to 7.4.
"""

from typing import Annotated, Final, Literal, TypeAlias, get_args

from rc_types._base import KiloOnly, Omittable, WireModel, spelled
from rc_types._flavors import Vocabulary
from rc_types._scalars import Array, JsonRecord, Number

IdleAsk: TypeAlias = Literal[
    "completion_result",
    "api_req_failed",
    "resume_completed_task",
    "mistake_limit_reached",
    "auto_approval_max_req_reached",
]
"""The task rests once this is asked."""
ResumableAsk: TypeAlias = Literal["resume_task"]
"""Offers to take a task up again."""
InteractiveAsk: TypeAlias = Literal["followup", "command", "tool", "use_mcp_server"]
"""The task cannot go on until the user acts."""
NonBlockingAsk: TypeAlias = Literal["command_output"]
"""Only updates the chat."""

ClineAsk: TypeAlias = Literal[
    "followup",
    "command",
    "command_output",
    "completion_result",
    "tool",
    "api_req_failed",
    "resume_task",
    "resume_completed_task",
    "mistake_limit_reached",
    "use_mcp_server",
    "auto_approval_max_req_reached",
]
"""What the assistant may ask; each name belongs to exactly one of the four classes above."""

ClineSay: TypeAlias = Literal[
    "error",
    "api_req_started",
    "api_req_finished",
    "api_req_retried",
    "api_req_retry_delayed",
    "api_req_rate_limit_wait",
    "api_req_deleted",
    "text",
    "image",
    "reasoning",
    "completion_result",
    "user_feedback",
    "user_feedback_diff",
    "command_output",
    "shell_integration_warning",
    "mcp_server_request_started",
    "mcp_server_response",
    "subtask_result",
    "checkpoint_saved",
    "rooignore_error",
    "diff_error",
    "condense_context",
    "condense_context_error",
    "sliding_window_truncation",
    "codebase_search_result",
    "user_edit_todos",
    "too_many_tools_warning",
    "tool",
]
"""What the assistant may say."""

AnyAsk: TypeAlias = Annotated[ClineAsk | str, Vocabulary("clineAsks")]
"""An ask of any product and release; which of them a reader accepts depends on its flavor."""

AnySay: TypeAlias = Annotated[ClineSay | str, Vocabulary("clineSays")]
"""A say of any product and release."""

CLINE_ASKS: Final[tuple[ClineAsk, ...]] = get_args(ClineAsk)
IDLE_ASKS: Final[tuple[IdleAsk, ...]] = get_args(IdleAsk)
RESUMABLE_ASKS: Final[tuple[ResumableAsk, ...]] = get_args(ResumableAsk)
INTERACTIVE_ASKS: Final[tuple[InteractiveAsk, ...]] = get_args(InteractiveAsk)
NON_BLOCKING_ASKS: Final[tuple[NonBlockingAsk, ...]] = get_args(NonBlockingAsk)
CLINE_SAYS: Final[tuple[ClineSay, ...]] = get_args(ClineSay)


def is_idle_ask(ask: str) -> bool:
    """Return whether the task rests once this is asked; false for an ask that is not known here."""
    return ask in IDLE_ASKS


def is_resumable_ask(ask: str) -> bool:
    """Return whether the ask offers to take a task up again."""
    return ask in RESUMABLE_ASKS


def is_interactive_ask(ask: str) -> bool:
    """Return whether the task cannot go on until the user acts."""
    return ask in INTERACTIVE_ASKS


def is_non_blocking_ask(ask: str) -> bool:
    """Return whether the ask only updates the chat."""
    return ask in NON_BLOCKING_ASKS


class ToolProgressStatus(WireModel):
    """Progress of a running tool, as the chat shows it."""

    icon: Omittable[str] = None
    text: Omittable[str] = None


class ContextCondense(WireModel):
    """Result of a condensed conversation; comes with the say `condense_context`."""

    cost: Number
    prev_context_tokens: Number
    new_context_tokens: Number
    summary: str
    condense_id: Omittable[str] = None


class ContextTruncation(WireModel):
    """Result of a truncated conversation; comes with the say `sliding_window_truncation`."""

    truncation_id: str
    messages_removed: Number
    prev_context_tokens: Number
    new_context_tokens: Number


class CommitRange(WireModel):
    """The commits that a message is about."""

    from_: Annotated[str, spelled("from")]
    from_time_stamp: Omittable[Number] = None
    """Unix milliseconds."""
    to: str


class KiloMessageMetadata(WireModel):
    """What Kilo Code notes about a message."""

    commit_range: Omittable[CommitRange] = None


class MessageMetadata(WireModel):
    """What a product notes about a message."""

    kilo_code: Omittable[KiloMessageMetadata] = None


class ClineMessage(WireModel):
    """One entry of the chat.

    `type` does not decide which of `ask` and `say` is there: upstream accepts neither, both and the wrong one.
    `text` holds a JSON document for many kinds; while a message streams, it may end in half a character.
    """

    ts: Number
    """Creation time in milliseconds; identifies the message within its task."""
    type: Literal["ask", "say"]
    ask: Omittable[AnyAsk] = None
    say: Omittable[AnySay] = None
    text: Omittable[str] = None
    images: Omittable[Array[str]] = None
    partial: Omittable[bool] = None
    """True while the message streams; absent or false once it is final."""
    reasoning: Omittable[str] = None
    conversation_history_index: Omittable[Number] = None
    checkpoint: Omittable[JsonRecord] = None
    progress_status: Omittable[ToolProgressStatus] = None
    context_condense: Omittable[ContextCondense] = None
    context_truncation: Omittable[ContextTruncation] = None
    is_protected: Omittable[bool] = None
    api_protocol: Omittable[Literal["openai", "anthropic"]] = None
    is_answered: Omittable[bool] = None
    metadata: KiloOnly[MessageMetadata] = None


class TokenUsage(WireModel):
    """What the model calls of a task cost so far; money is in US dollars."""

    total_tokens_in: Number
    total_tokens_out: Number
    total_cache_writes: Omittable[Number] = None
    total_cache_reads: Omittable[Number] = None
    total_cost: Number
    context_tokens: Number
    """Size of the conversation at the last call."""


class QueuedMessage(WireModel):
    """A user message that waits until the task can take it."""

    timestamp: Number
    """Unix milliseconds."""
    id: str
    text: str
    images: Omittable[Array[str]] = None
